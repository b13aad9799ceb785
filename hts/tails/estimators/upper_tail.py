"""Estimators that look at the k largest values alone: Hill, moment (DEdH), Pickands.

alpha is the tail index, ``P(|X| > x) ~ C x^-alpha``; xi = 1/alpha is the extreme-value index.  They
assume nothing below the threshold, and for stable laws near alpha = 2, whose power law begins very
far out, they are badly biased; their intervals hold sampling error only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from hts.tails.estimators.inversion import LIGHTEST, Found, z_of
from hts.validate import BadInput

FEWEST_UPPER = 10
NO_POWER_LAW = (
    "The extreme-value index is not above 0, so no power law is seen: alpha is infinite, written "
    f"as {LIGHTEST:g}."
)


@dataclass(frozen=True)
class Uppers:
    """The ``k + 1`` largest of ``size`` absolute values as logarithms, descending."""

    logs: np.ndarray
    size: int

    @property
    def most(self) -> int:
        """The largest k there are logarithms for."""
        return len(self.logs) - 1


def uppers(values: np.ndarray, most: int) -> Uppers:
    """The ``most + 1`` largest absolute values that are above 0."""
    size = np.abs(values)
    most = min(most, size.size - 1)
    largest = np.partition(size, size.size - most - 1)[size.size - most - 1 :]
    largest = np.sort(largest.astype(float))[::-1]
    largest = largest[largest > 0]
    if len(largest) <= FEWEST_UPPER:
        raise BadInput(
            f"a tail needs more than {FEWEST_UPPER} values that differ from the centre, got "
            f"{len(largest)}."
        )
    return Uppers(np.log(largest), size.size)


def hill_xi(tail: Uppers, k: np.ndarray) -> np.ndarray:
    """Hill's xi at every ``k``: the mean of the k largest logarithms over the next one."""
    means = np.cumsum(tail.logs[:-1]) / np.arange(1, len(tail.logs))
    xi: np.ndarray = (means - tail.logs[1:])[k - 1]
    return xi


def moment_xi(tail: Uppers, k: np.ndarray) -> np.ndarray:
    """Dekkers, Einmahl and de Haan's xi: ``M1 + 1 - 1/(2 (1 - M1^2/M2))``."""
    logs = tail.logs - tail.logs[-1]  # small numbers, so that squares keep their digits
    counts = np.arange(1, len(logs))
    first = np.cumsum(logs[:-1]) / counts
    second = np.cumsum(logs[:-1] ** 2) / counts
    below = logs[1:]
    m1, m2 = first - below, second - 2 * below * first + below**2
    with np.errstate(divide="ignore", invalid="ignore"):
        xi: np.ndarray = (m1 + 1 - 0.5 / (1 - m1**2 / m2))[k - 1]
    return xi


def pickands_xi(tail: Uppers, k: np.ndarray) -> np.ndarray:
    """Pickands' xi, from the values of rank m, 2m and 4m with ``m = k // 4``."""
    m = np.maximum(1, k // 4)
    x = np.exp(tail.logs - tail.logs[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x[m - 1] - x[2 * m - 1]) / (x[2 * m - 1] - x[4 * m - 1])
        xi: np.ndarray = np.log(ratio) / math.log(2)
    return xi


def hill_band(xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of alpha: under a Pareto tail ``k xi alpha`` has a Gamma(k) law."""
    half = 0.5 - level / 2
    return gammaincinv(k, half) / (k * xi), gammaincinv(k, 1 - half) / (k * xi)


def moment_band(xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of alpha from the normal one of xi."""
    a = np.minimum(xi, 0.0)
    light = (1 - a) ** 2 * (1 - 2 * a)
    light *= (
        4 - 8 * (1 - 2 * a) / (1 - 3 * a) + (5 - 11 * a) * (1 - 2 * a) / ((1 - 3 * a) * (1 - 4 * a))
    )
    return _from_xi(xi, np.sqrt(np.where(xi >= 0, 1 + xi**2, light) / k), level)


def pickands_band(xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of alpha from the normal one of xi."""
    small = np.where(np.abs(xi) < 1e-6, 1e-6, xi)
    spread = small * np.sqrt(2 ** (2 * small + 1) + 1) / (2 * (2**small - 1) * math.log(2))
    return _from_xi(xi, spread / np.sqrt(np.maximum(1, k // 4)), level)


def _from_xi(xi: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    reach = z_of(level) * error
    return alpha_of(xi + reach), alpha_of(xi - reach)


def alpha_of(xi: np.ndarray) -> np.ndarray:
    """1/xi, at most `LIGHTEST`, which also stands for xi <= 0."""
    return 1 / np.maximum(xi, 1 / LIGHTEST)


Index = Callable[[Uppers, np.ndarray], np.ndarray]
Band = Callable[[np.ndarray, np.ndarray, float], tuple[np.ndarray, np.ndarray]]
UPPER: dict[str, tuple[Index, Band]] = {
    "hill": (hill_xi, hill_band),
    "moment": (moment_xi, moment_band),
    "pickands": (pickands_xi, pickands_band),
}


def by_upper_tail(name: str, tail: Uppers, k: int, level: float) -> Found:
    """One of ``hill``, ``moment``, ``pickands`` at ``k``."""
    index, band = UPPER[name]
    at = np.array([k])
    xi = index(tail, at)
    if not np.isfinite(xi[0]):
        raise BadInput(
            f"the {k} largest values are tied, so {name} has nothing to compare: choose another k "
            "or a sample with more distinct values."
        )
    low, high = band(np.maximum(xi, 1 / LIGHTEST) if name == "hill" else xi, at, level)
    return Found(
        float(alpha_of(xi)[0]),
        float(low[0]),
        float(high[0]),
        NO_POWER_LAW if xi[0] <= 1 / LIGHTEST else "",
        upper=k,
        threshold=math.exp(tail.logs[k]),
    )
