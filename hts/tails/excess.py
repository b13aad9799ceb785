"""Is the tail a power law at all?  Peaks over a threshold and their generalised Pareto shape.

xi > 0: the excesses fall like a power, alpha = 1/xi; xi = 0: exponentially; xi < 0: they end
(Pickands 1975; maximum likelihood as in Grimshaw 1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

_LIGHTEST_XI = -0.45  # below -1/2 the likelihood has no maximum that means anything


@dataclass(frozen=True)
class Shape:
    """``xi`` with its standard error, and the signed root of the likelihood ratio against 0."""

    xi: float
    error: float
    root: float
    used: int


def tail_shape(
    values: np.ndarray, share: float = 0.05, fewest: int = 50, most: int = 5000
) -> Shape:
    """Shape of the excesses of ``|values|`` over their upper ``share``, fewest to most of them."""
    size = np.abs(values).astype(float)
    k = int(min(max(share * size.size, fewest), most, size.size // 2))
    upper = np.sort(np.partition(size, size.size - k - 1)[size.size - k - 1 :])
    excess = upper[1:] - upper[0]
    excess = excess[excess > 0]
    if len(excess) < 10:
        return Shape(0.0, math.inf, 0.0, len(excess))
    excess /= excess.mean()
    largest = float(excess.max())

    def loss(t: float) -> float:
        theta = math.expm1(t) / largest  # above -1/largest, so that every excess is possible
        if abs(theta) < 1e-9:
            return 1.0
        xi = float(np.mean(np.log1p(theta * excess)))
        if xi < _LIGHTEST_XI:
            return 1e6
        return math.log(xi / theta) + xi + 1

    grid = np.concatenate([-np.geomspace(8, 1e-3, 30), np.geomspace(1e-3, 25, 60)])
    losses = [loss(float(t)) for t in grid]
    at = int(np.argmin(losses))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    best = minimize_scalar(loss, bounds=(low, high), method="bounded")
    xi = float(np.mean(np.log1p(math.expm1(best.x) / largest * excess)))
    gain = max(0.0, len(excess) * (1.0 - float(best.fun)))
    root = math.copysign(math.sqrt(2 * gain), xi)
    return Shape(xi, (1 + max(xi, -0.4)) / math.sqrt(len(excess)), root, len(excess))
