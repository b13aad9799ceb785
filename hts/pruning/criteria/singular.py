"""The smallest singular values: each matrix becomes the nearest one of lower rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.pruning.criteria import CRITERIA, Criterion, Scored
from hts.pruning.sizes import Shape, Size, factored


@dataclass(frozen=True)
class Factors:
    """Singular value decomposition of a layer, ``(u * s) @ vt``, singular values ascending."""

    u: np.ndarray  # (units, rank) float64
    s: np.ndarray  # (rank,)
    vt: np.ndarray  # (rank, inputs)


@CRITERIA.register
class Singular(Criterion):
    """A part is one singular value with its two vectors."""

    name = "singular"
    place = 30
    label = "Singular values"
    title = "Singular values"
    parts = "singular values"
    sentence = (
        "The smallest singular values become zero: each matrix is replaced by the nearest one of "
        "lower rank."
    )

    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        """The singular values, ascending."""
        u, s, vt = np.linalg.svd(weights.astype(np.float64), full_matrices=False)
        up = np.argsort(s, kind="stable")
        return Scored(s[up], s[up] ** 2, Factors(u[:, up], s[up], vt[up]))

    def left(self, weights: np.ndarray, gone: np.ndarray, scored: Scored) -> np.ndarray:
        """The product of the factors that stay, in float32."""
        f: Factors = scored.needs
        first = len(gone)
        lower: np.ndarray = ((f.u[:, first:] * f.s[first:]) @ f.vt[first:]).astype(np.float32)
        return lower

    def sizes(self, shape: Shape, counts: np.ndarray) -> Size:
        """Two factors for each layer, where they are smaller than their product."""
        return factored(shape, counts)
