"""A light bulk plus weaker stable noise: what a layer is before its noise has taken over.

``X = B + S``: B the initialisation, Gaussian or uniform, S symmetric stable (rotationally invariant
in R^inputs).  Since ``S = sqrt(A) G``, given A the sum is Gaussian or a Gaussian-smoothed uniform
value, so ``P(|X| > x)`` is a one-dimensional mean over A, positive stable of index alpha/2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import minimize
from scipy.special import erfc, gammaincc

from hts.tails.samples.binning import LogCounts

HEAVIEST, LIGHTEST_NOISE = 0.5, 1.95
_STARTS = ((1.6, 0.05), (1.6, 0.3), (1.4, 1.0))  # alpha, scale of the noise over the bulk's
_EVALUATIONS, _ROUGH = 220, 90
_EXPONENT, _NODES = 6, 96
_FLOOR = 1e-300
_ROOT2 = math.sqrt(2)


@dataclass(frozen=True)
class MaskedFit:
    """The best bulk and noise: ``alpha``, S1 scale of the noise, spread of the bulk."""

    bulk: str  # gaussian or uniform
    alpha: float
    scale: float
    width: float  # standard deviation of a Gaussian bulk, half-width of a uniform one
    log_likelihood: float


def fit_masked(
    counts: LogCounts,
    inputs: int,
    log_scale: float,
    bulk: str,
    *,
    alpha: float | None = None,
    rough: bool = False,
) -> MaskedFit:
    """Maximum likelihood on ``counts``; ``alpha`` fixes the noise's instead of fitting it.

    ``log_scale`` is a stable fit's, where the search begins; ``rough`` stops it early.
    """
    occupied, edges = np.flatnonzero(counts.counts), counts.edges
    used = np.unique(np.concatenate([[0], occupied, occupied + 1]))
    lower, upper = np.searchsorted(used, occupied), np.searchsorted(used, occupied + 1)
    weights = counts.counts[occupied].astype(float)
    y = edges[used] - log_scale

    def loss(at: np.ndarray) -> float:
        index = alpha if alpha is not None else float(at[2])
        if not HEAVIEST <= index <= LIGHTEST_NOISE or abs(at[0]) > 12 or abs(at[1]) > 12:
            return 1e12
        s = survival(y, index, math.exp(at[0]), math.exp(at[1]), inputs, bulk)
        p = np.maximum(s[lower] - s[upper], _FLOOR)
        inner = counts.inner * math.log(max(1 - s[0], _FLOOR)) if counts.inner else 0.0
        return -float(np.log(p) @ weights + inner)

    # Of unit scale in S1 a Gaussian has standard deviation 2^(1/2).
    spread = 0.5 * math.log(2) if bulk == "gaussian" else 0.5 * math.log(6)
    begins = [
        np.array([math.log(ratio) - 0.1, spread - 0.1, start][: 3 if alpha is None else 2])
        for start, ratio in _STARTS
    ]
    options = {"maxfev": _ROUGH if rough else _EVALUATIONS, "xatol": 1e-3, "fatol": 1e-2}
    first = min(begins, key=loss)
    best = minimize(loss, first, method="Nelder-Mead", options=options)
    if not rough:
        best = minimize(loss, best.x, method="Nelder-Mead", options=options)
    return MaskedFit(
        bulk,
        float(best.x[2]) if alpha is None else alpha,
        math.exp(best.x[0] + log_scale),
        math.exp(best.x[1] + log_scale),
        -float(best.fun),
    )


def survival(
    y: np.ndarray, alpha: float, scale: float, width: float, inputs: int, bulk: str
) -> np.ndarray:
    """``P(log ||B + S|| > y)`` for a 1-d ``y``; ``width`` as in `MaskedFit`."""
    a, mass = _mixing(round(alpha, 4))
    noise = 2 * scale**2 * a  # variance given A
    if bulk == "gaussian":
        given = _gaussian(y, noise + width**2, inputs)
    else:
        given = _uniform(np.exp(y)[:, None], np.sqrt(noise), width)
    value: np.ndarray = given @ mass
    return np.maximum(value, _FLOOR)


def _gaussian(y: np.ndarray, variance: np.ndarray, inputs: int) -> np.ndarray:
    start, step, beyond = _chi(inputs)
    place = (y[:, None] - 0.5 * np.log(variance) - start) / step
    np.clip(place, 0, len(beyond) - 1.001, out=place)
    k = place.astype(np.intp)
    value: np.ndarray = beyond[k] + (place - k) * (beyond[k + 1] - beyond[k])
    return value


@lru_cache(maxsize=32)
def _chi(inputs: int) -> tuple[float, float, np.ndarray]:
    """``P(log ||N|| > t)`` of a standard Gaussian vector on an even grid: start, step, values."""
    middle, reach = 0.5 * math.log(inputs), 6.0 / math.sqrt(inputs)
    t = np.linspace(middle - max(reach, 0.5), middle + max(reach / 2, 0.3), 4000)
    if inputs == 1:
        t = np.linspace(-7.0, 2.2, 4000)
        return float(t[0]), float(t[1] - t[0]), erfc(np.exp(t) / _ROOT2)
    return float(t[0]), float(t[1] - t[0]), gammaincc(inputs / 2, np.exp(2 * t) / 2)


def _uniform(x: np.ndarray, sigma: np.ndarray, half: float) -> np.ndarray:
    """``P(|U + sigma N| > x)``, U uniform on (-half, half)."""
    above = _excess((x - half) / sigma) - _excess((x + half) / sigma)
    return sigma / half * above


def _excess(z: np.ndarray) -> np.ndarray:
    """``E max(N - z, 0)``."""
    density = np.exp(-np.minimum(z * z, 1400.0) / 2) / math.sqrt(2 * math.pi)
    value: np.ndarray = density - z * erfc(z / _ROOT2) / 2
    return value


@lru_cache(maxsize=512)
def _mixing(alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and masses of A, positive stable: ``E exp(-A t) = exp(-t^(alpha/2))``.

    Cells in log A, each represented by its middle.
    """
    # Near alpha = 2, A is nearly 1: fine cells there; in the power law far out, coarse ones do.
    spans = ((-6.0, -2.0, 0.25), (-2.0, 3.0, 0.0625), (3.0, 26.0, 0.3))
    edges = np.concatenate([np.arange(*span) for span in spans])
    beyond = _positive_survival(edges, alpha / 2)
    mass = np.concatenate([-np.diff(beyond), [beyond[-1]]])
    middle = np.concatenate([(edges[1:] + edges[:-1]) / 2, [edges[-1] + 1]])
    mass[0] += 1 - beyond[0]
    return np.exp(middle), mass


def _positive_survival(log_a: np.ndarray, q: float) -> np.ndarray:
    """``P(A > a)``: Zolotarev's integral ``(1/pi) int 1 - exp(-a^(-q/(1-q)) K(u)) du``."""
    s, weights = _legendre()
    # u = pi (1 - s^6) crowds the nodes at pi, where K grows without bound.
    left = math.pi * s**_EXPONENT
    u = math.pi - left
    log_k = (
        q / (1 - q) * np.log(np.sin(q * u))
        + np.log(np.sin((1 - q) * u))
        - 1 / (1 - q) * np.log(np.sin(left))
    )
    power = np.exp(np.minimum(log_k - q / (1 - q) * log_a[:, None], 50.0))
    value: np.ndarray = -np.expm1(-power) @ (weights * _EXPONENT * s ** (_EXPONENT - 1))
    return value


@lru_cache(maxsize=1)
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2
