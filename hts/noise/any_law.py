"""Any stable law at arrays of points and parameters: logarithms of its functions, quantiles.

Convention as in `hts.noise.skewed`: standard laws in S1 or S0.  The Gaussian (alpha 2) and the
Cauchy law are in closed form, the others by `hts.noise.zolotarev`.  All arrays are flat, of one
shape and checked already.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, log_ndtr, ndtri_exp

from hts.noise import far_near_one, zolotarev
from hts.noise.skewed import s1_minus_s0
from hts.noise.zolotarev import Parts

_POWER = 200.0  # where |x|^alpha is beyond e^200, one power law is the whole tail
_MOST = 1e290  # |x| of a quantile at most
_ROUNDS = 200
_SETTLED = 1e-8  # of the logarithm, before a last step of Newton squares it
_NEAR_ONE = 0.1  # of |alpha - 1|: quantiles are looked for in S0 there


def shift(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """``beta tan(pi alpha/2)``: what S1 lies above S0; 0 at alpha 1 and 2."""
    pairs, place = np.unique(np.stack([alpha, beta]), axis=1, return_inverse=True)
    moved = np.array([s1_minus_s0(float(a), float(b)) for a, b in pairs.T])
    return np.asarray(moved[place.ravel()])


def parts(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray, *, s0: bool) -> Parts:
    """Logarithms of P(X <= x), P(X > x) and the density, and d log f/dx; nan where x is."""
    found = np.full((4, x.size), np.nan)
    ends = np.isinf(x)
    found[:, ends] = [np.where(x[ends] > 0, 0, -np.inf), np.where(x[ends] > 0, -np.inf, 0),
                      np.full(ends.sum(), -np.inf), np.zeros(ends.sum())]  # fmt: skip
    left = np.isfinite(x)
    for some, law in (
        (left & (alpha == 2), _gauss),
        (left & (alpha == 1) & (beta == 0), _cauchy),
    ):
        found[:, some] = law(x[some])
        left &= ~some
    with np.errstate(divide="ignore"):
        power = alpha * np.log(np.abs(x))
    some = left & (power > _POWER) & (1 + np.sign(x) * beta > 0)
    found[:, some] = _power_law(x[some], alpha[some], beta[some])
    left &= ~some
    close = left & (np.abs(alpha - 1) < 1e-2)
    if close.any():
        centre = x[close] if s0 else x[close] - shift(alpha[close], beta[close])
        some = np.flatnonzero(close)[np.abs(centre) > far_near_one.FROM]
        at = centre[np.abs(centre) > far_near_one.FROM]
        found[:, some] = far_near_one.parts(at, alpha[some], beta[some])
        left[some] = False
    if left.any():
        rest = zolotarev.parts(x[left], alpha[left], beta[left], s0=s0)
        found[:, left] = rest.log_below, rest.log_above, rest.log_density, rest.slope
    return Parts(*found)


def _gauss(x: np.ndarray) -> list[np.ndarray]:
    z = x / math.sqrt(2)
    return [log_ndtr(z), log_ndtr(-z), -z * z / 2 - math.log(4 * math.pi) / 2, -z / math.sqrt(2)]


def _cauchy(x: np.ndarray) -> list[np.ndarray]:
    far = np.hypot(1, x)
    tails = [np.log(np.arctan2(1, side) / math.pi) for side in (-x, x)]
    return [*tails, -math.log(math.pi) - 2 * np.log(far), -2 * x / far / far]


def _power_law(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> list[np.ndarray]:
    constant = np.log(np.sin(math.pi / 2 * np.minimum(alpha, 2 - alpha)) / math.pi)
    right, log_x = x > 0, np.log(np.abs(x))
    tail = constant + gammaln(alpha) + np.log1p(np.sign(x) * beta) - alpha * log_x
    zero = np.zeros(x.size)
    density = np.log(alpha) + tail - log_x
    return [np.where(right, zero, tail), np.where(right, tail, zero), density, -(alpha + 1) / x]


def quantile(
    log_p: np.ndarray, above: np.ndarray, alpha: np.ndarray, beta: np.ndarray, *, s0: bool
) -> np.ndarray:
    """x with log P(X > x) = ``log_p`` where ``above``, else log P(X <= x); nan beyond 0."""
    sign = np.where(above, -1.0, 1.0)
    out = np.full(log_p.shape, np.nan)
    gauss, cauchy = alpha == 2, (alpha == 1) & (beta == 0)
    out[gauss] = sign[gauss] * math.sqrt(2) * ndtri_exp(np.minimum(log_p[gauss], 0))
    with np.errstate(divide="ignore"):
        out[cauchy] = -sign[cauchy] / np.tan(math.pi * np.exp(log_p[cauchy]))
    for own, close in ((True, np.abs(alpha - 1) < _NEAR_ONE), (False, np.abs(alpha - 1) >= 0.1)):
        some = np.flatnonzero(close & ~gauss & ~cauchy & np.isfinite(log_p) & (log_p < 0))
        if some.size:
            x = _search(log_p[some], above[some], alpha[some], beta[some], own)
            moved = shift(alpha[some], beta[some]) * (int(own) - int(s0))
            out[some] = x + moved
    low, high = support(alpha, beta, s0=s0)
    out = np.where(log_p == -np.inf, np.where(above, high, low), out)
    out = np.where(log_p == 0, np.where(above, low, high), out)
    return np.where(log_p > 0, np.nan, out)


def support(alpha: np.ndarray, beta: np.ndarray, *, s0: bool) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the support: half a line where alpha < 1 and beta is -1 or 1."""
    end = -shift(alpha, beta) if s0 else np.zeros(alpha.shape)
    half = alpha < 1
    low = np.where(half & (beta == 1), end, -np.inf)
    return low, np.where(half & (beta == -1), end, np.inf)


def _search(
    log_p: np.ndarray, above: np.ndarray, alpha: np.ndarray, beta: np.ndarray, s0: bool
) -> np.ndarray:
    """Newton's method between two bounds, on log P over t, x = unit sinh t."""
    sign = np.where(above, -1.0, 1.0)
    log_unit = np.where(alpha < 0.5, -69.0, 0.0)  # small alpha have much of their mass next to 0
    reach = math.log(2 * _MOST) - log_unit
    low, high, t = -reach, reach.copy(), np.zeros(log_p.size)
    out = np.full(log_p.size, np.nan)
    rows = np.arange(log_p.size)
    last = np.full(log_p.size, np.inf)
    for _ in range(_ROUNDS):
        at, unit = t[rows], log_unit[rows]
        up, down = np.exp(at + unit) / 2, np.exp(unit - at) / 2
        x = up - down
        found = parts(x, alpha[rows], beta[rows], s0=s0)
        side = np.where(above[rows], found.log_above, found.log_below)
        gap = (side - log_p[rows]) * sign[rows]  # ascending in t
        low[rows], high[rows] = np.where(gap < 0, at, low[rows]), np.where(gap < 0, high[rows], at)
        with np.errstate(all="ignore"):
            rate = np.exp(found.log_density - side)
            step = -gap / rate
            ahead = at + step / (up + down)
        inside = (ahead > low[rows]) & (ahead < high[rows]) & (np.abs(gap) < last[rows] / 2)
        done = np.isfinite(step) & (np.abs(gap) < _SETTLED) | (high[rows] - low[rows] < 1e-15)
        out[rows[done]] = (x + np.where(np.isfinite(step), step, 0.0))[done]
        last[rows] = np.abs(gap)
        t[rows] = np.where(inside, ahead, (low[rows] + high[rows]) / 2)
        rows = rows[~done]
        if not rows.size:
            break
    out[rows] = np.sinh(np.clip(t[rows], -700, 700)) * np.exp(log_unit[rows])
    return out
