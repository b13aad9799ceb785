"""The larger parts of the command ``lab``."""
