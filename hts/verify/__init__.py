"""Checks that a user runs on his own machine: the noise and the tail estimates."""
