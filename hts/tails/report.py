"""Everything a page shows of one sample: verdict, all estimates, curves over k, plots of the fit.

A report is of display size except for `TailReport.upper`, the logarithms of the largest values,
which tell the tail estimates at any k.  Large layers are thinned by a stated, seeded choice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hts.noise.types import noise_type
from hts.real_array import real_array
from hts.records import (
    Ccdf,
    Histogram,
    MethodEstimate,
    ProbabilityPlot,
    QuantilePlot,
    TailCurve,
    TailIndex,
    Verdict,
)
from hts.seeds import generator
from hts.tails.against_fit import pp_points, qq_points
from hts.tails.curves import against_k, tail_curve
from hts.tails.estimation import of_sample
from hts.tails.estimators.base import Estimator, Options
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.skewed_fit import SKEWED
from hts.tails.estimators.upper_tail import FEWEST_UPPER, Uppers, uppers
from hts.tails.histogram import ccdf, log_histogram
from hts.tails.layer import layer_sample
from hts.tails.samples.binning import FEWEST
from hts.tails.samples.entries import Rows, Whole, is_read_by_rows
from hts.tails.samples.sample import Sample
from hts.tails.verdicts import verdict_of
from hts.validate import BadInput

VALUES_USED = 100_000  # single values, where these are independent
ENTRIES_USED = 8_000_000  # weights of the units, where units are independent
RESAMPLES = 50  # of a bootstrap
DRAWN = 1_000_000  # single weights that are counted for the figures
LARGEST_SHARE = 0.3  # of the sample: as far as curves over k go
_CURVE_POINTS = 160
_FEWEST_ROWS = 300


@dataclass(frozen=True, kw_only=True)
class TailReport:
    """A sample and what is said of it.  ``size`` of ``unit`` were used, of ``total`` there are, a
    share ``zeros`` of which are exactly 0 and left out."""

    unit: str
    size: int
    total: int
    zeros: float
    counted: str
    verdict: Verdict | None
    why: str  # there is none
    estimates: tuple[MethodEstimate, ...]
    histogram: Histogram  # of the single values or weights
    ccdf: Ccdf
    single: bool  # single values are the sample, not units
    curves: tuple[TailCurve, ...]
    plots: dict[str, tuple[QuantilePlot, ProbabilityPlot]]  # by method
    upper: Uppers

    def estimate(self, method: str) -> TailIndex | None:
        return next((e.tail for e in self.estimates if e.method == method), None)

    def k_of(self, share: float) -> int:
        """How many of the largest values a share of the sample is, within what can be read."""
        return min(max(FEWEST_UPPER, round(share * self.size)), self.upper.most)

    def at_k(self, method: str, k: int, level: float = 0.95) -> Found | None:
        """A tail-only estimate from the ``k`` largest values; None where they are tied."""
        try:
            return against_k()[method].at(self.upper, k, level)
        except BadInput:
            return None


def tail_report(
    weights: np.ndarray | Rows, kind: str = "II", *, level: float = 0.95, seed: int = 0
) -> TailReport:
    """The report of ``weights``: ``(n,)`` independent values, or ``(units, inputs)`` of noise type
    ``kind``, which says whether single weights or units are independent; an array, or a matrix
    that is read by rows and never whole.

    Takes about a second, most of it for two bootstraps.  Raises `BadInput` as
    `hts.tails.estimate` does.
    """
    if not is_read_by_rows(weights):
        weights = real_array(weights)
        weights = real_array(weights[:, None] if weights.ndim == 1 else weights, axes=2)
        weights = Whole(weights)
    by_units = noise_type(kind).independent == "units" and weights.inputs > 1
    total = weights.units if by_units else weights.units * weights.inputs
    if by_units:
        most = max(_FEWEST_ROWS, ENTRIES_USED // weights.inputs)
        rows = _rows(weights, most, seed, "rows")
        sample = layer_sample(rows, kind)
    else:
        sample = layer_sample(weights, kind, most=VALUES_USED, seed=str(seed))
    estimates = [_estimated(how, sample, level, seed) for how in ESTIMATORS.values()]
    said, why = None, ""
    try:
        said = verdict_of(sample, level)
    except BadInput as error:
        why = str(error)
    if said is not None and said.kind == "skewed":
        estimates.append(_estimated(SKEWED, sample, level, seed))
    fits = {e.method: e.tail for e in estimates if e.tail is not None}
    fit = fits.get("mle")
    size = np.abs(sample.values)
    most = max(1, DRAWN // weights.inputs)
    drawn = _some(rows, most, seed, "drawn") if by_units else _rows(weights, most, seed, "drawn")
    if sample.zeros:  # the fit is of the rest
        drawn = drawn[drawn != 0]
    return TailReport(
        unit=sample.unit,
        size=sample.size,
        total=total,
        zeros=sample.zeros,
        counted=sample.counted,
        verdict=said,
        why=why,
        estimates=tuple(estimates),
        histogram=log_histogram(drawn, fit=fit),
        ccdf=ccdf(drawn, fit),
        single=not by_units,
        curves=tuple(_curves(sample, level, seed)),
        plots={
            name: (qq_points(sample, fits[name], level=level),
                   pp_points(sample, fits[name], level=level))
            for name, how in ESTIMATORS.items() if how.law and name in fits
        },
        upper=uppers(size, max(FEWEST_UPPER, int(LARGEST_SHARE * size.size))),
    )  # fmt: skip


def _curves(sample: Sample, level: float, seed: int) -> Iterator[TailCurve]:
    """Those that the sample allows."""
    for name, how in against_k().items():
        with contextlib.suppress(BadInput):
            yield tail_curve(sample, name, share=LARGEST_SHARE, points=_CURVE_POINTS, level=level,
                             rules=how.chooses, seed=seed)  # fmt: skip


def _estimated(how: Estimator, sample: Sample, level: float, seed: int) -> MethodEstimate:
    """One estimate and what it took; of large samples some estimators read a part."""
    if sample.of == "norms" and not how.norms and how.vectors:
        sample = dataclasses.replace(sample, of="vectors")
        sample = _thinned(sample, max(FEWEST, how.vectors_read // sample.inputs), seed)
    elif how.values_read is not None:
        sample = _thinned(sample, how.values_read, seed)
    began = time.perf_counter()
    tail, why = None, ""
    try:
        tail = of_sample(sample, how, level, Options(replicates=RESAMPLES, seed=seed))
    except (BadInput, ArithmeticError, ValueError, IndexError) as error:
        why = f"No estimate: {error}"
    seconds = time.perf_counter() - began
    return MethodEstimate(method=how.name, title=how.title, tail=tail, why=why, seconds=seconds)


def _thinned(sample: Sample, most: int, seed: int) -> Sample:
    if sample.size <= most:
        return sample
    return sample.some(_places(sample.size, most, seed, "recipe"))


def _some(array: np.ndarray, most: int, seed: int, what: str) -> np.ndarray:
    """At most ``most`` rows, chosen by the seed, in their order."""
    return array if len(array) <= most else array[_places(len(array), most, seed, what)]


def _rows(matrix: Rows, most: int, seed: int, what: str) -> np.ndarray:
    """As `_some`, of a matrix that is never whole."""
    if matrix.units <= most:
        return matrix.read(0, matrix.units)
    return matrix.chosen(_places(matrix.units, most, seed, what))


def _places(size: int, most: int, seed: int, what: str) -> np.ndarray:
    """One of every stretch of equal length, ``(most,)``, ascending."""
    ends = np.arange(most + 1) * size // most
    draw = generator(seed, "tails", "report", what)
    return draw.integers(ends[:-1], ends[1:])
