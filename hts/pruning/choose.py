"""Reading off a curve how much may go.  No torch."""

from __future__ import annotations

import numpy as np

from hts.validate import BadInput


def most_within(accuracy: np.ndarray, points: float) -> int:
    """Index of the last level before accuracy first falls more than ``points`` below level 0.

    ``accuracy`` in percent, by ascending pruning.  Every smaller pruning stays within too, so no
    lucky level far out is picked.  Raises `BadInput` for points that are negative or not finite.
    """
    if not (np.isfinite(points) and points >= 0):
        raise BadInput(
            f"points must be a finite number of at least 0, got {points:g}: it is how much "
            "accuracy may be lost, in percentage points."
        )
    short = np.flatnonzero(accuracy < accuracy[0] - points - 1e-9)
    return int(short[0]) - 1 if len(short) else len(accuracy) - 1
