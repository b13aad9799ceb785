"""Reading a pruning curve between its measured points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def read_at(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """Value of the line through the points ``(x, y)`` (``x`` ascending) at ``at``; ends stay."""
    right = bisect_right(x, at)
    if right == 0:
        return y[0]
    if right == len(x):
        return y[-1]
    left = right - 1
    share = (at - x[left]) / (x[right] - x[left])
    return y[left] + share * (y[right] - y[left])
