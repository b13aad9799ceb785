"""Figures of a price list."""
