"""Measurements about devices that need none: machine code, and shorter products."""
