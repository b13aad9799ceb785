"""Fit alpha and skewness: maximum likelihood over all four parameters of a stable law.

Counts in about 230 cells, evenly spaced in the inverse hyperbolic sine of x, are multinomial with
the probabilities of `hts.tails.estimators.skewed_law`; Fisher scoring climbs to the maximum.
Intervals are normal, from the expected information, and end where the parameters do; near alpha = 2
skewness has no effect, and the interval of beta says so by spanning [-1, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hts.records import TailIndex
from hts.tails.estimators.base import Estimator, Options
from hts.tails.estimators.inversion import z_of
from hts.tails.estimators.skewed_law import LEAST_ALPHA, tails
from hts.tails.estimators.stable_fit import NEAR_TWO, count, fit_sample
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

_CELL, _FARTHEST = 0.1, 12.0  # in asinh(x / scale)
_ROUNDS = 60
_SETTLED = 1e-3  # of the log-likelihood
_GAUSSIAN = 1.999
_LOW, _HIGH = np.array([LEAST_ALPHA, -1, -3, -5]), np.array([2, 1, 3, 5])
_NUDGE = np.array([2e-3, 2e-3, 1e-3, 1e-3])  # alpha, beta, log scale, location over scale
_LEAST_EXPECTED = 8.0
_SIGNIFICANCE = 1e-3
_FORGIVEN = 0.03  # misfit that is forgiven, as in `hts.tails.estimators.goodness`
NOT_STABLE = (
    "The sample does not look stable even with skewness (its density differs from the fitted one "
    "by about {misfit:.0%}), so alpha describes no tail."
)


@dataclass(frozen=True)
class _Point:
    theta: np.ndarray
    probabilities: np.ndarray
    value: float


def fit_skewed(sample: Sample, level: float) -> TailIndex:
    """alpha and beta (S1 and S0 have the same) with intervals; scale; location in S0.

    Raises `BadInput` for norms, or where alpha would have to be below 0.8.
    """
    if sample.of != "values":
        raise BadInput(f"skewness is of single values, got {sample.of}, which have no sign.")
    _, alpha, log_scale = count(sample)
    unit = math.exp(log_scale)
    z = np.arcsinh(sample.values.astype(float) / unit)
    edges = np.arange(-_FARTHEST, _FARTHEST + _CELL / 2, _CELL)
    inner, _ = np.histogram(z, edges)
    below, above = int((z < edges[0]).sum()), int((z > edges[-1]).sum())
    counts = np.concatenate([[below], inner, [above]]).astype(float)
    best = _climb(counts, np.sinh(edges), np.array([max(alpha, 1.0), 0.0, 0.0, 0.0]))
    information = _information(best, np.sinh(edges), counts.sum())[1]
    errors = np.sqrt(np.diag(np.linalg.pinv(information, hermitian=True)))
    reach = z_of(level) * errors * math.sqrt(sample.design)
    found_alpha, beta = float(best.theta[0]), float(best.theta[1])
    distance, misfit, fits = _goodness(counts, best.probabilities)
    if found_alpha <= LEAST_ALPHA + 1e-6:
        raise BadInput(
            f"a skewed fit reaches down to alpha {LEAST_ALPHA:g} only, and this sample is heavier: "
            "use the symmetric fit or a tail-only method."
        )
    low = max(LEAST_ALPHA, found_alpha - float(reach[0]))
    # At 2 the law is Gaussian whatever beta is, and the information is no guide to alpha.
    blind = found_alpha + float(reach[0]) >= 2 or found_alpha > _GAUSSIAN
    if blind:
        low = min(low, fit_sample(sample, level).low)
    note = NOT_STABLE.format(misfit=misfit) if not fits else NEAR_TWO * (found_alpha >= 1.9)
    return TailIndex(
        alpha=found_alpha,
        low=low,
        high=2.0 if blind else found_alpha + float(reach[0]),
        level=level,
        method="maximum likelihood with skewness",
        sample=sample.unit,
        size=sample.size,
        scale=unit * math.exp(best.theta[2]),
        location=sample.location + unit * float(best.theta[3]),
        distance=distance,
        fits=fits,
        note=note,
        counted=sample.counted,
        beta=beta,
        beta_low=-1.0 if blind else max(-1.0, beta - float(reach[1])),
        beta_high=1.0 if blind else min(1.0, beta + float(reach[1])),
    )


class Skewed(Estimator):
    """Beside the others for samples that look skewed: ``estimate(x, skew=True)``."""

    name = "skewed"
    title = "With skewness"
    label = "Skewed"
    citation = "maximum likelihood over all four parameters of the law"
    assumes = "i.i.d. stable values, skewed or not"
    interval = "normal, from the expected information; ends where the parameters do"
    bias = "skewness can hardly be told near α = 2; reaches down to α = 0.8"
    cost = "some hundred milliseconds whatever the size"
    norms = False

    def estimate(self, sample: Sample, level: float, options: Options) -> TailIndex:
        return fit_skewed(sample, level)


SKEWED = Skewed()


def _probabilities(theta: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Of the cells between ``edges`` and beyond them."""
    alpha, beta, log_scale, location = theta
    below, above = tails((edges - location) * math.exp(-log_scale), float(alpha), float(beta))
    upper = edges > location
    inside = np.where(upper[:-1], above[:-1] - above[1:], below[1:] - below[:-1])
    cells = np.concatenate([[below[0]], inside, [above[-1]]])
    return np.maximum(cells, 1e-300)


def _at(theta: np.ndarray, counts: np.ndarray, edges: np.ndarray) -> _Point:
    p = _probabilities(theta, edges)
    used = counts > 0
    return _Point(theta, p, float(counts[used] @ np.log(p[used])))


def _climb(counts: np.ndarray, edges: np.ndarray, theta: np.ndarray) -> _Point:
    """Fisher scoring with halved steps, kept where stable laws exist."""
    here = _at(theta, counts, edges)
    for _ in range(_ROUNDS):
        slopes, information = _information(here, edges, counts.sum())
        score = slopes @ (counts / here.probabilities)
        # All parameters but those that sit at a bound and are pushed against it.
        low, high = here.theta <= _LOW, here.theta >= _HIGH
        free = ~((high & (score > 0)) | (low & (score < 0)))
        step = np.zeros(4)
        step[free] = np.linalg.pinv(information[np.ix_(free, free)], hermitian=True) @ score[free]
        step *= min(1.0, 0.5 / max(np.abs(step).max(), 1e-12))
        for _ in range(12):
            there = _at(np.clip(here.theta + step, _LOW, _HIGH), counts, edges)
            if there.value >= here.value:
                break
            step /= 2
        else:
            return here
        gain, here = there.value - here.value, there
        if gain < _SETTLED:
            return here
    return here


def _information(point: _Point, edges: np.ndarray, n: float) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives (4, cells) of the probabilities, and the expected information."""
    slopes = []
    for k, nudge in enumerate(_NUDGE):
        step = np.zeros(4)
        step[k] = nudge
        ahead, behind = (np.clip(point.theta + s, _LOW, _HIGH) for s in (step, -step))
        change = _probabilities(ahead, edges) - _probabilities(behind, edges)
        slopes.append(change / (ahead[k] - behind[k]))
    found = np.array(slopes)
    return found, n * (found / point.probabilities) @ found.T


def _goodness(counts: np.ndarray, p: np.ndarray) -> tuple[float, float, bool]:
    """Largest gap of the distribution functions, misfit, and whether that is acceptable."""
    n = counts.sum()
    distance = float(np.abs(np.cumsum(counts / n - p)).max())
    # Neighbouring cells join until each group expects enough.
    group = np.floor(np.cumsum(n * p) / max(_LEAST_EXPECTED, n / 40)).astype(int)
    expected, observed = np.bincount(group, n * p), np.bincount(group, counts)
    used = expected >= _LEAST_EXPECTED
    statistic = float(((observed - expected)[used] ** 2 / expected[used]).sum())
    freedom = max(1, int(used.sum()) - 5)
    misfit = math.sqrt(max(statistic - freedom, 0.0) / n)
    fits = chdtrc(freedom, max(statistic - n * _FORGIVEN**2, 0.0)) >= _SIGNIFICANCE
    return distance, misfit, bool(fits)
