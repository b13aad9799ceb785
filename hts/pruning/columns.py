"""Pruning whole units by their norm (the paper's column pruning).

``Theta^(kappa n)`` keeps the ``kappa n`` columns of largest 2-norm and zeroes the others; a column
is one unit's incoming weight vector, here a row.  Pruning ratio = 1 - kappa.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hts.real_array import real_array

SQUARED_ERROR = 0.1  # the practical criterion: share of the squared norm that may be removed

_ROUNDING = 1e-12


def unit_norms(weights: np.ndarray) -> NDArray[np.float64]:
    """2-norms (units,) of ``weights`` (units, inputs), in float64: squares do not overflow."""
    weights = real_array(weights, "the weights", axes=2)
    norms = np.empty(len(weights))
    rows = max(1, 2**20 // max(1, weights.shape[1]))
    for start in range(0, len(weights), rows):
        part = weights[start : start + rows].astype(np.float64)
        norms[start : start + rows] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return norms


def removal_order(norms: np.ndarray) -> NDArray[np.int64]:
    """Indices of the units from the smallest norm to the largest; equal norms keep their order."""
    return np.argsort(_checked(norms), kind="stable")


def pruned_count(norms: np.ndarray, criterion: float = SQUARED_ERROR) -> int:
    """How many units go while removed squared norm / total squared norm does not exceed criterion.

    The first unit that makes it strictly greater is kept (the authors' rule).
    """
    return within(np.cumsum(np.sort(_checked(norms)) ** 2), criterion)


def within(squares: np.ndarray, share: float) -> int:
    """How many of the ascending sums ``squares`` do not exceed ``share`` of the last.

    Sums are rounded: what is greater by less than a part in 10^12 counts as equal, so that of 50
    equal units a tenth is 5.  In a layer of zeros nothing exceeds it, and all go.
    """
    return int(np.searchsorted(squares, share * squares[-1] * (1 + _ROUNDING), side="right"))


def pruning_ratio(norms: np.ndarray, criterion: float = SQUARED_ERROR) -> float:
    """Percent of the units that `pruned_count` removes."""
    return 100.0 * pruned_count(norms, criterion) / len(norms)


def relative_error(norms: np.ndarray, pruned: np.ndarray) -> NDArray[np.float64]:
    """``||Theta^(kappa n) - Theta||_F / ||Theta||_F`` after removing the fractions ``pruned``."""
    squares = np.concatenate([[0.0], np.cumsum(np.sort(_checked(norms)) ** 2)])
    total = squares[-1]
    if total == 0:
        return np.zeros(len(pruned))
    return np.sqrt(np.clip(squares[removed_units(pruned, len(norms))] / total, 0.0, 1.0))


def removed_units(pruned: np.ndarray, units: int) -> NDArray[np.int64]:
    """Whole numbers of units that the fractions ``pruned`` stand for (rounded down)."""
    shares = real_array(pruned, "the pruned shares").astype(np.float64)
    return np.floor(shares * units + 1e-9).astype(np.int64)


def _checked(norms: np.ndarray) -> NDArray[np.float64]:
    """Norms (units,), in float64."""
    return real_array(norms, "the norms", axes=1).astype(np.float64, copy=False)
