"""Checks that a user runs on his own machine: noise, tail estimates, claims of the presets."""
