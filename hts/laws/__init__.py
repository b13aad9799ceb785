"""Stable laws as objects: `stable` in the manner of SciPy, `StableDistribution` in torch's."""
