"""The front: accuracy against pruned share, each method at its best, with both controls."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hts.paired.median import Median, median_of
from hts.price.choose import Choice, title
from hts.price.records import AFTERWARDS, PRICED, SHARES

CONTROLS = {"none": "no noise", "gaussian": "Gaussian noise"}


@dataclass(frozen=True, kw_only=True)
class Point:
    """One method at one share.  ``over``: points above each control, seed by seed."""

    method: str
    way: str
    share: float
    value: float  # of the hyperparameter
    accuracy: Median  # test, percent
    over: dict[str, Median]
    won: dict[str, int]  # seeds with more points than the control
    lost: dict[str, int]  # seeds with fewer


def front(choice: Choice) -> list[Point]:
    """Every method, way and share; controls are treated in the same way at the same share."""
    return [
        _point(choice, method, way, share)
        for way in AFTERWARDS
        for method in choice.methods
        for share in SHARES
    ]


def _point(choice: Choice, method: str, way: str, share: float) -> Point:
    ours = choice.accuracies(method, way, share)
    gains = {
        control: [a - b for a, b in zip(ours, choice.accuracies(control, way, share), strict=True)]
        for control in CONTROLS
    }
    return Point(
        method=method,
        way=way,
        share=share,
        value=choice.value(method, way, share),
        accuracy=median_of(ours),
        over={control: median_of(gain) for control, gain in gains.items()},
        won={control: sum(g > 0 for g in gain) for control, gain in gains.items()},
        lost={control: sum(g < 0 for g in gain) for control, gain in gains.items()},
    )


def rows(points: list[Point]) -> Iterator[dict[str, Any]]:
    """The front as a table of plain values."""
    for point in points:
        row: dict[str, Any] = {
            "method": title(point.method),
            "afterwards": AFTERWARDS[point.way],
            "pruned %": 100 * point.share,
            "value": point.value,
            **spread("test accuracy %", point.accuracy),
            "confidence": point.accuracy.level,
            "seeds": point.accuracy.n,
        }
        for control in CONTROLS:
            row |= spread(f"over {control}", point.over[control])
            row[f"seeds won over {control}"] = point.won[control]
        yield row


def accuracy_rows(points: list[Point]) -> Iterator[dict[str, Any]]:
    """A row for each method and way: median accuracies, and the gains with `PRICED` removed."""
    for mine in (list(some) for _, some in itertools.groupby(points, lambda p: (p.way, p.method))):
        priced = next(point for point in mine if point.share == PRICED)
        yield {
            "afterwards": AFTERWARDS[priced.way],
            "method": title(priced.method),
            **{f"{100 * p.share:g} %": f"{p.accuracy.median:.1f}" for p in mine},
            **{f"over {words}, {100 * PRICED:g} % removed": gain_words(priced, control)
               for control, words in CONTROLS.items()},
        }  # fmt: skip


def gain_words(point: Point, control: str) -> str | None:
    """``+8.3 (+6.1 to +11.0), 20 of 20``; None of a control over itself."""
    if control == point.method:
        return None
    gain = point.over[control]
    ends = f"{gain.median:+.1f} ({gain.low:+.1f} to {gain.high:+.1f})"
    return f"{ends}, {point.won[control]} of {point.accuracy.n}"


def spread(name: str, found: Median | None) -> dict[str, float | None]:
    """A median and its interval as three columns; None in each where there is no median."""
    ends = (None,) * 3 if found is None else (found.median, found.low, found.high)
    return dict(zip((name, f"{name} low", f"{name} high"), ends, strict=True))
