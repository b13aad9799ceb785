"""The symmetric law at millions of points a second: tables of `hts.noise.law`'s integral.

Same names, convention (S1, ``E exp(iuX) = exp(-|su|^alpha)``) and answers as `hts.noise.law`, which
sums the integral anew for every point.  Here it is summed once per alpha on a fine grid of log x
and interpolated by cubic splines of the logarithms; the table stays in the process.  Relative
error below 1e-8 for alpha in [0.5, 2], out to probabilities of 1e-12 and beyond: where x^alpha
exceeds 1e5 Bergstrom's series takes over.  alpha = 1 (Cauchy) and 2 (Gaussian) are in closed form.

Where the line of integration runs decides which digits are lost.  For x >= 3 it is moved right past
the first four poles of the moments, whose residues are the first terms of the series: what is left
to sum is small against the tail, which keeps its digits even near alpha = 2, where it is far below
the Gaussian bulk's.  For smaller x it is moved left past 0, which gives P(0 < X < x) itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.special import erfc, gammaln, loggamma, ndtri

from hts.noise import law
from hts.validate import number

_FAR = math.log(1e5)  # the series takes over where alpha log x is above this
_NEAR = 1e-9  # the power series' first term serves where its second is smaller by this
_SPLIT = math.log(3.0)  # the line of integration moves here
_ROWS, _COLUMNS = 64, 64  # grid points on each side of the split, as a product
_TERMS = 8
_SMALL = 0.15
_DAMPING = 36.0  # e^-36 is below rounding error
_MIDDLE = 0.3  # quantiles of probabilities above this come from the other table


def sf(x: ArrayLike, alpha: float, scale: float = 1.0) -> NDArray[np.float64]:
    """``P(X > x)``, float64 of the shape of ``x``, accurate in relative terms for x > 0.

    Symmetric, S1: ``alpha`` in (0, 2], ``scale`` > 0; Zolotarev's integral and Bergstrom's series.
    Raises `BadInput` for other values.
    """
    z = np.asarray(x, float) / _positive(scale)
    upper = _law(_checked(alpha)).upper(np.abs(z))
    return np.where(z >= 0, upper, 1.0 - upper)


def cdf(x: ArrayLike, alpha: float, scale: float = 1.0) -> NDArray[np.float64]:
    """``P(X <= x)``, accurate in relative terms for x < 0; otherwise as `sf`."""
    return sf(-np.asarray(x, float), alpha, scale)


def pdf(x: ArrayLike, alpha: float, scale: float = 1.0) -> NDArray[np.float64]:
    """Density at ``x``; shapes, bounds and errors as `sf`."""
    z = np.abs(np.asarray(x, float)) / _positive(scale)
    density: NDArray[np.float64] = _law(_checked(alpha)).density(z) / scale
    return density


def ppf(q: ArrayLike, alpha: float, scale: float = 1.0) -> NDArray[np.float64]:
    """Quantiles: x with ``cdf(x) = q``, plus or minus infinity at 1 and 0, nan outside [0, 1].

    Float64 of the shape of ``q``; bounds and errors as `sf`.
    """
    q = np.asarray(q, float)
    with np.errstate(invalid="ignore"):
        tail = np.where((q >= 0) & (q <= 1), np.minimum(q, 1 - q), np.nan)
    upper = _law(_checked(alpha)).quantile(tail) * _positive(scale)
    return np.where(q < 0.5, -upper, upper)


def logs(x: NDArray[np.float64], alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithms of ``P(X > x)`` and the density at ``x >= 0``; alpha from 0.15, not 1 or 2."""
    table = _law(alpha)
    with np.errstate(divide="ignore"):
        if not isinstance(table, _Table):
            return np.log(table.upper(x)), np.log(table.density(x))
    return table.log(x, density=False), table.log(x, density=True)


class _Cauchy:
    def upper(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):
            value: np.ndarray = np.arctan(1 / x) / math.pi
        return value

    def density(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return np.asarray(1 / (math.pi * (1 + x * x)))

    def quantile(self, p: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return np.where(p > 0.25, np.tan(math.pi * (0.5 - p)), 1 / np.tan(math.pi * p))


class _Gaussian:
    def upper(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(0.5 * erfc(x / 2))

    def density(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-(x**2) / 4) / math.sqrt(4 * math.pi))

    def quantile(self, p: np.ndarray) -> np.ndarray:
        return np.asarray(-math.sqrt(2) * ndtri(p))


@dataclass(frozen=True)
class _Summed:
    """Far below the alphas of interest the table would lose digits: every point is summed."""

    alpha: float

    def upper(self, x: np.ndarray) -> np.ndarray:
        return law.sf(x, self.alpha)

    def density(self, x: np.ndarray) -> np.ndarray:
        return law.pdf(x, self.alpha)

    def quantile(self, p: np.ndarray) -> np.ndarray:
        return -law.ppf(p, self.alpha)


@dataclass(frozen=True)
class _Table:
    """Splines over t = log x between the power series and Bergstrom's."""

    alpha: float
    low: float  # the table's ends in log x
    high: float
    log_upper: CubicSpline
    log_mass: CubicSpline  # of x times the density
    log_x_of_tail: CubicSpline  # log x over log P(X > x), ascending
    log_x_of_middle: CubicSpline  # log x over log P(0 < X < x)

    def upper(self, x: np.ndarray) -> np.ndarray:
        return np.exp(self.log(x, density=False))

    def density(self, x: np.ndarray) -> np.ndarray:
        return np.exp(self.log(x, density=True))

    def log(self, x: np.ndarray, *, density: bool) -> np.ndarray:
        x = np.asarray(x, float)
        with np.errstate(divide="ignore"):
            t = np.asarray(np.log(x))
        inside = np.clip(t, self.low, self.high)
        value = np.array(self.log_mass(inside) - inside if density else self.log_upper(inside))
        far, near = t > self.high, t < self.low
        if np.any(far):
            value[far] = _log_series(t[far], self.alpha, density)
        if np.any(near):
            value[near] = np.log(_power_series(x[near], self.alpha, density))
        return value

    def quantile(self, p: np.ndarray) -> np.ndarray:
        p = np.asarray(p, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_tail, log_middle = np.log(p), np.log(0.5 - p)
        ends = self.log_x_of_tail.x[[0, -1]], self.log_x_of_middle.x[[0, -1]]
        t = np.array(self.log_x_of_tail(np.clip(log_tail, *ends[0])))
        middle, far, near = p > _MIDDLE, log_tail < ends[0][0], log_middle < ends[1][0]
        if np.any(middle):
            t[middle] = self.log_x_of_middle(np.clip(log_middle[middle], *ends[1]))
        if np.any(near):
            t[near] = log_middle[near] - math.log(_peak(self.alpha))
        if np.any(far):
            t[far] = _far_quantile(log_tail[far], self.alpha)
        with np.errstate(over="ignore"):
            value: np.ndarray = np.exp(t)
        return value


@lru_cache(maxsize=32)  # about a megabyte each
def _law(alpha: float) -> _Cauchy | _Gaussian | _Summed | _Table:
    if alpha == 1:
        return _Cauchy()
    if alpha == 2:
        return _Gaussian()
    if alpha < _SMALL:
        return _Summed(alpha)
    low = (math.log(6 * _NEAR) + gammaln(1 / alpha) - gammaln(3 / alpha)) / 2
    high = _FAR / alpha
    split = min(_SPLIT, high / 2)
    bulk, minus_middle, bulk_mass = _mellin(low, split, alpha, -0.5)
    tail, tail_upper, tail_mass = _mellin(split, high, alpha, 4.5 * alpha)
    # Both grids have the split, which is wanted once.
    t = np.concatenate([bulk[:-1], tail])
    upper = np.concatenate([0.5 + minus_middle[:-1], tail_upper])
    log_upper = np.log(upper)
    inner = minus_middle > _MIDDLE / 1.1 - 0.5
    outer = upper < _MIDDLE * 1.1
    return _Table(
        alpha,
        low,
        high,
        CubicSpline(t, log_upper),
        CubicSpline(t, np.log(np.concatenate([bulk_mass[:-1], tail_mass]))),
        CubicSpline(log_upper[outer][::-1], t[outer][::-1]),
        CubicSpline(np.log(-minus_middle[inner]), bulk[inner]),
    )


def _mellin(
    start: float, stop: float, alpha: float, real: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grid of log x from ``start`` to ``stop``; upper tail and x times the density there.

    The trapezoid rule for ``(1/2 pi i) int E|X|^r x^-r dr/r`` (halved) along Re r = ``real``, plus
    the residues at the poles between 0 and there; for ``real`` < 0 it is the upper tail less 1/2.
    The grid is a sum of a coarse and a fine one, which makes the sums a product of two matrices.
    """
    end = 0.0  # where |moment| ~ (z/alpha)^growth e^(-pi z/2 alpha) is below rounding error
    for _ in range(4):
        growth = max(0.0, 0.5 - real / alpha) * math.log(1 + end / alpha)
        end = 2 * alpha / math.pi * (_DAMPING + 6 + growth)
    # The poles nearest to the line are alpha/2 or 1/2 away: the rule's error is below e^-48.
    step = math.pi * min(alpha, 1.0 if real < 0 else alpha) / (_DAMPING + 12)
    z = np.arange(0.0, end, step)
    r = real + 1j * z
    moments = np.exp(
        r * math.log(2) + loggamma(0.5 + r / 2) - gammaln(0.5)
        + loggamma(1 - r / alpha) - loggamma(1 - r / 2)
    )  # fmt: skip
    moments[0] *= 0.5
    spacing = (stop - start) / (_ROWS * _COLUMNS - 1)
    coarse = start + spacing * _COLUMNS * np.arange(_ROWS)
    fine = np.exp(-1j * np.outer(spacing * np.arange(_COLUMNS), z))
    turned = np.exp(-1j * np.outer(coarse, z))
    t = start + spacing * np.arange(_ROWS * _COLUMNS)
    front = 0.5 * step / math.pi * np.exp(-real * t)
    upper = _real_product(turned * (moments / r), fine).ravel() * front
    mass = _real_product(turned * moments, fine).ravel() * front
    passed = math.floor(max(real, 0.0) / alpha)
    upper += _series(t, alpha, False, passed)
    mass += _series(t, alpha, True, passed)
    return t, upper, mass


def _coefficient(k: int, alpha: float, density: bool) -> float:
    """Of x^(-alpha k) in Bergstrom's series, without Gamma(alpha k + 1)/k!."""
    # (-1)^(k+1) sin(pi alpha k/2), which near alpha = 2 would lose its digits
    sine = math.sin(k * (2 - alpha) * math.pi / 2)
    return sine / math.pi / (1 if density else alpha * k)


def _real_product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Real part of ``left @ right.T``."""
    # Not ``@``: for matrices this small, waking the threads of BLAS costs more than the product.
    a, b = np.hstack([left.real, -left.imag]), np.hstack([right.real, right.imag])
    product: np.ndarray = np.einsum("az,bz->ab", a, b)
    return product


def _series(t: np.ndarray, alpha: float, density: bool, terms: int) -> np.ndarray:
    """The first ``terms`` of Bergstrom's series at x = e^t: P(X > x), or x times the density."""
    total = np.zeros_like(t)
    for k in range(1, terms + 1):
        size = gammaln(alpha * k + 1) - gammaln(k + 1) - alpha * k * t
        total += _coefficient(k, alpha, density) * np.exp(size)
    return total


def _log_series(t: np.ndarray, alpha: float, density: bool) -> np.ndarray:
    """Logarithm of the series, its first term taken out so that nothing underflows."""
    first = _coefficient(1, alpha, density) * math.gamma(alpha + 1)
    rest = np.zeros_like(t)
    for k in range(2, _TERMS + 1):
        size = gammaln(alpha * k + 1) - gammaln(k + 1) - alpha * (k - 1) * t
        rest += _coefficient(k, alpha, density) / first * np.exp(size)
    value: np.ndarray = math.log(first) - (alpha + (1 if density else 0)) * t + np.log1p(rest)
    return value


def _far_quantile(log_tail: np.ndarray, alpha: float) -> np.ndarray:
    """log x from log P(X > x) where the series holds: three steps of a contraction by 1e-5."""
    first = math.log(_coefficient(1, alpha, False) * math.gamma(alpha + 1))
    t: np.ndarray = (first - log_tail) / alpha
    finite = np.isfinite(t)
    for _ in range(3):
        t[finite] += (_log_series(t[finite], alpha, False) - log_tail[finite]) / alpha
    return t


def _power_series(x: np.ndarray, alpha: float, density: bool) -> np.ndarray:
    peak = _peak(alpha)
    bend = math.exp(gammaln(1 + 3 / alpha)) / (6 * math.pi)
    return peak - bend * x**2 if density else 0.5 - peak * x


def _peak(alpha: float) -> float:
    return math.exp(float(gammaln(1 + 1 / alpha))) / math.pi


def _checked(alpha: float) -> float:
    return number("alpha", alpha, low=0, high=2, why="stable laws exist only there", open_low=True)


def _positive(scale: float) -> float:
    return number("scale", scale, low=0, high=math.inf, open_low=True)
