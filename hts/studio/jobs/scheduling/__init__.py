"""The scheduler and the worker service."""
