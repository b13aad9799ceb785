"""Does the fitted stable law describe the sample?  Two tests on the counts of the fit.

A gap between distribution functions sees the middle: Laplace values fail, but Student-t(1.75),
which a stable fit reads as alpha 1.34, passes with a gap of 0.005.  Pearson's chi-square over
groups that grow rarer into the tail sees that one too.  Both forgive a small misfit besides what
sampling does, since no trained layer is exactly stable and large samples would never pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from hts.tails.samples.binning import LogCounts
from hts.tails.samples.norm_law import log_norm_survival

_MIDDLE = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
_TAIL = (0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5)
_LEAST_EXPECTED = 8.0
_GAP_SAMPLING = 1.25  # times n^-1/2: beyond the 99.9 % point, two parameters being fitted
_GAP_FORGIVEN = 0.006
_SIGNIFICANCE = 1e-3
_MISFIT_FORGIVEN = 0.03


@dataclass(frozen=True)
class Goodness:
    """``distance``: largest gap of the distribution functions; ``misfit``: typical relative error
    of the fitted density, sampling taken off; ``fits``: whether both are acceptable."""

    distance: float
    misfit: float
    fits: bool


def goodness(counts: LogCounts, alpha: float, log_scale: float, inputs: int) -> Goodness:
    """Compare ``counts`` with the fitted law of norms in R^inputs (signed values for 1 input)."""
    survival = counts.given(log_norm_survival(counts.edges - log_scale, alpha, inputs))
    survival[-1] = 0.0
    distance = _distance(counts, survival, inputs)
    n = counts.size
    statistic, freedom = chi_square(values_beyond(counts.counts), survival, n)
    limit = chdtri(freedom, _SIGNIFICANCE) + n * _MISFIT_FORGIVEN**2
    return Goodness(
        distance=distance,
        misfit=math.sqrt(max(statistic - freedom, 0.0) / n),
        fits=bool(distance <= _GAP_SAMPLING / math.sqrt(n) + _GAP_FORGIVEN and statistic <= limit),
    )


def values_beyond(counts: np.ndarray) -> np.ndarray:
    """How many values lie beyond each cell edge."""
    return np.append(np.cumsum(counts[::-1])[::-1], 0)


def _distance(counts: LogCounts, survival: np.ndarray, inputs: int) -> float:
    """Largest gap at the cell edges; for one input on the whole line, so that skewness counts."""
    if inputs > 1:
        return float(np.abs(values_beyond(counts.counts) / counts.size - survival).max())
    sides = (counts.positive, counts.negative)
    return float(max(np.abs(values_beyond(s) / counts.size - survival / 2).max() for s in sides))


def chi_square(
    beyond: np.ndarray, survival: np.ndarray, n: float, fitted: int = 2
) -> tuple[float, int]:
    """Pearson's statistic over groups bounded by the edges nearest to the levels, and freedom."""
    groups = Groups.of(survival, n)
    expected, observed = groups.counted(n * survival, n), groups.counted(beyond, n)
    statistic = float(((observed - expected) ** 2 / np.maximum(expected, 1.0)).sum())
    return statistic, max(1, len(expected) - 1 - fitted)


@dataclass(frozen=True)
class Groups:
    """Groups of cells that grow rarer into the tail: between the edges number ``places``.

    ``name`` is the group of each part; those that expect too few form one more, so that nothing
    escapes.
    """

    places: np.ndarray
    name: np.ndarray

    @classmethod
    def of(cls, survival: np.ndarray, n: float) -> Groups:
        """For ``n`` values of a law with ``survival`` at the edges."""
        levels = np.array([level for level in _MIDDLE + _TAIL if level * n >= 2 * _LEAST_EXPECTED])
        places = np.unique(np.searchsorted(-survival, -levels).clip(0, len(survival) - 1))
        expected = -np.diff(np.concatenate([[n], n * survival[places], [0]]))
        used = expected >= _LEAST_EXPECTED
        name = np.where(used, np.cumsum(used) - 1, int(used.sum()))
        return cls(places, name)

    def counted(self, beyond: np.ndarray, n: float) -> np.ndarray:
        """How many of ``n`` values each group holds, of those ``beyond`` every edge."""
        parts = -np.diff(np.concatenate([[n], beyond[self.places], [0]]))
        counted: np.ndarray = np.bincount(self.name, parts)
        return counted

    def of_cells(self, cells: np.ndarray) -> np.ndarray:
        """The group of entries in ``cells``, numbered from 1 as `LogCounts.cells` does."""
        found: np.ndarray = self.name[np.searchsorted(self.places, cells - 1, side="right")]
        return found
