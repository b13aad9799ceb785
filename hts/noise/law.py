"""The symmetric stable law itself: density, distribution function, quantiles.  Needs no torch.

Convention: S1, ``E exp(iuX) = exp(-|s u|^alpha)``; at alpha = 2 it is N(0, 2 s^2).

The moments ``E|X|^r`` are known in closed form for complex r, so the survival function of |X| is a
Mellin-Barnes integral, which the trapezoid rule sums to rounding error for every alpha, 1 and 2
included (no case distinction near 1).  Far out Bergstrom's (1952) asymptotic series takes over, and
near 0 the power series; between that and the sum, for small alpha, the integral of
`hts.noise.zolotarev`.  Relative accuracy is about 1e-10 or better, tails included, except that
within 1e-4 below alpha = 2, where the tail itself is vanishing, it is about 1e-5 there.
``scipy.stats.levy_stable`` returns 0 beyond a few hundred scales.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, gammaln, loggamma, ndtri

from hts.noise.zolotarev import parts
from hts.validate import number

_FAR = 1e5  # the series takes over at |x|^alpha above this
_NEAR = 5e-4  # and the power series at |x| below this at most
_LOST = 1e-5  # of x times the density: for less at x below 1 the sum has lost its digits
_MIDDLE = 1e-6  # quantiles that near to the median have a Newton of their own
_TERMS = 8
_DAMPING = 36.0  # e^-36 is below rounding error
_CHUNK = 1 << 12
_ROW = 18  # about the square root of the number of nodes
_GRID = 400  # exact points under a quantile's first guess


def tail_constant(alpha: float) -> float:
    """C in ``P(X > x) ~ C x^-alpha`` at scale 1: ``sin(pi alpha/2) Gamma(alpha)/pi``; 0 at 2."""
    alpha = _checked(alpha)
    return 0.0 if alpha == 2 else math.sin(math.pi * alpha / 2) * math.gamma(alpha) / math.pi


def log_absolute_moment(r: np.ndarray, alpha: float, inputs: int = 1) -> np.ndarray:
    """``log E||X||^r`` for complex ``r``, -inputs < Re r < alpha (any Re r > -inputs at alpha 2).

    X is the rotationally invariant stable vector of R^inputs at scale 1, ``sqrt(A) G``; for
    ``inputs = 1`` it is the symmetric law.  From ``E S^q = Gamma(1 - 2q/alpha)/Gamma(1 - q)``
    and the moments of chi: complex array of the shape of ``r``.
    """
    half = r / 2
    value = r * math.log(2) + loggamma(inputs / 2 + half) - gammaln(inputs / 2)
    return value if alpha == 2 else value + loggamma(1 - r / alpha) - loggamma(1 - half)


def sf(x: ArrayLike, alpha: float, scale: float = 1.0) -> np.ndarray:
    """``P(X > x)``, the shape of ``x``, accurate in relative terms for x > 0."""
    z = np.asarray(x, float) / _positive(scale)
    upper = _both(np.abs(z), _checked(alpha))[0].reshape(z.shape)
    return np.where(z >= 0, upper, 1.0 - upper)


def cdf(x: ArrayLike, alpha: float, scale: float = 1.0) -> np.ndarray:
    """``P(X <= x)``, the shape of ``x``, accurate in relative terms for x < 0."""
    return sf(-np.asarray(x, float), alpha, scale)


def pdf(x: ArrayLike, alpha: float, scale: float = 1.0) -> np.ndarray:
    """Density at ``x``, the shape of ``x``."""
    z = np.abs(np.asarray(x, float)) / _positive(scale)
    return _both(z, _checked(alpha))[1].reshape(z.shape) / scale


def ppf(q: ArrayLike, alpha: float, scale: float = 1.0) -> np.ndarray:
    """Quantiles: x with ``cdf(x) = q``; plus or minus infinity at 1 and 0, nan outside [0, 1]."""
    q = np.asarray(q, float)
    with np.errstate(invalid="ignore"):
        tail = np.where((q >= 0) & (q <= 1), np.minimum(q, 1 - q), np.nan)
    upper = upper_quantile(tail.ravel(), _checked(alpha)).reshape(q.shape) * _positive(scale)
    return np.where(q < 0.5, -upper, upper)


def upper_quantile(tail: np.ndarray, alpha: float) -> np.ndarray:
    """x >= 0 with ``P(X > x) = tail`` at scale 1; ``tail`` is a flat array in [0, 1/2]."""
    out = np.where(tail == 0, np.inf, np.where(tail == 0.5, 0.0, np.nan))
    inside = (tail > 0) & (tail < 0.5)
    if alpha == 2:
        out[inside] = -math.sqrt(2) * ndtri(tail[inside])
        return out
    flat = max(1e-300, 1e-5 * math.exp(0.5 * (gammaln(1 + 1 / alpha) - gammaln(1 + 3 / alpha))))
    near = inside & (0.5 - flat * _peak(alpha) < tail)  # there the density is constant
    out[near] = (0.5 - tail[near]) / _peak(alpha)
    inside &= ~near
    middle = inside & (0.5 - tail < _MIDDLE)
    if middle.any():  # Newton climbs along a concave curve
        x = (0.5 - tail[middle]) / _peak(alpha)
        for _ in range(40):
            upper, density = _both(x, alpha)
            x = x + (upper - tail[middle]) / density
        out[middle] = x
        inside &= ~middle
    # A cubic through exact points, slopes included, is right to about 1e-4; Newton on log-log
    # scales, where the curve is nearly straight, then squares the error twice.
    log_p = np.log(tail[inside])
    top = (math.log(max(tail_constant(alpha), 1e-300)) - log_p.min(initial=-1.0)) / alpha
    ends = math.log(flat) - 1, max(top, 3.0) + 3
    log_x = np.linspace(*ends, max(_GRID, int(10 * (ends[1] - ends[0]))))
    upper, density = _both(np.exp(log_x), alpha, rough=True)
    rise = -np.log(np.maximum(upper, 1e-300))
    kept = np.diff(np.maximum.accumulate(rise), prepend=-1.0) > 1e-9
    rise, y = rise[kept], log_x[kept]
    slope = upper[kept] / (density[kept] * np.exp(y))
    y = _hermite(-log_p, rise, y, slope)
    for _ in range(2):
        x = np.exp(y)
        upper, density = _both(x, alpha)
        y = y + (np.log(upper) - log_p) * upper / (density * x)
    out[inside] = np.exp(y)
    return out


def _hermite(at: np.ndarray, x: np.ndarray, y: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """The cubic through ``y`` with the given slopes at the ascending ``x``, at ``at``."""
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)
    h = x[k + 1] - x[k]
    t = (at - x[k]) / h
    ends = y[k] * (1 + 2 * t) * (1 - t) ** 2 + y[k + 1] * t**2 * (3 - 2 * t)
    return ends + h * (slope[k] * t * (1 - t) ** 2 - slope[k + 1] * t**2 * (1 - t))


def _both(x: np.ndarray, alpha: float, *, rough: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Upper tail probability and density at ``x >= 0``, each point by the method right there.

    ``rough``: next to 0 of a small alpha a few digits are enough.
    """
    flat = np.ravel(x).astype(float)
    if alpha == 2:
        return 0.5 * erfc(flat / 2), np.exp(-(flat**2) / 4) / math.sqrt(4 * math.pi)
    upper, density = np.full((2, flat.size), np.nan)
    with np.errstate(over="ignore"):
        near, far = flat < _reach(alpha), flat > np.power(_FAR, 1 / alpha)
    upper[near], density[near] = _power_series(flat[near], alpha)
    upper[far], density[far] = _asymptotic_series(flat[far], alpha)
    middle = np.flatnonzero(~near & ~far & ~np.isnan(flat))
    for start in range(0, len(middle), _CHUNK):
        part = middle[start : start + _CHUNK]
        upper[part], density[part] = _mellin(flat[part], alpha)
    lost = np.flatnonzero(~near & (flat < 1) & (np.minimum(flat, 1) * density < _LOST))
    if lost.size and not rough:
        found = parts(flat[lost], *np.full((2, lost.size), [[alpha], [0.0]]), s0=False)
        upper[lost], density[lost] = np.exp(found.log_above), np.exp(found.log_density)
    return upper, density


def _mellin(x: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Trapezoid rule for ``(1/2 pi i) int E|X|^r x^-r dr/r`` (halved) along Re r = alpha/2."""
    end = 2 * alpha / math.pi * (_DAMPING + 6)
    step = math.pi * alpha / (2 * (_DAMPING + 12))
    z = np.arange(0.0, end, step)
    r = alpha / 2 + 1j * z
    weights = np.exp(log_absolute_moment(r, alpha)) * (step / math.pi)
    weights[0] *= 0.5
    log_x = np.log(x)
    # x^-iz on the grid z = (row * _ROW + column) * step is a product of two short lists of powers.
    rows = -(-z.size // _ROW)
    grid = np.zeros((2, rows * _ROW), complex)
    grid[:, : z.size] = weights / r, weights
    fine = np.exp(-1j * np.outer(log_x, z[:_ROW])) @ grid.reshape(2 * rows, _ROW).T
    coarse = np.exp(-1j * np.outer(log_x, step * _ROW * np.arange(rows)))
    both = np.einsum("ikr,ir->ik", fine.reshape(-1, 2, rows), coarse)
    value = 0.5 * both.real * np.exp(-log_x * alpha / 2)[:, None]
    return value[:, 0], value[:, 1] / x


def _asymptotic_series(x: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(over="ignore"):
        power = x**-alpha
    upper, density = np.zeros((2, x.size))
    for k in range(1, _TERMS + 1):
        term = (-1) ** (k + 1) * math.sin(math.pi * alpha * k / 2) / math.pi
        term *= math.exp(gammaln(alpha * k + 1) - gammaln(k + 1))
        upper += term / (alpha * k) * power**k
        density += term * power**k
    return upper, density / x


def _peak(alpha: float) -> float:
    """The density at 0; infinite where it exceeds the largest number, below alpha 0.006."""
    with np.errstate(over="ignore"):
        return float(np.exp(gammaln(1 + 1 / alpha))) / math.pi


def _reach(alpha: float) -> float:
    """Where the third term of the power series begins to be felt."""
    fourth = gammaln(1 / alpha) - gammaln(5 / alpha)
    return min(_NEAR, math.exp((fourth + math.log(24e-12)) / 4))


def _power_series(x: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore"):
        bend = np.exp(gammaln(3 / alpha) - gammaln(1 / alpha) + 2 * np.log(x)) / 2
    return 0.5 - _peak(alpha) * x * (1 - bend / 3), _peak(alpha) * (1 - bend)


def _checked(alpha: float) -> float:
    why = "stable laws exist only there"
    return number("alpha", alpha, low=0, high=2, why=why, open_low=True)


def _positive(scale: float) -> float:
    return number("scale", scale, low=0, high=math.inf, open_low=True)
