"""Reading a pruning curve between its measured points, and the ring that marks the place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from hts.studio.figures.axes import QUIET, short
from hts.studio.figures.points import points
from hts.studio.figures.theme import named, series


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


def reading(x: float, y: float, index: int, **more: Any) -> dict[str, Any]:
    """A ring where the curve of the run at ``index`` was read."""
    ring = {"edge": (series(index), 2), **QUIET, **more}
    return points(short([x]), short([y]), 8, named("background"), **ring)
