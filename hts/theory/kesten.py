"""Where plain SGD on linear regression gets heavy tails: a criterion that can be computed.

SGD with fresh batches of b Gaussian inputs a ~ N(0, I_d) on ``y = <a, x*> + noise`` moves the
error x by a random affine map, ``x <- (I - eta H) x + eta q`` with ``H = (1/b) sum_i a_i a_i^T``.
Such recursions (Kesten 1973) have a stationary law with power tails ``P(||x|| > t) ~ C t^-s``,
where s solves ``lim (E ||M_k ... M_1||^s)^(1/k) = 1``, M = I - eta H; for SGD this is the criterion
of Gurbuzbalaban, Simsekli and Zhu (2021), which we use as we remember it and derive here.

Derivation.  For an orthogonal Q, Q H Q^T has the law of H.  So ``||M x|| / ||x||`` has one law for
every x and is independent of earlier steps: ``E ||M_k ... M_1 x||^s = h(s)^k ||x||^s`` with
``h(s) = E ||M e_1||^s``, and the tail index is the s > 0 with h(s) = 1.  Let u (b,) be the first
coordinates of the batch: ``H e_1 = (1/b) sum_i u_i a_i``.  Its first entry is U/b with
``U = ||u||^2 ~ chi^2_b``; given u the others are independent N(0, U/b^2), so their squares add
up to ``U V / b^2`` with ``V ~ chi^2_{d-1}`` independent of U.  Hence

    h(s) = E [ (1 - eta U/b)^2 + (eta/b)^2 U V ]^(s/2).

h is convex with h(0) = 1.  At s = 2 the expectation is ``1 - 2 eta + eta^2 (b + d + 1)/b``, so the
variance is finite exactly for ``eta < 2b/(b + d + 1)``.  There is no stationary law once h'(0), the
mean logarithmic growth, is above 0.

alpha here is a tail index, ``P(|x| > t) ~ t^-alpha``; it may exceed 2, and no stable law is meant.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from hts.validate import number, whole

LARGEST = 50.0  # tail indices above this are not looked for
_NODES = 200


def critical_step(batch: int, inputs: int) -> float:
    """The step size at which the variance becomes infinite: ``2b/(b + d + 1)``."""
    _check(1.0, batch, inputs)
    return 2 * batch / (batch + inputs + 1)


def moment(s: float, step: float, batch: int, inputs: int) -> float:
    """``h(s) = E ||(I - eta H) e_1||^s`` by Gauss-Legendre quadrature."""
    _check(step, batch, inputs)
    size, weight = _sizes(step, batch, inputs, LARGEST)
    return float((weight * size ** (s / 2)).sum())


def growth(step: float, batch: int, inputs: int) -> float:
    """``h'(0) = E log ||(I - eta H) e_1||``: the mean logarithmic growth per step."""
    _check(step, batch, inputs)
    size, weight = _sizes(step, batch, inputs, LARGEST)
    return float((weight * np.log(size)).sum()) / 2


def divergence_step(batch: int, inputs: int) -> float:
    """The step size above which there is no stationary law: where `growth` is 0."""
    start = critical_step(batch, inputs)
    high = start
    while growth(high, batch, inputs) < 0:
        high *= 1.3
    return float(brentq(growth, 0.5 * start, high, args=(batch, inputs), xtol=1e-10))


def tail_index(step: float, batch: int, inputs: int) -> float | None:
    """s > 0 with h(s) = 1; None where there is no stationary law, or s is above `LARGEST`."""
    if growth(step, batch, inputs) >= 0 or moment(LARGEST, step, batch, inputs) <= 1:
        return None
    low = 1e-4
    while moment(low, step, batch, inputs) >= 1:  # just below divergence the index is near 0
        low /= 10
        if low < 1e-12:
            return None

    def above(s: float) -> float:
        return math.log(moment(s, step, batch, inputs))

    return float(brentq(above, low, LARGEST, xtol=1e-8))


@lru_cache(maxsize=64)
def _sizes(step: float, batch: int, inputs: int, power: float) -> tuple[np.ndarray, np.ndarray]:
    """Squared norms of ``(I - eta H) e_1`` and their probabilities, flattened."""
    u, wu = _chi_square(batch, power, math.sqrt(batch / step))  # where `along` touches 0
    along = (1 - step / batch * u) ** 2
    if inputs == 1:
        return np.maximum(along, 1e-300), wu
    v, wv = _chi_square(inputs - 1, power)
    size = along[:, None] + (step / batch) ** 2 * u[:, None] * v
    return np.maximum(size, 1e-300).ravel(), (wu[:, None] * wv).ravel()


@lru_cache(maxsize=64)
def _chi_square(degrees: int, power: float, split: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for chi^2, far enough out for moments up to ``power``.

    In t = sqrt(U) the density has no pole at 0, also with one degree of freedom.  ``split`` is a t
    where the integrand may be singular: nodes lie on both sides of it.
    """
    reach = math.sqrt(degrees + 12 * math.sqrt(2 * degrees) + 4 * power + 60)
    x, w = _legendre()
    ends = [0.0, split, reach] if 0 < split < reach else [0.0, reach]
    parts = list(itertools.pairwise(ends))
    t = np.concatenate([a + (x + 1) / 2 * (b - a) for a, b in parts])
    weight = np.concatenate([w / 2 * (b - a) for a, b in parts])
    return t**2, weight * 2 * t * chi2.pdf(t**2, degrees)


@lru_cache(maxsize=1)
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1]."""
    x, w = np.polynomial.legendre.leggauss(_NODES)
    return x, w


def _check(step: float, batch: int, inputs: int) -> None:
    number("step", step, low=0, high=1e6, why="it multiplies the gradient", open_low=True)
    whole("batch", batch, low=1, high=100_000)
    whole("inputs", inputs, low=1, high=100_000)
