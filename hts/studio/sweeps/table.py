"""The runs of a sweep -> medians with intervals over seeds, one per cell of a grid."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from types import MappingProxyType
from typing import Any

from hts.paired.median import median_of
from hts.studio.store.run_row import useless
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.measures import Measure

LEVEL = 0.95  # of the intervals
NO_CONTROLS: Mapping[int, Member] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Summary:
    middle: float | None  # median, of a yes or no the share; None where no run has it
    low: float | None  # interval; None with fewer than two runs
    high: float | None
    count: int  # runs that have the measure
    level: float = LEVEL  # of the interval: less for the median of fewer than six runs
    rejected: int = 0  # runs whose value is none because their fit was rejected


def summarise(
    members: Sequence[Member], measure: Measure, controls: Mapping[int, Member] = NO_CONTROLS
) -> Summary:
    """Median, interval and count of ``measure`` over ``members``; of a share the share itself.

    Intervals of medians lie between two of the values (`hts.paired.median`), so they are never
    where no value can be; those of shares are Wilson's (1927).  Both treat runs as independent, as
    seeds are.  ``controls``: by position of a member, for measures that compare with them.
    """
    found = (value_of(member, measure, controls) for member in members)
    numbers = [value for value in found if value is not None]
    rejected = sum(m.result is not None and measure.rejected(m.result) for m in members)
    return summary_of(numbers, share=measure.share, rejected=rejected)


def summary_of(numbers: Sequence[float], *, share: bool = False, rejected: int = 0) -> Summary:
    """`summarise` of the values themselves, in percent where each is a ``share``, 0 or 100."""
    n = len(numbers)
    if n == 0:
        return Summary(middle=None, low=None, high=None, count=0, rejected=rejected)
    if share:
        middle, level = fmean(numbers), LEVEL
        ends = _wilson(middle / 100, n)
    else:
        told = median_of(numbers)
        middle, level, ends = told.median, min(told.level, LEVEL), (told.low, told.high)
    low, high = (None, None) if n == 1 else ends
    return Summary(middle=middle, low=low, high=high, count=n, level=level, rejected=rejected)


def value_of(
    member: Member, measure: Measure, controls: Mapping[int, Member] = NO_CONTROLS
) -> float | None:
    """``measure`` of one run; None where it, or the control it is compared with, has no such."""
    if member.result is None:
        return None
    if measure.of_use and useless(member.config, member.result):
        return None
    if measure.control is None:
        return measure.value(member.result)
    control = controls.get(member.position)
    if control is None or control.result is None:
        return None
    return measure.difference(member.result, control.result)


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
    values: list[Any] = list(dict.fromkeys(m.config.given(setting) for m in members))
    words = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    return sorted(numbers, key=lambda value: -math.inf if value is None else value) + words


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share seen in ``n`` runs, in percent (Wilson 1927)."""
    z = 1.959963984540054  # the normal law's quantile at 0.975
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
