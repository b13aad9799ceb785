"""What recorded figures can tell apart.  They have a few decimals, and differences must keep them.

``12.3 - 7.3`` is 5.000000000000001 in binary: at a margin of 5 it would count for a side, and two
equal differences would rank one above the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_DECIMALS = 12  # more than any record has, fewer than subtractions of percentages get wrong


def decimal(values: Sequence[float] | Sequence[Sequence[float]] | np.ndarray) -> np.ndarray:
    """``values`` (any shape) without what binary arithmetic added to them, equal ones equal."""
    given = np.asarray(values, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # too large to have such decimals
        found = np.round(given, _DECIMALS)
    return np.where(np.isfinite(found), found, given)


def finest(values: Sequence[float] | np.ndarray) -> float:
    """The smallest difference between two of ``values`` (any shape); infinite if none differ."""
    steps = np.diff(np.unique(values))
    return float(steps.min()) if len(steps) else math.inf
