"""The figures of the page Compress."""
