"""The figures of the page Theory."""
