"""The figures of a class."""
