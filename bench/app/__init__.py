"""Measurements of the app with real servers, processes and browsers."""
