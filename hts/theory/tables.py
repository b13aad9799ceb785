"""The tables of a result as rows of plain values: what was measured, and the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hts.theory.records import (
    ChaosResult,
    Curve,
    EmergentResult,
    EulerResult,
    Found,
    LimitResult,
    WidthResult,
)
from hts.theory.settings import Case

Row = dict[str, Any]
VERDICTS = {True: "holds", False: "does not hold", None: "seen"}


def numbers_rows(found: Found[Any]) -> Iterator[Row]:
    """A row for every point of a figure, with its 95 % interval."""
    return _NUMBERS[found.experiment](found.result)


def verdict_rows(found: Found[Any]) -> Iterator[Row]:
    """A row for every statement."""
    for claim in found.claims:
        yield {"statement": claim.name, "verdict": VERDICTS[claim.passed], "says": claim.says}


TABLES = {"numbers": numbers_rows, "verdicts": verdict_rows}


def _points(curve: Curve, size: str, **named: object) -> Iterator[Row]:
    """``typical`` is the geometric mean over replicates, with its interval."""
    columns = zip(
        curve.sizes, curve.typical, curve.low, curve.high, curve.mean, curve.median, strict=True
    )
    for at, *values in columns:
        names = ("typical", "low", "high", "mean", "median")
        yield {**named, size: at, **dict(zip(names, values, strict=True))}


def _chaos(result: ChaosResult) -> Iterator[Row]:
    for case in result.cases:
        noise = Case(case.kind, case.alpha).title
        yield from _points(case.error, "n", noise=noise, measured="distance to the large system")
        for one in case.averages:
            measured = f"variance of the mean over that of independent units, {one.observable}"
            yield from _points(one.ratio, "n", noise=noise, measured=measured)


def _euler(result: EulerResult) -> Iterator[Row]:
    for case in result.cases:
        noise = Case(case.kind, case.alpha).title
        for measured, curves in (("mean unit", case.mean), ("largest unit", case.largest)):
            for width, curve in zip(case.widths, curves, strict=True):
                yield from _points(curve, "eta", noise=noise, measured=measured, n=width)


def _width(result: WidthResult) -> Iterator[Row]:
    settings = result.settings
    for case in result.cases:
        noise = Case(case.kind, case.alpha).title
        for kappa, *curves in zip(settings.kappas, case.mean, case.low, case.high, strict=True):
            for n, mean, low, high in zip(settings.widths, *curves, strict=True):
                yield _error(noise, kappa, n, settings.step, mean, low, high)
    for row in result.regime:
        noise = Case(settings.noises[0], row.alpha).title
        for eta, means, halves in (
            (row.step, row.theorem, row.theorem_half),
            (settings.step, row.practical, row.practical_half),
        ):
            for kappa, m, h in zip(settings.kappas, means or (), halves or (), strict=False):
                yield _error(noise, kappa, row.width, eta, m, max(0.0, m - h), min(1.0, m + h))


def _error(noise: str, kappa: float, n: int, eta: float, *values: float) -> Row:
    names = ("mean error", "low", "high")
    return {"noise": noise, "kappa": kappa, "n": n, "eta": eta,
            **dict(zip(names, values, strict=True))}  # fmt: skip


def _limit(result: LimitResult) -> Iterator[Row]:
    for line in result.lines:
        yield from _points(line.distance, "n", measured=f"Kolmogorov distance, {line.name}")
    for one in result.coupling:
        measured = f"distance of units drawn to their mean, alpha {one.alpha:g}"
        yield from _points(one.error, "n", measured=measured)


def _emergent(result: EmergentResult) -> Iterator[Row]:
    for at in result.measured:
        yield {
            "step": at.step,
            "predicted index": at.predicted,
            "index": at.alpha,
            "low": at.low,
            "high": at.high,
            "index with injected noise": at.injected,
            "injected low": at.injected_low,
            "injected high": at.injected_high,
            "largest values": at.k,
        }


_NUMBERS: dict[str, Callable[[Any], Iterator[Row]]] = {
    "chaos": _chaos,
    "euler": _euler,
    "width": _width,
    "limit": _limit,
    "emergent": _emergent,
}
