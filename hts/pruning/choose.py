"""Reading off a curve how much may go.  No torch."""

from __future__ import annotations

import numpy as np

from hts.real_array import real_array
from hts.validate import BadInput

ROUNDING = 1e-4  # percent: float32 accuracies are off by 1e-5, one example in 100 000 is 1e-3


def most_within(accuracy: np.ndarray, points: float) -> int:
    """Index of the last level before accuracy first falls more than ``points`` below level 0.

    ``accuracy`` in percent, float32 or float64, by ascending pruning.  Every smaller pruning stays
    within too, so no lucky level far out is picked.  Raises `BadInput` for points that are
    negative or not finite.
    """
    if not (np.isfinite(points) and points >= 0):
        raise BadInput(
            f"points must be a finite number of at least 0, got {points:g}: it is how much "
            "accuracy may be lost, in percentage points."
        )
    exact = real_array(accuracy, "accuracy", axes=1).astype(np.float64)
    short = np.flatnonzero(exact < exact[0] - points - ROUNDING)
    return int(short[0]) - 1 if len(short) else len(accuracy) - 1
