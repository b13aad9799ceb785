"""Decision regions of a two-dimensional problem before and after pruning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Boundary, Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import figure, short, two_panels
from hts.studio.figures.card import Card, Figure, card
from hts.studio.figures.points import points
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named, series
from hts.studio.figures.view import RunView

TITLE = "Decision regions"
CAPTION = (
    "What the network answers at every place of the plane, before and after pruning at squared "
    "error 0.1; dots are training examples."
)


@per_snapshot
def decision_boundary(runs: Sequence[RunView]) -> Card | None:
    """Two panels for the first run; None where its problem is not two-dimensional."""
    snapshot = runs[0].snapshot if runs else None
    boundary = snapshot.boundary if snapshot else None
    if snapshot is None or boundary is None:
        return None
    laid, classes = regions(boundary, _headings(snapshot), runs[0].id)
    removed, changed = words.percent(snapshot.pruning_ratio), words.percent(changed_share(boundary))
    before, after = snapshot.test_accuracy, snapshot.test_accuracy_pruned
    effect = f"pruning {removed} of units changes the answer on {changed} of the plane"
    accuracy = f"test accuracy {words.percent(before)} before and {words.percent(after)} after"
    return card(
        "boundary",
        TITLE,
        CAPTION,
        [f"{runs[0].label}: {classes} classes", effect, accuracy],
        laid,
        size="full",
    )


def regions(boundary: Boundary, titles: tuple[str, str], keep: str) -> tuple[Figure, int]:
    """Two panels, before and after, and the number of classes in them; ``keep`` as for `figure`."""
    classes = 1 + max(
        max(max(row) for row in boundary.full),
        max(max(row) for row in boundary.pruned),
        max(boundary.points_class, default=0),
    )
    traces: list[dict[str, Any]] = []
    for x, y, answers in (("x", "y", boundary.full), ("x2", "y2", boundary.pruned)):
        traces += [_regions(boundary, answers, classes, x, y), _points(boundary, x, y)]
    span_x, span_y = ([min(at), max(at)] for at in (boundary.x, boundary.y))
    layout = two_panels(titles, "first input", "second input", span_x, span_y, nticks=5)
    return figure(traces, keep, **layout), classes


def _headings(snapshot: Snapshot) -> tuple[str, str]:
    before, after = snapshot.test_accuracy, snapshot.test_accuracy_pruned
    removed = words.percent(snapshot.pruning_ratio)
    return (
        f"all units: {words.percent(before)} on test",
        f"{removed} removed: {words.percent(after)}",
    )


def _regions(
    boundary: Boundary, regions: list[list[int]], classes: int, x: str, y: str
) -> dict[str, Any]:
    steps: list[list[Any]] = []
    for index in range(classes):
        colour = series(index, 32)
        steps += [[index / classes, colour], [(index + 1) / classes, colour]]
    return {
        "type": "heatmap",
        "x": short(boundary.x),
        "y": short(boundary.y),
        "z": regions,
        "zmin": -0.5,
        "zmax": classes - 0.5,
        "colorscale": steps,
        "showscale": False,
        "xaxis": x,
        "yaxis": y,
        "hovertemplate": "class %{z}<extra></extra>",
    }


def _points(boundary: Boundary, x: str, y: str) -> dict[str, Any]:
    return points(
        short(boundary.points_x),
        short(boundary.points_y),
        5,
        [series(index) for index in boundary.points_class],
        edge=(named("background"), 0.7),
        xaxis=x,
        yaxis=y,
        hoverinfo="skip",
    )


def changed_share(boundary: Boundary) -> float:
    """Percent of the grid on which the answer is another one after pruning."""
    cells = [
        a != b
        for before, after in zip(boundary.full, boundary.pruned, strict=True)
        for a, b in zip(before, after, strict=True)
    ]
    return 100 * sum(cells) / len(cells)


RUN_FIGURES.register(RunFigure(name="boundary", place=100, draw=decision_boundary))
