"""The figures of the page Tails."""
