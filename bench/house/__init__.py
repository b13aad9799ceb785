"""The structure of this repository, read from its imports: figures and a picture."""
