"""Is a device right, and how fast is it?  What ``python -m hts verify device`` checks."""
