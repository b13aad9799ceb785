"""Tests of counts against laws that stay right where entries share draws.

Pearson's chi-square over groups that grow rarer into the tail; where rows or columns share draws
its law is a weighted sum of chi-squares, whose first two moments are matched (Rao and Scott 1984,
Satterthwaite's degrees of freedom).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chndtr, chndtrix

from hts.tails.estimators.goodness import Groups, chi_square, values_beyond
from hts.tails.estimators.stable_fit import Fit
from hts.tails.samples.binning import LogCounts
from hts.tails.samples.norm_law import log_norm_survival
from hts.tails.samples.sample import Sample

_SIDES_FEW = 200_000  # values that settle whether the sides are alike
_SIDE_LEVELS = (0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4)
_MIDSUMMARIES = (0.5, 0.375, 0.25, 0.125, 0.05, 0.02, 5e-3, 1e-3, 0.0)


@dataclass(frozen=True)
class Dependence:
    """``factor``: times the variance of independent entries; ``spread``: squared coefficient of
    variation of that over directions."""

    factor: float = 1.0
    spread: float = 0.0

    @classmethod
    def of(cls, eigenvalues: np.ndarray | None) -> Dependence:
        if eigenvalues is None or not len(eigenvalues):
            return cls()
        mean = float(eigenvalues.mean())
        return cls(max(mean, 1.0), float(eigenvalues.var()) / mean**2)

    def p_value(self, statistic: float, freedom: float, forgiven: float) -> float:
        """Upper tail of the chi-square law, not centred where a misfit is ``forgiven``."""
        by = self.factor * (1 + self.spread)
        return _upper(statistic / by, freedom / (1 + self.spread), forgiven / by)


def dependence(counts: LogCounts, sample: Sample, fit: Fit) -> Dependence:
    """How entries that share draws blow up the misfit of the stable ``fit``."""
    if sample.clusters is None:
        return Dependence()
    law = _ended(counts, fit.alpha, fit.log_scale, sample.inputs)
    groups = Groups.of(law, counts.size)
    probability = groups.counted(law, 1.0)
    step = 1e-3
    other = min(fit.alpha, 2 - step) - step
    moved = [(other, fit.log_scale), (fit.alpha, fit.log_scale + step)]
    away = np.column_stack(
        [groups.counted(_ended(counts, *at, sample.inputs), 1.0) - probability for at in moved]
    )
    found = sample.clusters.eigenvalues(
        groups.of_cells(counts.cells(sample.values)), None, away, len(probability)
    )
    return Dependence.of(found)


def _ended(counts: LogCounts, alpha: float, log_scale: float, inputs: int) -> np.ndarray:
    law = counts.given(log_norm_survival(counts.edges - log_scale, alpha, inputs))
    law[-1] = 0.0
    return law


def fit_test(
    counts: LogCounts,
    law: np.ndarray,
    fitted: int,
    tolerance: float,
    shared: Dependence = Dependence(),
) -> tuple[float, float]:
    """``(p, misfit)`` of counts against a survival function at their edges."""
    law = counts.given(law.copy())
    law[-1] = 0.0
    n = counts.size
    statistic, freedom = chi_square(values_beyond(counts.counts), law, n, fitted)
    p = shared.p_value(statistic, freedom, n * tolerance**2)
    return p, math.sqrt(max(statistic - freedom * shared.factor, 0.0) / n)


def misfit_between(counts: LogCounts, one: np.ndarray, other: np.ndarray) -> float:
    """Typical relative difference of the densities of two survival functions."""
    one, other = counts.given(one.copy()), counts.given(other.copy())
    one[-1] = other[-1] = 0.0
    n = counts.size
    return math.sqrt(chi_square(n * one, other, n)[0] / n)


def smallest_seen(counts: LogCounts, law: np.ndarray, tolerance: float, level: float,
                  shared: Dependence, power: float = 0.8) -> float:  # fmt: skip
    """The least misfit from ``law`` that a test at ``level`` finds with probability ``power``."""
    n, forgiven = counts.size, counts.size * tolerance**2 / shared.factor
    freedom = chi_square(n * counts.given(law), counts.given(law), n)[1]
    limit = float(chndtrix(1 - level, freedom, forgiven))
    low, high = forgiven, forgiven + 10.0
    while _upper(limit, freedom, high) < power:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _upper(limit, freedom, middle) < power else (low, middle)
    return math.sqrt(high * shared.factor / n)


def sides_test(sample: Sample, tolerance: float) -> tuple[float, float]:
    """By how much positive and negative values of each size differ in number, and its p-value.

    The centre is not known, so every midsummary ``(q_p + q_(1-p))/2`` may be it (Tukey 1977): of a
    symmetric law all of them are, of a skewed one none.
    """
    places = slice(None, None, sample.size // _SIDES_FEW + 1)
    values = sample.values[places].astype(float)
    ordered = np.sort(values)
    n = len(ordered)
    sizes = np.sort(np.abs(ordered))
    cuts = np.unique([sizes[int((1 - q) * (n - 1))] for q in _SIDE_LEVELS if q * n >= 20])
    statistic, at = math.inf, 0.0
    for p in _MIDSUMMARIES:
        k = int(p * (n - 1))
        centre = (ordered[k] + ordered[n - 1 - k]) / 2
        above = n - np.searchsorted(ordered, centre + np.array([0.0, *cuts]), side="right")
        below = np.searchsorted(ordered, centre - np.array([0.0, *cuts]), side="left")
        positive, negative = -np.diff(above, append=0), -np.diff(below, append=0)
        total = np.maximum(positive + negative, 1)
        found = float(((positive - negative) ** 2 / total).sum())
        if found < statistic:
            statistic, at = found, centre
    freedom = len(cuts) + 1
    shared = Dependence()
    if sample.clusters is not None:
        clusters = sample.clusters.chosen(np.arange(sample.size)[places])
        groups = np.searchsorted(cuts, np.abs(values - at))
        found_by = clusters.eigenvalues(groups, np.sign(values - at), None, freedom)
        shared = Dependence.of(found_by)
    off = math.sqrt(max(statistic - freedom * shared.factor, 0.0) / n)
    return off, shared.p_value(statistic, freedom, n * tolerance**2)


def _upper(statistic: float, freedom: float, forgiven: float) -> float:
    p = 1 - chndtr(statistic, freedom, forgiven) if forgiven else chdtrc(freedom, statistic)
    return max(float(p), 0.0)
