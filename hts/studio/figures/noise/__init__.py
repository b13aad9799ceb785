"""The figures of the page Noise."""
