"""Ma and Nikias (1995): ``log |X|`` has a variance that says alpha, whatever the scale.

``log ||X|| = log(A)/2 + log ||G||`` gives ``Var = psi'(d/2)/4 + (pi^2/6)(1/alpha^2 - 1/4)`` and the
fourth cumulant ``psi'''(d/2)/16 + (pi^4/15)(1/alpha^4 - 1/16)`` in R^d; d = 1 for single values.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import polygamma

from hts.tails.estimators.base import STABLE, Options
from hts.tails.estimators.inversion import LIGHTEST, Curve, Found, grid, invert
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.sample import Sample

_MOST = 8.0  # the formulas go on beyond 2, where no law is stable: light tails read so


@ESTIMATORS.register
class LogVariance(WholeLaw):
    """See the top of this file."""

    name = "log-variance"
    place = 60
    title = "Variance of log |x|"
    label = "Log-variance"
    citation = "Ma and Nikias (1995)"
    assumes = STABLE
    interval = "inverts the test on the variance with its variance under the law"
    bias = (
        "none visible; light-tailed samples read above 2; values near 0 weigh as much as tails do"
    )
    cost = "one logarithm a value"
    expected_sd = (0.02, 0.03, 0.05, 0.06, 0.07)

    def find(self, sample: Sample, level: float, options: Options) -> Found:
        """alpha up to 8, so that samples lighter than any stable law show it.  Without zeros."""
        values = sample.values
        if sample.of == "values":
            # The median lies exactly between two values, whose logarithms then stick out.
            values = values - values.dtype.type(_midmean(values))
        size = np.abs(values)
        if not size.all():
            size = size[size > 0]
        logs = np.log(size.astype(float, copy=False))
        found = invert(float(np.var(logs, ddof=1)), sample.effective, _curve(sample.inputs), level)
        if found.high < _MOST:
            return found
        return Found(found.alpha, found.low, LIGHTEST)


def _midmean(values: np.ndarray) -> float:
    quarter = values.size // 4
    return float(np.partition(values, (quarter, values.size - quarter))[quarter:-quarter].mean())


@lru_cache(maxsize=32)
def _curve(inputs: int) -> Curve:
    alphas = grid(4000, _MOST)
    half = inputs / 2
    variance = polygamma(1, half) / 4 + math.pi**2 / 6 * (alphas**-2.0 - 0.25)
    fourth = polygamma(3, half) / 16 + math.pi**4 / 15 * (alphas**-4.0 - 1 / 16)
    usable = variance > 0
    spread = np.sqrt(np.maximum(fourth + 2 * variance**2, 1e-12))
    return Curve(alphas[usable], variance[usable], spread[usable])
