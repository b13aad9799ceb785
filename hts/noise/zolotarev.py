"""Any stable law by Zolotarev's integral: both tails, density and slope, alike for every alpha.

Convention as in `hts.noise.skewed`: standard laws (scale 1, location 0), S1 or S0, with
theta = beta tan(pi alpha/2) and X1 = X0 + theta.  Given the angle V of Chambers, Mallows and Stuck
(1976) the sign of X1 is that of V - V0 and |X1| is monotone in their exponential W, so that every
probability is an integral over V of something positive, which no cancellation can spoil, however
far out in a tail (Zolotarev 1986, section 2.2; Nolan 1997).  With e = 1 - alpha, D0 = V - V0 the
distance to the zero, D = pi/2 - V that to the pole and k = cos(alpha V0), x > 0 is reached at ::

    log W = log sin(D + alpha D0) + [alpha log sin(alpha D0) - log sin D - log k - alpha log x]/e

    f(x)         = alpha/(|e| x pi) int W exp(-W) dV
    P(X1 > x)    = (1/pi) int D  W exp(-W) |d log W|       (integrals by parts)
    P(0 < X1 < x) = (1/pi) int D0 W exp(-W) |d log W|

(x in S1; negative x by reflection).  In y = log(D0/D) the integrands decay exponentially on both
sides, so that the trapezoid rule converges geometrically; its step is halved until nothing changes.
Near alpha = 1 the bracket is written as a logarithm of 1 + O(e), in S0, and goes through 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit, gammaln

_HALF_PI = math.pi / 2
_NEAR_ONE = 1e-2  # of |e|: from here on in S0, except next to X1 = 0
_END = 700.0  # of |y|
_TINY = 1e-290  # |x| is taken between it and its inverse
_DEEP = 30.0  # e^-30 is left out on either side
_FIRST = 24  # intervals, doubled until two sums agree
_MOST = 1 << 13
_DEEPEST = 1e9  # e^-W of such a W is all that can be said of a tail
_AGREE = 1e-7  # the finer of two sums is then right to about its square
_CHUNK = 1 << 15  # values at a time: their temporaries stay in the cache


@dataclass(frozen=True)
class Parts:
    """At each point the logarithms of P(X <= x), P(X > x) and the density, and its slope."""

    log_below: np.ndarray
    log_above: np.ndarray
    log_density: np.ndarray
    slope: np.ndarray  # d log f/dx


@dataclass(frozen=True)
class _Laws:
    """One law and one x >= 0 (S1) a row, (rows, 1): what log W needs."""

    alpha: np.ndarray
    e: np.ndarray
    beta: np.ndarray
    x: np.ndarray  # in S1
    x0: np.ndarray  # in S0
    length: np.ndarray  # of the angles where X1 > 0, L = D0 + D
    rest: np.ndarray  # pi - L
    gap: np.ndarray  # pi - alpha L
    k: np.ndarray

    def take(self, rows: np.ndarray) -> _Laws:
        return _Laws(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def parts(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray, *, s0: bool) -> Parts:
    """The standard law at flat ``x`` > -inf with ``alpha`` in (0, 2], ``beta`` of the same shape.

    ``s0``: x is in S0, else in S1.  Unchecked; not for alpha = 1 with beta = 0 (Cauchy).
    """
    found = np.full((4, x.size), np.nan)
    for start in range(0, x.size, _CHUNK // _FIRST):
        part = slice(start, start + _CHUNK // _FIRST)
        # Where W is 0 or infinite, so are its logarithm and slope; their weight is 0.
        with np.errstate(all="ignore"):
            found[:, part] = _chunk(x[part], alpha[part], beta[part], s0)
    return Parts(*found)


def _chunk(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray, s0: bool) -> np.ndarray:
    laws, mirrored = _laws(x, alpha, beta, s0)
    least = _least(laws)
    low, high = _range(laws, least)
    sums = np.zeros((4, x.size))
    some = (laws.length > 0)[:, 0]
    sums[:, some] = 1.0  # e^-W says it all where W is beyond _DEEPEST
    rows = some & (least < _DEEPEST)[:, 0]
    sums[:, rows] = _sum(laws.take(rows), low[rows], high[rows], least[rows])
    logs = np.log(sums) - least[:, 0] - math.log(math.pi)
    beyond, within = _ends(laws, low, high)
    log_above = np.logaddexp(logs[2], np.log(beyond / math.pi))
    cut = (laws.e > 0) & (low <= 1 - _END)  # next to 0 of a small alpha; there it is no tail
    rest = (laws.length[:, 0] - within) / math.pi - np.exp(logs[3])
    log_above = np.where(cut[:, 0], np.log(np.maximum(rest, 0)), log_above)
    log_below = np.logaddexp(logs[3], np.log((within + laws.rest[:, 0]) / math.pi))
    alpha, e, at = laws.alpha[:, 0], laws.e[:, 0], laws.x[:, 0]
    # alpha/(e x), which is finite at alpha = 1
    rate = alpha / np.where(e == 0, 2 / math.pi * laws.beta[:, 0], e * at)
    mean = np.where(rows, sums[1] / sums[0], least[:, 0])  # of W
    slope = np.where(some, (mean - 1 - e / alpha) * rate, 0.0)
    near = _near_zero(laws)
    slope = np.where(np.isnan(near), slope, near)
    found = np.array([log_below, log_above, logs[0] + np.log(np.abs(rate)), slope])
    found[:, mirrored] = found[:, mirrored][[1, 0, 2, 3]]
    found[3, mirrored] *= -1
    return found


def _near_zero(laws: _Laws) -> np.ndarray:
    """The slope by the power series at X1 = 0, nan where its fifth term would be felt."""
    length, k, x, alpha = (a[:, 0] for a in (laws.length, laws.k, laws.x, laws.alpha))
    n = np.arange(5)[:, None]
    log_size = gammaln((n + 1) / alpha) - gammaln(n + 1) + (n + 1) / alpha * np.log(k)
    log_size += n * np.log(x)
    felt = np.maximum(log_size[4] - log_size[0], log_size[1] - log_size[0]) > math.log(1e-9)
    terms = np.exp(log_size - log_size[0]) * (-1.0) ** n * np.sin((n + 1) * length)
    series = (n * terms).sum(axis=0) / terms.sum(axis=0) / x
    return np.where(felt | (np.sin(length) < 1e-6) | (laws.e[:, 0] == 0), np.nan, series)


def _laws(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray, s0: bool) -> tuple[_Laws, np.ndarray]:
    """The laws, turned round where X1 < 0 so that x > 0 in S1."""
    e = 1 - alpha
    side = np.where(e < 0, -1.0, 1.0)
    c, s = np.sin(_HALF_PI * np.minimum(alpha, 2 - alpha)), np.sin(_HALF_PI * np.abs(e))
    theta = np.where(beta == 0, 0.0, beta * c / s * side)
    x1, x0 = (x + theta, x) if s0 else (x, np.where(e == 0, x, x - theta))
    x1 = np.where(e == 0, beta * np.inf, x1)
    mirrored = x1 < 0
    sign = np.where(mirrored, -1.0, 1.0)
    beta, x1, x0 = sign * beta, sign * x1, sign * x0
    up, across = s * c * (1 + beta), s * s - beta * c * c
    angle, gap = np.arctan2(up, side * across), np.arctan2(up, -side * across)
    rest = np.arctan2(s * c * (1 - beta), side * (s * s + beta * c * c)) / alpha
    k = s / np.hypot(s, beta * c)
    x1 = np.clip(x1, _TINY, 1 / _TINY)
    columns = (alpha, e, beta, x1, x0, angle / alpha, rest, gap, k)
    return _Laws(*(column[:, None] for column in columns)), mirrored


def _log_w(laws: _Laws, y: np.ndarray) -> tuple[np.ndarray, ...]:
    """log W, its derivative in y, D0 and D at the places y."""
    zero, pole = laws.length * expit(y), laws.length * expit(-y)
    alpha, e = laws.alpha, laws.e
    # sin D, sin(alpha D0) and sin(D + alpha D0), each from the nearer end of its half turn
    turned = alpha * zero > _HALF_PI
    inner = np.where(turned, laws.gap + alpha * pole, alpha * zero)
    outer = np.where(pole > _HALF_PI, laws.rest + zero, pole)
    both = pole + alpha * zero
    over = both > _HALF_PI
    both = np.where(over, np.where(e > 0, laws.rest + e * zero, laws.gap - e * pole), both)
    sin_inner, sin_outer, sin_both = np.sin(inner), np.sin(outer), np.sin(both)
    cot_inner = np.where(turned, -1, 1) * np.cos(inner) / sin_inner
    cos_outer = np.where(pole > _HALF_PI, -1, 1) * np.cos(outer)
    cot_both = np.where(over, -1, 1) * np.cos(both) / sin_both
    near = (np.abs(e[:, 0]) < _NEAR_ONE) & (laws.x[:, 0] > 1)
    bracket = alpha * np.log(sin_inner) - np.log(sin_outer)
    h = np.log(sin_both) + (bracket - np.log(laws.k) - alpha * np.log(laws.x)) / e
    rate = -e * cot_both + (alpha * alpha * cot_inner + cos_outer / sin_outer) / e
    if near.any():
        part, side = laws.take(near), np.where(pole[near] > _HALF_PI, -1.0, 1.0)
        log_r, slope = _near_one(part, outer[near], side, sin_inner[near], cot_inner[near])
        # sin(D + alpha D0)/k is 1 + beta V 2/pi at alpha = 1
        line = _HALF_PI * (1 - part.beta) + part.beta * zero[near]
        one = part.e == 0
        both = np.where(one, line / _HALF_PI, sin_both[near] / part.k)
        h[near] = np.log(both / sin_outer[near]) - part.alpha * log_r
        rate[near] = np.where(one, part.beta / line, -part.e * cot_both[near])
        rate[near] += cos_outer[near] / sin_outer[near] - part.alpha * slope
    rate = rate * zero * pole / laws.length
    return h, rate, zero, pole


def _near_one(
    laws: _Laws, pole: np.ndarray, side: np.ndarray, sin_inner: np.ndarray, cot_inner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """``log(R)/e`` and its derivative in V, R = x cos V k/sin(alpha D0), for small e.

    ``pole`` is the distance of |V| to pi/2, ``side`` the sign of V.
    """
    alpha, e, angle = laws.alpha, laws.e, _HALF_PI - pole
    c, s = np.cos(_HALF_PI * e), np.sin(_HALF_PI * e)
    unit = np.where(e == 0, 2 / math.pi, e / s)
    b = (1 + side * laws.beta) * c
    # side N = side [sin(alpha V) + theta (cos(alpha V) - cos V)], as in `hts.noise.skewed`
    one, two = pole + e * angle / 2, pole * (1 - e / 2)
    of_angle = np.where(e == 0, angle * unit, 2 * np.sin(e * angle / 2) / s)
    of_pole = np.where(e == 0, pole * unit, 2 * np.sin(e * pole / 2) / s)
    lean = np.tan(_HALF_PI * e / 2)
    n = b * of_angle * np.cos(one) + of_pole * np.cos(two) - lean * np.sin(pole)
    by_angle = b * (unit * np.cos(e * angle / 2) * np.cos(one) - of_angle * np.sin(one) * e / 2)
    by_pole = unit * np.cos(e * pole / 2) * np.cos(two) - of_pole * (1 - e / 2) * np.sin(two)
    by_pole -= b * of_angle * np.sin(one) + lean * np.cos(pole)
    below = np.where(e < 0, -unit, unit) * np.hypot(s, laws.beta * c) * sin_inner
    y = (laws.x0 * np.sin(pole) - side * n) / below
    moved = (-side * laws.x0 * np.cos(pole) - by_angle + by_pole) / below - y * alpha * cot_inner
    ratio = np.maximum(e * y, 1e-16 - 1)  # R - 1
    log_r: np.ndarray = np.where(e == 0, y, np.log1p(ratio) / e)
    return log_r, moved / (1 + ratio)


def _least(laws: _Laws) -> np.ndarray:
    """W where it is smallest: 0, except in a tail that is lighter than every power."""
    h = _log_w(laws, np.where(laws.e < 0, _END, -_END))[0]
    return np.asarray(np.exp(np.minimum(np.nan_to_num(h, nan=-np.inf), _END)))


def _range(laws: _Laws, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the integrands are worth a sum: y (rows, 1), low and high."""
    up = np.where(laws.e < 0, -1.0, 1.0)  # towards larger W
    halvings = 20 if np.abs(laws.e).min() > 0.02 else 40

    def solve(wanted: np.ndarray) -> np.ndarray:
        below, above = -up * _END, up * _END
        for _ in range(halvings):
            y = (below + above) / 2
            less = _log_w(laws, y)[0] < wanted
            below, above = np.where(less, y, below), np.where(less, above, y)
        return above

    # D0 may grow like W^(1/alpha - 1) on its way up: the top is that of a gamma law
    most = least + _DEEP + 2 / laws.alpha + np.sqrt(2 * _DEEP / laws.alpha)
    middle, top = solve(np.log(least + 1)), solve(np.log(most))
    worth = _worth(laws, middle) - _DEEP
    near, far = middle, -up * _END
    for _ in range(halvings):
        y = (near + far) / 2
        some = (_worth(laws, y) > worth).any(axis=0)
        near, far = np.where(some, y, near), np.where(some, far, y)
    return np.minimum(far, top), np.maximum(far, top)


def _worth(laws: _Laws, y: np.ndarray) -> np.ndarray:
    """Logarithms of the integrands (3, rows, 1)."""
    h, rate, zero, pole = _log_w(laws, y)
    log_rate = np.log(np.where(np.isfinite(rate), np.abs(rate), 0.0))
    weight = h - np.exp(np.minimum(h, _END))
    return np.array([
        weight + np.log(zero) + np.log(pole) - np.log(laws.length),
        weight + np.log(pole) + log_rate,
        weight + np.log(zero) + log_rate,
    ])  # fmt: skip


def _sum(laws: _Laws, low: np.ndarray, high: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Integrals of W w dV, W^2 w dV, D W w |d log W| and D0 W w |d log W|: (4, rows).

    w is exp(least - W).
    """
    out = np.empty((4, len(low)))
    rows, size = np.arange(len(low)), _FIRST
    total = _terms(laws, low + (high - low) * np.arange(size + 1) / size, least)
    while rows.size and size < _MOST:
        part, start, width, floor = laws.take(rows), low[rows], (high - low)[rows], least[rows]
        places = (np.arange(size) + 0.5) / size
        finer = np.zeros_like(total)
        for first in range(0, size, 8 * _FIRST):
            finer += _terms(part, start + width * places[first : first + 8 * _FIRST], floor)
        change = np.abs(finer - total) / np.maximum(np.abs(finer + total), 1e-300)
        total, size = total + finer, 2 * size
        settled = (change < _AGREE).all(axis=0)
        out[:, rows[settled]] = total[:, settled] * (width[settled, 0] / size)
        rows, total = rows[~settled], total[:, ~settled]
    out[:, rows] = total * ((high - low)[rows, 0] / size)
    return out


def _terms(laws: _Laws, y: np.ndarray, least: np.ndarray) -> np.ndarray:
    h, rate, zero, pole = _log_w(laws, y)
    w = np.exp(np.minimum(h, _END))
    weight = w * np.exp(least - w)
    across = weight * zero * pole / laws.length
    moving = np.where(weight > 0, weight * np.abs(rate), 0.0)
    terms = (across, w * across, moving * pole, moving * zero)
    return np.array([term.sum(axis=1) for term in terms])


def _ends(laws: _Laws, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the integrals by parts of P(X1 > x) and P(0 < X1 < x) leave where W ends above 0."""
    falls = laws.e < 0
    h, _, zero, pole = _log_w(laws, np.where(falls, high, low))
    left = -np.expm1(-np.exp(np.minimum(np.nan_to_num(h, nan=-np.inf), _END)))
    return np.where(falls, 0.0, left * pole)[:, 0], np.where(falls, left * zero, 0.0)[:, 0]
