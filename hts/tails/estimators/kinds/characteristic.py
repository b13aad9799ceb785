"""Regression on the empirical characteristic function (Koutrouvelis 1980, 1981).

``log(-log |phi(u)|) = alpha log |su|``: a line whose slope is alpha.  ``|phi|`` is untouched by the
location.  Points ``u = 0.1, 0.2, ..., 1`` after division by a scale (Kogon and Williams 1998); the
line is fitted by generalised least squares with the covariance that the law itself implies.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from hts.tails.estimators.base import Options
from hts.tails.estimators.inversion import Curve, Found, grid, invert
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.sample import Sample

_POINTS = 0.1 * np.arange(1, 11)
_CHUNK = 1 << 13
_ROUNDS = 3
_GRID = 800
# At alpha = 2 the covariance degenerates and its best weights hold for no other alpha.
_LAST_WEIGHTS = 1.98


@ESTIMATORS.register
class Characteristic(WholeLaw):
    """See the top of this file."""

    name = "characteristic"
    place = 30
    title = "Characteristic-function regression"
    label = "Char. function"
    citation = "Koutrouvelis (1980, 1981); points of Kogon and Williams (1998)"
    assumes = "i.i.d. symmetric stable values"
    interval = "the regression's asymptotic variance under the law, inverted as a test"
    bias = "none visible; cut off at 2"
    cost = "one complex exponential and ten products a value"
    norms = False
    capped = True
    expected_sd = (0.016, 0.017, 0.017, 0.013, 0.002)

    def find(self, sample: Sample, level: float, options: Options) -> Found:
        """alpha in [0.25, 2], cut off there."""
        values = sample.values.astype(float, copy=False)
        size = np.abs(values)
        scale = float(np.partition(size, size.size // 2)[size.size // 2])
        alpha = 1.5
        for _ in range(_ROUNDS):
            modulus = np.abs(characteristic(values / scale, _POINTS))
            y = np.log(-np.log(np.clip(modulus, 1e-12, 1 - 1e-15)))
            alpha, at_zero = _line(y, min(max(alpha, 0.3), 2.0))
            step = math.exp(at_zero / max(alpha, 0.2))  # the scale that is left
            scale *= step
            if abs(step - 1) < 0.02:
                break
        counted = sample.effective_by(lambda: _scores(values / scale, alpha))
        return invert(alpha, counted, _curve(), level)


def _scores(values: np.ndarray, alpha: float) -> np.ndarray:
    """How every value moves the slope: by its part of the characteristic function at each point."""
    slope = _weights(round(min(max(alpha, 0.3), _LAST_WEIGHTS), 2))[0]
    found = np.zeros(values.shape)
    for point, weight in zip(_POINTS, slope, strict=True):
        part = np.cos(point * values)
        modulus = min(max(float(part.mean()), 1e-12), 1 - 1e-15)
        found += weight / (modulus * math.log(modulus)) * part
    return found


def characteristic(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """``mean exp(iux)`` at ``u = points``, which must be multiples 1, 2, ... of the first."""
    total = np.zeros(len(points), complex)
    for first in range(0, values.size, _CHUNK):
        angle = points[0] * values[first : first + _CHUNK]
        one = np.cos(angle) + 1j * np.sin(angle)
        power = one.copy()
        for k in range(len(points)):
            total[k] += power.sum()
            power *= one
    return total / values.size


def _line(y: np.ndarray, alpha: float) -> tuple[float, float]:
    slope, intercept = _weights(round(min(alpha, _LAST_WEIGHTS), 2)) @ y
    return float(slope), float(intercept)


@lru_cache(maxsize=256)
def _weights(alpha: float) -> np.ndarray:
    """Weights (2, points) of slope and intercept."""
    covariance = _covariance(alpha)
    covariance += 1e-6 * np.trace(covariance) / len(_POINTS) * np.eye(len(_POINTS))
    design = np.stack([np.log(_POINTS), np.ones(len(_POINTS))], axis=1)
    solved = np.linalg.solve(covariance, design)
    weights: np.ndarray = np.linalg.solve(design.T @ solved, solved.T)
    return weights


def _covariance(alpha: float) -> np.ndarray:
    """n times the covariance of ``log(-log |phi|)`` at the points, scale 1 (delta method)."""
    u = _POINTS
    phi = np.exp(-(u**alpha))
    plus, minus = u[:, None] + u, np.abs(u[:, None] - u)
    cosines = (np.exp(-(plus**alpha)) + np.exp(-(minus**alpha))) / 2 - np.outer(phi, phi)
    slope = 1 / (phi * np.log(phi))
    covariance: np.ndarray = slope[:, None] * cosines * slope
    return covariance


@lru_cache(maxsize=1)
def _curve() -> Curve:
    nodes = grid(60)
    spreads = []
    for alpha in nodes:
        slope = _weights(round(min(float(alpha), _LAST_WEIGHTS), 2))[0]
        spreads.append(math.sqrt(slope @ _covariance(float(alpha)) @ slope))
    fine = grid(_GRID)
    return Curve(fine, fine, np.interp(fine, nodes, spreads))
