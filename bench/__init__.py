"""Measurements of this repository: ``python -m bench noise|train|...``; never shipped."""
