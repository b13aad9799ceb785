"""The runs of a sweep -> means with intervals over their seeds, one per cell of a grid."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from scipy.special import stdtrit

from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.measures import Measure

LEVEL = 0.95  # of the intervals


@dataclass(frozen=True, kw_only=True)
class Summary:
    mean: float | None  # None where no run has the measure
    error: float | None  # standard error of the mean; None with fewer than two runs
    low: float | None  # interval of level 0.95; None with fewer than two runs
    high: float | None
    count: int  # runs that have the measure


def summarise(members: Sequence[Member], measure: Measure) -> Summary:
    """Mean, interval and count of ``measure`` over ``members``.

    Intervals are Student's t over the runs, for shares Wilson's (1927); they treat runs as
    independent, as seeds are.
    """
    results = [member.result for member in members if member.result is not None]
    numbers = [value for result in results if (value := measure.value(result)) is not None]
    n, mean, error, low, high = len(numbers), None, None, None, None
    if n > 0:
        mean = fmean(numbers)
    if mean is not None and n > 1:
        error = stdev(numbers, mean) / math.sqrt(n)
        half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * error
        low, high = _wilson(mean / 100, n) if measure.share else (mean - half, mean + half)
    return Summary(mean=mean, error=error, low=low, high=high, count=n)


def members_of(
    members: Sequence[Member],
    x: str,
    y: str | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> list[list[list[Member]]]:
    """The members in each cell of a grid, ``[row of y's values][column of x's values]``.

    ``fixed`` keeps members with these settings only.  A member stands in every cell whose setting
    has no effect on it: a run without noise belongs to every alpha.  Without ``y``: one row.
    """
    fixed, xs = fixed or {}, values_of(members, x)
    ys = [None] if y is None else values_of(members, y)
    column, row = ({value: i for i, value in enumerate(values)} for values in (xs, ys))
    cells: list[list[list[Member]]] = [[[] for _ in xs] for _ in ys]
    named = {x, *fixed} | (set() if y is None else {y})
    for member in members:
        config = member.config
        if config.without_effect & named:
            for (i, at), (j, up) in itertools.product(enumerate(xs), enumerate(ys)):
                values = {**fixed, x: at} | ({} if y is None else {y: up})
                if config.replace(**values).hash == config.hash:
                    cells[j][i].append(member)
        elif all(config.given(name) == value for name, value in fixed.items()):
            j = row[None if y is None else config.given(y)]
            cells[j][column[config.given(x)]].append(member)
    return cells


def values_of(members: Sequence[Member], setting: str) -> list[Any]:
    """The values that ``setting`` takes: numbers ascending after none, then words as they come."""
    values = list(dict.fromkeys(member.config.given(setting) for member in members))
    words = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    return sorted(numbers, key=lambda value: -math.inf if value is None else value) + words


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share seen in ``n`` runs, in percent (Wilson 1927)."""
    z = 1.959963984540054  # the normal law's quantile at 0.975
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
