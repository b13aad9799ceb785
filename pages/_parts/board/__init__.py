"""Live figures."""
