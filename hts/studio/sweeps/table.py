"""The runs of a sweep -> means with intervals over their seeds, one per cell of a grid."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, TypeVar

from scipy.special import stdtrit

from hts.config import RunConfig
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.measures import MEASURES, Measure
from hts.validate import choice

LEVEL = 0.95  # of the intervals

_T = TypeVar("_T")
_SETTINGS = tuple(f.name for f in dataclasses.fields(RunConfig))
_Grid = list[list[_T]]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A measure over members that are alike; the fields are those of `SweepTable`."""

    mean: float | None
    error: float | None
    low: float | None
    high: float | None
    count: int
    failed: int
    missing: int
    runs: list[str]


@dataclass(frozen=True, kw_only=True)
class SweepTable:
    """A measure over two settings.  Every grid is read ``[row of y_values][column of x_values]``.

    Without ``y`` there is one row, and ``y_values`` is ``[None]``.
    """

    measure: str
    x: str
    y: str | None
    x_values: list[Any]
    y_values: list[Any]
    mean: _Grid[float | None]  # None where no run has the measure
    error: _Grid[float | None]  # standard error of the mean; None with fewer than two runs
    low: _Grid[float | None]  # interval of level 0.95; None with fewer than two runs
    high: _Grid[float | None]
    count: _Grid[int]  # runs that have the measure
    failed: _Grid[int]  # members that ended without it: failed, or diverged
    missing: _Grid[int]  # members that have not ended
    runs: _Grid[list[str]]  # ids of the finished runs, diverged ones among them
    averaged: list[str]  # settings besides the seed that differ within a cell


def table(
    members: Sequence[Member],
    x: str,
    y: str | None = None,
    measure: str = "pruning_ratio",
    fixed: Mapping[str, Any] | None = None,
) -> SweepTable:
    """``measure`` (a name of `MEASURES`) over the values of ``x`` and ``y``.

    ``fixed`` keeps members with these settings only.  A member stands in every cell whose setting
    has no effect on it: a run without noise belongs to every alpha.  Intervals are Student's t
    over the runs of a cell, for shares Wilson's; they treat runs as independent, as seeds are.
    Raises `BadInput` for a measure or setting that does not exist.
    """
    asked = MEASURES[choice("measure", measure, MEASURES, why="nothing else is measured")]
    for name in (x, *(() if y is None else (y,)), *(fixed or ())):
        choice("a setting", name, _SETTINGS, why="no other setting exists")
    xs = values_of(members, x)
    ys = [None] if y is None else values_of(members, y)
    cells = _cells(members, x, xs, y, ys, dict(fixed or {}))
    grid = [[summarise(cell, asked) for cell in row] for row in cells]

    def each(name: str) -> _Grid[Any]:
        return [[getattr(cell, name) for cell in row] for row in grid]

    return SweepTable(
        measure=measure,
        x=x,
        y=y,
        x_values=xs,
        y_values=ys,
        averaged=_averaged([c for row in cells for c in row], {x, y, "seed", *(fixed or ())}),
        **{f.name: each(f.name) for f in dataclasses.fields(Summary)},
    )


def summarise(members: Sequence[Member], measure: Measure) -> Summary:
    """Mean, interval and counts of ``measure`` over ``members``."""
    ended = [member for member in members if member.state in ("done", "failed")]
    results = [member.result for member in ended if member.result is not None]
    numbers = [value for result in results if (value := measure.value(result)) is not None]
    mean, error, low, high = _summary(numbers, share=measure.share)
    return Summary(
        mean=mean,
        error=error,
        low=low,
        high=high,
        count=len(numbers),
        failed=len(ended) - len(numbers),
        missing=len(members) - len(ended),
        runs=[member.run for member in ended if member.run is not None],
    )


def members_of(
    members: Sequence[Member],
    x: str,
    y: str | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> _Grid[list[Member]]:
    """The members that stand in each cell of `table`, in the same places."""
    ys = [None] if y is None else values_of(members, y)
    return _cells(members, x, values_of(members, x), y, ys, dict(fixed or {}))


def values_of(members: Sequence[Member], setting: str) -> list[Any]:
    """The values that ``setting`` takes: numbers ascending after none, words as they come."""
    values = list(dict.fromkeys(getattr(member.config, setting) for member in members))
    if any(isinstance(value, str) for value in values):
        return values
    return sorted(values, key=lambda value: -math.inf if value is None else value)


def _cells(
    members: Sequence[Member],
    x: str,
    xs: list[Any],
    y: str | None,
    ys: list[Any],
    fixed: dict[str, Any],
) -> _Grid[list[Member]]:
    cells: _Grid[list[Member]] = [[[] for _ in xs] for _ in ys]
    column = {value: i for i, value in enumerate(xs)}
    row = {value: j for j, value in enumerate(ys)}
    named = {x, *fixed} | (set() if y is None else {y})
    for member in members:
        config = member.config
        if config.without_effect & named:
            for (i, at), (j, up) in itertools.product(enumerate(xs), enumerate(ys)):
                values = fixed | {x: at} | ({} if y is None else {y: up})
                if config.replace(**values).hash == config.hash:
                    cells[j][i].append(member)
        elif all(getattr(config, name) == value for name, value in fixed.items()):
            j = row[None if y is None else getattr(config, y)]
            cells[j][column[getattr(config, x)]].append(member)
    return cells


def _summary(numbers: list[float], *, share: bool) -> tuple[float | None, ...]:
    """Mean, its standard error, and the interval's ends."""
    n = len(numbers)
    if n == 0:
        return None, None, None, None
    mean = fmean(numbers)
    if n == 1:
        return mean, None, None, None
    error = stdev(numbers, mean) / math.sqrt(n)
    if share:
        return mean, error, *_wilson(mean / 100, n)
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    return mean, error, mean - half, mean + half


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share seen in ``n`` runs, in percent (Wilson 1927)."""
    z = 1.959963984540054  # the normal law's quantile at 0.975
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def _averaged(cells: list[list[Member]], apart: set[str | None]) -> list[str]:
    found = []
    for name in _SETTINGS:
        if name not in apart and any(
            len({getattr(member.config, name) for member in cell}) > 1 for cell in cells
        ):
            found.append(name)
    return found
