"""Slopes of log error on log size, with intervals over replicates.

The errors of one replicate at all sizes share their random numbers (that is the coupling), so they
are no independent points of one line.  Replicates are independent: every replicate gets its own
least-squares slope, and the interval is Student's over those.  Logarithms also make it robust: an
error whose mean has infinite variance still has a logarithm with all moments.

Measured where the slope is known (`hts.theory.limit.apart`, alpha 1.5, n = 30, 300, 3000): of 2200
intervals of 95 %, each over 100 replicates and of another seed, 95.1 % held it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from hts.theory.records import Curve, Slope
from hts.validate import BadInput

LEVEL = 0.95


def slope_over_replicates(
    sizes: Sequence[float] | np.ndarray, errors: np.ndarray, level: float = LEVEL
) -> Slope:
    """Mean slope of log ``errors`` (replicates, sizes) on log ``sizes``, Student's interval.

    Errors that are not above 0 raise `BadInput`.
    """
    if not (np.isfinite(errors).all() and (errors > 0).all()):
        raise BadInput("errors must be finite and above 0: they are drawn on logarithmic axes.")
    x = np.log(np.asarray(sizes, float))
    x -= x.mean()
    slopes = np.log(errors) @ x / (x @ x)
    mean, half = mean_and_half(slopes, level)
    return Slope(slope=mean, low=mean - half, high=mean + half, level=level, replicates=len(errors))


def slope_to_zero(
    sizes: Sequence[float], errors: np.ndarray, *, finest: float, missing: Sequence[float]
) -> Slope:
    """The same of errors that were taken against size ``finest`` instead of 0.

    Of an error that goes like size^p the share ``b (finest/size)^p`` is missing; p is found with
    the slope.  b lies between the ends of ``missing``: the interval reaches over both.
    """
    shares = finest / np.asarray(sizes, float)
    found = []
    for b in missing:
        slope = slope_over_replicates(sizes, errors)
        for _ in range(30):
            whole = 1 - b * shares ** max(slope.slope, 0.1)
            slope = slope_over_replicates(sizes, errors / whole)
        found.append(slope)
    return Slope(
        slope=math.fsum(s.slope for s in found) / len(found),
        low=min(s.low for s in found),
        high=max(s.high for s in found),
        level=LEVEL,
        replicates=len(errors),
    )


def curve(sizes: Sequence[float] | np.ndarray, errors: np.ndarray, level: float = LEVEL) -> Curve:
    """Typical (geometric mean with Student's interval of the log), mean and median at each size."""
    logs = np.log(errors)
    found = [mean_and_half(column, level) for column in logs.T]
    return Curve(
        sizes=[float(size) for size in sizes],
        typical=[math.exp(mean) for mean, _ in found],
        low=[math.exp(mean - half) for mean, half in found],
        high=[math.exp(mean + half) for mean, half in found],
        mean=errors.mean(axis=0).tolist(),
        median=np.median(errors, axis=0).tolist(),
    )


def mean_and_half(values: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Mean of independent ``values`` (count,) and half the length of Student's interval."""
    count = len(values)
    if count < 2:
        raise BadInput(f"an interval needs two values or more, got {count}.")
    t = float(stdtrit(count - 1, 0.5 + level / 2))
    return float(values.mean()), t * float(values.std(ddof=1)) / math.sqrt(count)


def line_through(sizes: Sequence[float], typical: Sequence[float], slope: float) -> list[float]:
    """The line of that slope through the middle of a curve, on logarithmic axes."""
    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(typical, float))
    line: list[float] = np.exp(y.mean() + slope * (x - x.mean())).tolist()
    return line
