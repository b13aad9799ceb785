"""Laws that a sample may have instead of a stable one, each fitted to the same counts.

Heavy: Student's t, a Gaussian with a share of a power law, and stable noise under a Gaussian or
uniform bulk.  Light: mixtures of two or three Gaussians, and the exponential power law (Laplace,
Gaussian, nearly uniform).  Scales are
relative to the stable fit's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import fdtrc, gammaincc

from hts.tails.masked import fit_masked, survival
from hts.tails.samples.binning import LogCounts

_FLOOR = 1e-300
_LEAST_SHARE = 1e-4
_LIGHTEST_INDEX = math.log(8.0)  # a power law of a larger one is no longer told from an exponential
_NODES, _MASSES = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True)
class Candidate:
    """A fitted law: ``theta``, its log-likelihood, and its survival function at the edges."""

    name: str
    heavy: bool
    theta: tuple[float, ...]
    log_likelihood: float
    law: np.ndarray


@dataclass(frozen=True)
class Law:
    """A family: ``survival(y, theta, inputs)`` of ``log ||X||``, and where its search begins."""

    name: str
    heavy: bool
    starts: tuple[tuple[float, ...], ...]
    survival: Callable[[np.ndarray, np.ndarray, int], np.ndarray]
    single: bool = False  # of single values only

    def fit(self, counts: LogCounts, inputs: int, log_scale: float) -> Candidate:
        """Maximum likelihood on ``counts``."""
        edges = counts.edges - log_scale

        def loss(theta: np.ndarray) -> float:
            if np.abs(theta).max() > 12:
                return 1e12
            return -log_likelihood(counts, self.survival(edges, theta, inputs))

        first = min((np.array(s) for s in self.starts), key=loss)
        options = {"maxfev": 100 * len(first), "xatol": 0.03, "fatol": 0.2}
        best = minimize(loss, first, method="Nelder-Mead", options=options)
        law = self.survival(edges, best.x, inputs)
        return Candidate(self.name, self.heavy, tuple(best.x), -float(best.fun), law)


def log_likelihood(counts: LogCounts, law: np.ndarray) -> float:
    """Of ``counts`` under a law's survival function at their edges."""
    s = np.append(law[:-1], 0.0)
    found = float(np.log(np.maximum(-np.diff(s), _FLOOR)) @ counts.counts)
    if counts.truncated:
        return found - counts.size * math.log(max(s[0], _FLOOR))
    if counts.inner:
        found += counts.inner * math.log(max(1 - s[0], _FLOOR))
    return found


def masked(
    counts: LogCounts,
    inputs: int,
    log_scale: float,
    bulk: str,
    alpha: float | None = None,
    rough: bool = False,
) -> Candidate:
    """Stable noise under a bulk: ``theta`` is alpha, the noise's S1 scale and the bulk's width."""
    mask = fit_masked(counts, inputs, log_scale, bulk, alpha=alpha, rough=rough)
    theta = (mask.alpha, mask.scale, mask.width)
    law = survival(counts.edges, *theta, inputs, bulk)
    return Candidate(f"{bulk} bulk", True, theta, log_likelihood(counts, law), law)


def student(y: np.ndarray, theta: np.ndarray, inputs: int) -> np.ndarray:
    """Student's t vectors: ``exp(theta[0])`` degrees of freedom, log scale ``theta[1]``."""
    ratio = np.exp(np.minimum(2 * (y - theta[1]), 600.0)) / inputs
    found: np.ndarray = fdtrc(inputs, math.exp(theta[0]), ratio)
    return found


def gaussians(y: np.ndarray, theta: np.ndarray, inputs: int) -> np.ndarray:
    """A mixture: the first log spread, then of each further one log odds and log ratio."""
    spread = theta[0]
    parts, weights = [_gaussian(y, spread, inputs)], [1.0]
    for odds, ratio in zip(theta[1::2], theta[2::2], strict=True):
        spread = spread + abs(ratio)
        parts.append(_gaussian(y, spread, inputs))
        weights.append(max(math.exp(odds), _LEAST_SHARE))
    mixed: np.ndarray = np.average(parts, axis=0, weights=weights)
    return mixed


def _gaussian(y: np.ndarray, spread: float | np.ndarray, inputs: int) -> np.ndarray:
    found: np.ndarray = gammaincc(inputs / 2, np.exp(np.minimum(2 * (y - spread), 600.0)) / 2)
    return found


def _spread(y: np.ndarray, theta: np.ndarray, inputs: int) -> np.ndarray:
    """Gaussians whose log spread is normal around ``theta[0]``, with log deviation ``theta[1]``."""
    spreads = theta[0] + math.exp(theta[1]) * _NODES
    mixed: np.ndarray = _gaussian(y[:, None], spreads, inputs) @ (_MASSES / _MASSES.sum())
    return mixed


def _power(y: np.ndarray, theta: np.ndarray, inputs: int) -> np.ndarray:
    """``exp(-|x|^b)``: log b and log scale."""
    b = math.exp(theta[0])
    found: np.ndarray = gammaincc(1 / b, np.exp(np.minimum(b * (y - theta[1]), 600.0)))
    return found


def _contaminated(sharp: float) -> Callable[[np.ndarray, np.ndarray, int], np.ndarray]:
    """A Gaussian of log spread ``theta[0]`` and, with log odds, values of a power law beyond a log
    scale with a log index; ``sharp``: how suddenly it begins."""

    def law(y: np.ndarray, theta: np.ndarray, inputs: int) -> np.ndarray:
        _, odds, scale, index = theta
        share = 1 / (1 + math.exp(-odds))
        falls = math.exp(min(index, _LIGHTEST_INDEX)) / sharp
        power = np.exp(-falls * np.logaddexp(0.0, sharp * (y - scale)))
        mixed: np.ndarray = (1 - share) * _gaussian(y, theta[0], inputs) + share * power
        return mixed

    return law


_SHARE = "a Gaussian with a share of a power law"
_SHARES = ((0.3, -3.0, 0.5, 0.4), (0.3, -5.0, 1.5, 0.4), (0.1, -1.5, 0.5, 1.0))
LAWS = (
    Law("a Student's t", True, ((0.5, 0.1), (1.5, 0.2), (0.0, 0.0)), student),
    Law(_SHARE, True, _SHARES, _contaminated(1.0), single=True),
    Law(_SHARE, True, _SHARES, _contaminated(20.0), single=True),
    Law("a mixture of Gaussians", False,
        ((0.2, -2.0, 1.0, -5.0, 0.5), (0.2, -4.0, 2.0, -6.0, 0.5), (0.1, -0.5, 0.4, -2.0, 0.5)),
        gaussians),
    Law("Gaussians of log-normal spread", False, ((0.1, -0.7), (0.2, -1.5), (-0.1, 0.0)), _spread),
    Law("an exponential power law", False, ((0.7, 0.6), (0.0, 0.2), (2.0, 1.0)), _power,
        single=True),
)  # fmt: skip
