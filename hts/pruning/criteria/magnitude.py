"""Single weights of smallest magnitude."""

from __future__ import annotations

import numpy as np

from hts.pruning.criteria import CRITERIA, Criterion, Scored
from hts.pruning.sizes import Shape, Size, sparse


@CRITERIA.register
class Magnitude(Criterion):
    """A part is one weight; its index is its flat place in the matrix."""

    name = "magnitude"
    place = 20
    label = "Weights"
    title = "Weights by magnitude"
    parts = "weights"
    sentence = "Single weights of smallest magnitude become zero; the matrix keeps its shape."

    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        """Absolute values."""
        magnitudes = np.abs(weights).reshape(-1)
        return Scored(magnitudes, magnitudes.astype(np.float64) ** 2)

    def left(self, weights: np.ndarray, gone: np.ndarray, scored: Scored) -> np.ndarray:
        """Zeros in their places."""
        zeroed = weights.copy()
        zeroed.reshape(-1)[gone] = 0
        return zeroed

    def sizes(self, shape: Shape, counts: np.ndarray) -> Size:
        """A sparse file, where it is smaller than the full one."""
        return sparse(shape, counts)
