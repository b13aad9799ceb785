"""The figures of the page Reproduce."""
