"""All pruning criteria of one run over each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hts.pruning.across import Spread
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord, CriterionCurve, Mark
from hts.studio.figures import words
from hts.studio.figures.axes import band, figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points as marks
from hts.studio.figures.theme import GAUSSIAN, NOISE_FREE, SERIES, named, series

# What the curves may be drawn against: title of the axis, and percent of the whole that is gone.
AXES: dict[str, tuple[str, Callable[[CriterionCurve], Sequence[float]]]] = {
    "removed": ("removed", lambda c: [100 * p for p in c.pruned]),
    "parameters": ("fewer parameters", lambda c: _saved(c.parameters)),
    "bytes": ("fewer bytes", lambda c: _saved(c.bytes)),
    "multiply-adds": ("fewer multiply-adds", lambda c: _saved(c.multiply_adds)),
}
ACCURACY = "Accuracy by criterion"
ERROR = "Relative error by criterion"


def _saved(left: Sequence[int]) -> list[float]:
    return [100 * (1 - value / left[0]) for value in left]


def order_of(criterion: str) -> int:
    """Which of the categorical colours a criterion has: none that stands for another noise."""
    free = [i for i in range(SERIES) if i not in (GAUSSIAN.colour, NOISE_FREE.colour)]
    return free[list(CRITERIA).index(criterion) % len(free)]


def place_at(curve: CriterionCurve, level: float) -> int:
    """Index of the level at ``level``, or else the nearest measured one below it."""
    return int(np.searchsorted(curve.pruned, level + 1e-9, side="right")) - 1


def mark_within(curve: CriterionCurve, points: float | None) -> Mark:
    """The mark for ``points`` of accuracy, or with None that of squared error 0.1."""
    return next(mark for mark in curve.marks if mark.points == points)


def accuracy_by_criterion(
    record: CompressionRecord,
    *,
    level: float,
    points: float,
    against: str = "removed",
    spread: Spread | None = None,
) -> Card:
    """Test accuracy in percent.  ``level``: fraction removed, ringed on every curve.

    Diamonds: squared error 0.1; triangles: as much as costs at most ``points`` of accuracy.
    ``spread``: median and interval over several seeds, drawn where removal is the axis.
    """
    title, at = AXES[against]
    traces: list[dict[str, Any]] = []
    said = [f"{words.percent(record.curves[0].test_accuracy[0])} test accuracy unpruned"]
    if spread is not None and against == "removed":
        index = order_of(spread.criterion)
        over = short(100 * p for p in spread.pruned)
        traces.append(band(over, short(spread.low), short(spread.high), index))
        name = f"median of {spread.runs} seeds"
        traces.append(line(name, over, short(spread.median), index, dash="dash", width=1.4))
    for curve in record.curves:
        i, x = order_of(curve.criterion), at(curve)
        name = CRITERIA[curve.criterion].title
        drawn = _thin(x, curve.test_accuracy)
        places, accuracy = (short(v[p] for p in drawn) for v in (x, curve.test_accuracy))
        dash, hover = CRITERIA[curve.criterion].dash, "%{x:.1f} %: %{y:.1f} %"
        traces.append(line(name, places, accuracy, i, width=2.2, dash=dash, hover=hover))
        for mark, symbol in (
            (mark_within(curve, None), "diamond"),
            (mark_within(curve, points), "triangle-down"),
        ):
            place = place_at(curve, mark.pruned)
            where = 100 * mark.pruned if against == "removed" else x[place]
            traces.append(_dot(where, mark.test_accuracy, i, symbol, f"{name}, {mark.rule}"))
        chosen = place_at(curve, level)
        traces.append(_dot(x[chosen], curve.test_accuracy[chosen], i, "circle-open", name))
        within = mark_within(curve, points)
        said.append(
            f"{name}: {words.percent(curve.test_accuracy[chosen])} with "
            f"{words.percent(100 * curve.pruned[chosen])} removed, "
            f"{words.percent(100 * within.pruned)} may go {within.rule}"
        )
    laid = figure(
        traces,
        f"{record.run} {against}",
        xaxis=percent_axis(title),
        yaxis=percent_axis("test accuracy"),
        shapes=[rule(x=100 * level, dash="solid")] if against == "removed" else [],
    )
    caption = (
        "No retraining. Diamonds: squared error 0.1; triangles: the last level before test "
        f"accuracy first falls more than {points:g} below the whole network's; rings: the level "
        "chosen."
    )
    return card("criteria", ACCURACY, caption, said, laid, size="wide")


def error_by_criterion(record: CompressionRecord, *, level: float) -> Card:
    """Relative error of the weights against what is removed; ``level`` as above."""
    traces: list[dict[str, Any]] = []
    said = []
    for curve in record.curves:
        name, chosen = CRITERIA[curve.criterion].title, place_at(curve, level)
        x = [100 * p for p in curve.pruned]
        y = [100 * error for error in curve.relative_error]
        drawn = _thin(x, y)
        places, errors = (short(v[p] for p in drawn) for v in (x, y))
        dash, hover = CRITERIA[curve.criterion].dash, "%{x:.1f} %: error %{y:.1f} %"
        index = order_of(curve.criterion)
        traces.append(line(name, places, errors, index, dash=dash, hover=hover))
        said.append(f"{name}: {words.percent(y[chosen])} with {words.percent(x[chosen])} removed")
    limit = 100 * 0.1**0.5
    laid = figure(
        traces,
        record.run,
        xaxis=percent_axis("removed"),
        yaxis=percent_axis("relative error"),
        shapes=[rule(x=100 * level, dash="solid"), rule(y=limit, dash="dash")],
        annotations=[note("squared error 0.1", x=1, xref="x domain", xanchor="right", y=limit,
                          yanchor="bottom")],
    )  # fmt: skip
    caption = "Norm of what is gone from the weights over the norm of the whole."
    return card("errors", ERROR, caption, said, laid)


def _thin(x: Sequence[float], y: Sequence[float], limit: int = 400) -> list[int]:
    """Places to draw: all of them, or of every stretch its first, lowest and highest."""
    if len(x) <= limit:
        return list(range(len(x)))
    places: set[int] = {0, len(x) - 1}
    for part in np.array_split(np.arange(len(x)), limit // 3):
        values = np.asarray(y)[part]
        places |= {int(part[0]), int(part[values.argmin()]), int(part[values.argmax()])}
    return sorted(places)


def _dot(x: float, y: float, index: int, symbol: str, name: str) -> dict[str, Any]:
    ring = symbol == "circle-open"
    return marks(
        short([x]),
        short([y]),
        9 if ring else 10,
        series(index),
        symbol=symbol,
        edge=(series(index), 2) if ring else (named("background"), 1.2),
        name=name,
        showlegend=False,
        hovertemplate=f"{name}: %{{x:.1f}} % removed, %{{y:.1f}} %<extra></extra>",
    )
