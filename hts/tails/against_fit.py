"""QQ and PP points of a sample against its fit, in display size.

Both are of absolute values (norms for units of type III): quantiles on a log scale show the tail,
probabilities show the middle.  The points are spaced evenly in the logarithms of both tail
probabilities.  Bands are pointwise: of the order statistics of as many values of the fitted law.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import betaincinv

from hts.records import ProbabilityPlot, QuantilePlot, TailIndex
from hts.tails.layer import sizes_in
from hts.tails.samples.norm_law import fitted_survival, log_norm_survival
from hts.tails.samples.sample import Sample

_GRID = 4000


def qq_points(
    x: np.ndarray | Sample,
    fit: TailIndex,
    *,
    kind: str = "II",
    points: int = 120,
    level: float = 0.95,
) -> QuantilePlot:
    """Observed against fitted quantiles of what is independent in ``x`` under noise ``kind``.

    ``x``: as in `hts.tails.hill_curve`, or a sample taken already; ``fit``: from
    `hts.tails.estimate_layer` or, for single values, `hts.tails.estimate`.  A tail-only fit is
    compared beyond its threshold only.
    """
    rank, observed, n, inputs = _ordered(x, kind, points, fit)
    low, high = _band(rank, n, level)
    return QuantilePlot(
        survival=((rank - 0.5) / n).tolist(),
        observed=observed.tolist(),
        fitted=_quantile((rank - 0.5) / n, fit, inputs).tolist(),
        low=_quantile(high, fit, inputs).tolist(),
        high=_quantile(low, fit, inputs).tolist(),
        level=level,
    )


def pp_points(
    x: np.ndarray | Sample,
    fit: TailIndex,
    *,
    kind: str = "II",
    points: int = 120,
    level: float = 0.95,
) -> ProbabilityPlot:
    """The fitted law's tail probabilities at the observed quantiles of `qq_points`."""
    rank, observed, n, inputs = _ordered(x, kind, points, fit)
    low, high = _band(rank, n, level)
    return ProbabilityPlot(
        empirical=((rank - 0.5) / n).tolist(),
        fitted=fitted_survival(np.log(observed), fit, inputs).tolist(),
        low=low.tolist(),
        high=high.tolist(),
        level=level,
    )


def _ordered(
    x: np.ndarray | Sample, kind: str, points: int, fit: TailIndex
) -> tuple[np.ndarray, np.ndarray, int, int]:
    """``(rank, sizes, n, inputs)``: ranks descending, from the smallest value to the largest."""
    size, inputs = sizes_in(x, kind)
    n = size.size
    most = n if fit.upper is None else min(fit.upper, n)
    half = max(2, points // 2)
    near_top, near_bottom = np.geomspace(1, most, half), n + 1 - np.geomspace(1, n, half)
    ranks = near_top if fit.upper is not None else np.concatenate([near_top, near_bottom])
    rank = np.unique(ranks.round().astype(int))[::-1]
    observed = np.partition(size, n - rank)[n - rank].astype(float)
    positive = observed > 0
    return rank[positive], observed[positive], n, inputs


def _band(rank: np.ndarray, n: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the uniform order statistic of that rank from the top."""
    half = 0.5 - level / 2
    return betaincinv(rank, n + 1 - rank, half), betaincinv(rank, n + 1 - rank, 1 - half)


def _quantile(survival: np.ndarray, fit: TailIndex, inputs: int) -> np.ndarray:
    """The size that the fitted law exceeds with probability ``survival``."""
    if fit.upper is not None:
        power: np.ndarray = fit.scale * survival ** (-1 / fit.alpha)
        return power
    alpha = min(fit.alpha, 2.0)
    # Near 0, P(||X|| < t) ~ t^inputs: log t reaches far down only for few inputs.
    least, most = float(survival.min()), float(survival.max())
    middle = 0.5 * math.log(inputs)
    down = -math.log(max(1 - most, 1e-300)) / inputs + 3
    up = -math.log(max(least, 1e-300)) / alpha + 3
    y = middle + np.linspace(-down, up, _GRID)
    beyond = log_norm_survival(y, alpha, inputs)
    falling = np.maximum.accumulate(-np.log(beyond))
    lower = np.log(np.maximum(-np.expm1(-falling), 1e-300))
    # Each tail on the scale on which it is straight.
    high = np.interp(-np.log(survival), falling, y)
    low = np.interp(np.log1p(-survival), np.maximum.accumulate(lower), y)
    chosen: np.ndarray = np.exp(np.where(survival < 0.5, high, low)) * fit.scale
    return chosen
