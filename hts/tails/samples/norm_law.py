"""The law of ``log ||X||`` on a grid, fast enough to sit inside a likelihood.

X is the rotationally invariant stable vector of R^inputs at scale 1 (S1); with one input, ``||X||``
is ``|X|`` of the symmetric stable law.  alpha is the stability index, which is the tail index.

The moments ``E||X||^r`` of complex order are closed-form, so one FFT gives the survival function on
a uniform grid of ``log ||X||``.  It is taken along Re r = t > 0, which yields ``e^(ty) P(log||X|| >
y)``: tail probabilities then keep their relative accuracy.  Beyond the grid the power law goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaincc, gammaln, loggamma

from hts.estimates import LOWEST_ALPHA
from hts.records import TailIndex

LOWEST = LOWEST_ALPHA  # a fit below is called LOWEST: nothing here is that heavy-tailed
_DAMPING = 32.0  # neglected terms are of relative size e^-32
_POWER_LAW = 9.2  # where ||X||^alpha is e^9.2 times its typical size, one power is enough
_TINY = 1e-300


@dataclass(frozen=True)
class LogNormTable:
    """Survival function of ``log ||X||``: ``e^(ty) P(log ||X|| > y)`` at ``start + k * step``."""

    alpha: float
    start: float
    step: float
    tilt: float  # t
    tilted: np.ndarray
    last: float  # the power law takes over here
    last_survival: float

    def survival(self, y: np.ndarray) -> np.ndarray:
        """``P(log ||X|| > y)``, the shape of ``y``, at least 1e-300."""
        inside = np.clip(y, self.start + 2 * self.step, self.last)
        place = (inside - self.start) / self.step
        k = place.astype(np.intp)
        s = place - k
        g = self.tilted
        # Cubic through four neighbours, in the form that needs the fewest operations.
        a, b, c, d = g[k - 1], g[k], g[k + 1], g[k + 2]
        cubic = b + s * (
            (c - a) / 2 + s * (a - 2.5 * b + 2 * c - d / 2 + s * (1.5 * (b - c) + (d - a) / 2))
        )
        value = np.exp(-self.tilt * inside) * cubic
        beyond = y > self.last
        if beyond.any():
            value[beyond] = self.last_survival * np.exp(-self.alpha * (y[beyond] - self.last))
        return np.clip(value, _TINY, 1.0)


@dataclass(frozen=True)
class _Frame:
    """What does not depend on alpha: orders r, moments of chi, grid size."""

    r: np.ndarray
    log_moments: np.ndarray  # of E chi^r 2^(r/2) / (r Gamma(1 - r/2)) and the FFT's factors
    start: float
    size: int
    period: float
    tilt: float


@lru_cache(maxsize=32)
def _frame(inputs: int, tilt: float) -> _Frame:
    period = 36.0 / tilt
    highest = 44.0 + math.sqrt(4 * _DAMPING * inputs) * (inputs > 1)
    count = int(highest * period / (2 * math.pi)) + 1
    size = 1 << math.ceil(math.log2(max(4 * count, 4096)))
    z = np.arange(count) * (2 * math.pi / period)
    r = tilt + 1j * z
    log_moment = r * math.log(2) + loggamma((inputs + r) / 2) - gammaln(inputs / 2)
    start = -period / 2 + 0.5 * math.log(inputs)
    log_moment -= 1j * z * start + loggamma(1 - r / 2) + np.log(r)
    log_moment += math.log(size / period)
    return _Frame(r, log_moment, start, size, period, tilt)


def log_norm_table(alpha: float, inputs: int = 1) -> LogNormTable:
    """The table for one ``alpha`` in (0, 2); at 2 use `log_norm_survival`, which is exact there."""
    frame = _frame(inputs, min(0.5, round(alpha / 2, 2)))
    # Either factor alone would overflow with thousands of inputs.
    spectrum = np.exp(frame.log_moments + loggamma(1 - frame.r / alpha))
    tilted = np.fft.irfft(spectrum.conj(), frame.size)
    step = frame.period / frame.size
    last = 0.5 * math.log(inputs) + _POWER_LAW / alpha
    at_last = int((last - frame.start) / step)
    last = frame.start + at_last * step
    survival = math.exp(-frame.tilt * last) * float(tilted[at_last])
    return LogNormTable(alpha, frame.start, step, frame.tilt, tilted, last, max(survival, _TINY))


def log_norm_survival(y: np.ndarray, alpha: float, inputs: int = 1) -> np.ndarray:
    """``P(log ||X|| > y)`` for any alpha in (0, 2], the shape of ``y``."""
    if alpha == 2:
        return np.maximum(gammaincc(inputs / 2, np.exp(np.minimum(2 * y, 700.0)) / 4), _TINY)
    return log_norm_table(alpha, inputs).survival(y)


def fitted_survival(log_size: np.ndarray, fit: TailIndex, inputs: int = 1) -> np.ndarray:
    """``P(log ||X|| > log_size)`` under a fit: of a stable law, or of the tail's power law."""
    y = log_size - math.log(fit.scale)
    if fit.upper is not None:
        return np.minimum(1.0, np.exp(-fit.alpha * y))
    return log_norm_survival(y, min(fit.alpha, 2.0), inputs)
