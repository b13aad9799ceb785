"""McCulloch (1986): a ratio of quantiles of |x| falls as alpha grows, whatever the scale.

For symmetric values the ratio of the 90 % and the 50 % quantiles of ``|x|`` is his
``(q95 - q05)/(q75 - q25)``; for norms of rotationally invariant vectors the same idea holds.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from hts.tails.estimators.base import STABLE, Options
from hts.tails.estimators.inversion import Curve, Found, grid, invert
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.norm_law import log_norm_survival
from hts.tails.samples.sample import Sample

_MIDDLE, _OUTER = 0.5, 0.9
_BESIDE = 0.02  # probability on either side over which a density is taken
_NODES, _FINE = 48, 1500


@ESTIMATORS.register
class Quantiles(WholeLaw):
    """See the top of this file."""

    name = "quantiles"
    place = 20
    title = "McCulloch's quantiles"
    label = "Quantiles"
    citation = "McCulloch (1986), the symmetric case; his tables computed from the law"
    assumes = STABLE
    interval = "inverts the test on the quantile ratio with its asymptotic variance"
    bias = "reads 0.02 low at alpha = 2, where it is cut off"
    cost = "one selection"
    capped = True
    expected_sd = (0.02, 0.02, 0.03, 0.04, 0.02)

    def find(self, sample: Sample, level: float, options: Options) -> Found:
        """alpha in [0.25, 2]: samples lighter than a Gaussian read 2."""
        size = np.abs(sample.values)
        places = [int(q * (size.size - 1)) for q in (_MIDDLE, _OUTER)]
        picked = np.partition(size, [*places, *(p + 1 for p in places)]).astype(float)
        between = [q * (size.size - 1) - p for q, p in zip((_MIDDLE, _OUTER), places, strict=True)]
        middle, outer = (
            (1 - s) * picked[p] + s * picked[p + 1] for p, s in zip(places, between, strict=True)
        )
        counted = sample.effective_by(lambda: _scores(size, (float(middle), float(outer))))
        return invert(math.log(outer / middle), counted, _curve(sample.inputs), level)


def _scores(size: np.ndarray, at: tuple[float, float]) -> np.ndarray:
    """How every value moves ``log(q90/q50)``, the delta method on its two sample quantiles."""
    found = np.zeros(size.shape)
    for q, place, sign in zip((_MIDDLE, _OUTER), at, (1.0, -1.0), strict=True):
        low, high = np.log(np.quantile(size, (q - _BESIDE, q + _BESIDE)))
        found += sign * float(high - low) * (size <= place)
    return found


@lru_cache(maxsize=32)
def _curve(inputs: int) -> Curve:
    """Mean and spread of ``log(q90/q50)``: the delta method on two sample quantiles."""
    rows = []
    nodes = grid(_NODES)
    for alpha in nodes:
        y = 0.5 * math.log(inputs) + np.linspace(-5, 14, 6000)
        below = 1 - log_norm_survival(y, float(alpha), inputs)
        density = np.gradient(below, y)
        at = np.interp((_MIDDLE, _OUTER), below, y)
        f = np.interp(at, y, density)
        variance = (
            _MIDDLE * (1 - _MIDDLE) / f[0] ** 2
            + _OUTER * (1 - _OUTER) / f[1] ** 2
            - 2 * _MIDDLE * (1 - _OUTER) / (f[0] * f[1])
        )
        rows.append((at[1] - at[0], math.sqrt(variance)))
    means, spreads = np.array(rows).T
    fine = grid(_FINE)
    return Curve(fine, PchipInterpolator(nodes, means)(fine), np.interp(fine, nodes, spreads))
