"""Fit a symmetric stable law: centre by the median, start from quantiles, then binned likelihood.

Convention: S1, ``E exp(iu(X - m)) = exp(-|s u|^alpha)``; the alpha reported is the stability index,
which for alpha < 2 is the tail index: ``P(|X| > x)`` falls like ``x^-alpha``.  (The extreme-value
index is 1/alpha, the exponent of the density alpha + 1.)

On i.i.d. symmetric stable values the estimate has no visible bias.  A stable fit assumes
stability, so look at ``fits``: Laplace weights read about 1.5 and mean nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from hts.tails.estimators.goodness import Goodness, goodness
from hts.tails.estimators.likelihood import Likelihood, maximise, score_of_cells
from hts.tails.samples.binning import FEWEST, LogCounts, between_values, log_counts
from hts.tails.samples.norm_law import LOWEST, log_norm_survival
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

_QUANTILES = (0.5, 0.9)
_START_NODES = (LOWEST, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.7, 1.8, 1.9, 1.96, 2.0)

NOT_STABLE = (
    "The sample does not look stable (its density differs from the fitted one by about "
    "{misfit:.0%}, the distribution functions by up to {distance:.3f}), so alpha describes no tail."
)
NEAR_TWO = (
    "Near alpha = 2 the law is almost Gaussian and only the few largest values tell alpha; trust "
    "the interval, not the number."
)


@dataclass(frozen=True)
class Fit:
    """The maximum, its interval, and how well the law fits."""

    alpha: float
    low: float
    high: float
    log_scale: float
    goodness: Goodness
    design: float  # how many values count as one for alpha


def fit_sample(sample: Sample, level: float) -> Fit:
    """Fit the law of ``||X||``, X rotationally invariant stable in R^inputs, to its values.

    With one input these are signed values around 0, otherwise norms.
    """
    counts, alpha, log_scale = count(sample)
    return fit_counts(counts, sample, level, alpha, log_scale)


def count(sample: Sample) -> tuple[LogCounts, float, float]:
    """Log-spaced counts fine enough for a fit, and a first ``alpha`` and ``log_scale``."""
    centred, inputs = sample.values, sample.inputs
    size = np.abs(centred)
    apart = int(np.count_nonzero(size))
    if apart < FEWEST:
        raise BadInput(
            f"at least {FEWEST} values must differ from the centre, got {apart} of {size.size}: "
            "the rest are all equal and say nothing about a tail."
        )
    few = size if size.size <= 20_000 else size[:: size.size // 20_000 + 1]
    few = few[few > 0]
    alpha, log_scale = _quantile_start(np.log(few.astype(float)), inputs)
    width = min(0.08, 0.2 / math.sqrt(2 * inputs))
    middle = 0.5 * math.log(inputs) + log_scale
    start = middle - (3.5 if inputs == 1 else 60 * width)
    truncated = sample.floor > 0 and math.log(sample.floor) > start
    if truncated:
        start = math.log(sample.floor) - 1e-6
        width = min(width, max(math.log(float(size.max())) - start, 1e-6) / 40)
    counts = log_counts(centred, start, width)
    if sample.coarse:
        counts = between_values(counts, centred)
    return replace(counts, truncated=truncated), alpha, log_scale


def fit_counts(
    counts: LogCounts, sample: Sample, level: float, alpha: float, log_scale: float
) -> Fit:
    """The fit to ``counts`` of ``sample``, from a first ``alpha`` and ``log_scale``.

    Raises `BadInput` where values that share draws count as too few.
    """
    likelihood = Likelihood(counts, sample.inputs, log_scale)
    found = 1.0

    def design(at: float) -> float:
        nonlocal found
        if sample.clusters is not None:
            cells = counts.cells(sample.values)
            rows = 0 if sample.known else sample.clusters.too_few(cells.astype(float))
            if rows:
                raise BadInput(
                    f"the weights of a unit share draws, and {rows} units are too few to "
                    "say how much: read the layer by units."
                )
            scores = score_of_cells(likelihood, counts, at)
            found = sample.clusters.design(scores[cells])
        return found

    best, low, high = maximise(likelihood, alpha, level, design)
    sample.check_enough(found)
    log_scale = likelihood.log_scale(best)
    good = goodness(counts, best, log_scale, sample.inputs)
    return Fit(best, low, high, log_scale, good, found)


def _quantile_start(log_norms: np.ndarray, inputs: int) -> tuple[float, float]:
    """McCulloch's (1986) idea: a ratio of quantiles falls as alpha grows, whatever the scale."""
    middle, outer = np.quantile(log_norms, _QUANTILES)
    alphas, spreads, middles = _quantile_curve(inputs)
    alpha = float(np.interp(-(outer - middle), -spreads, alphas))
    return alpha, float(middle - np.interp(alpha, alphas, middles))


@lru_cache(maxsize=32)
def _quantile_curve(inputs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = []
    for alpha in _START_NODES:
        y = 0.5 * math.log(inputs) + np.linspace(-5, 14, 1500)
        below = 1 - log_norm_survival(y, alpha, inputs)
        middle, outer = np.interp(_QUANTILES, below, y)
        rows.append((alpha, outer - middle, middle))
    alphas, spreads, middles = np.array(rows).T
    return alphas, spreads, middles
