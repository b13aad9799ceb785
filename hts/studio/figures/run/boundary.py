"""Decision regions of a two-dimensional problem before and after pruning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Boundary, Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note, short
from hts.studio.figures.card import Card, Figure
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
    return Card(
        id="boundary",
        title=TITLE,
        caption=CAPTION,
        alt=words.sentence([f"{runs[0].label}: {classes} classes", effect, accuracy]),
        figure=laid,
        size="full",
    )


def regions(boundary: Boundary, headings: tuple[str, str], keep: str) -> tuple[Figure, int]:
    """Two panels, before and after, and the number of classes in them; ``keep`` as for `figure`."""
    classes = 1 + max(
        max(max(row) for row in boundary.full),
        max(max(row) for row in boundary.pruned),
        max(boundary.points_class, default=0),
    )
    panels = [("x", "y", boundary.full), ("x2", "y2", boundary.pruned)]
    traces: list[dict[str, Any]] = []
    for x, y, answers in panels:
        traces.append(_regions(boundary, answers, classes, x, y))
        traces.append(_points(boundary, x, y))
    span_x = [min(boundary.x), max(boundary.x)]
    span_y = [min(boundary.y), max(boundary.y)]
    flat = {"showgrid": False, "ticks": "", "nticks": 5}
    marks = [
        note(text, xref=f"{x} domain", yref="y domain", x=0.5, xanchor="center", y=1.01,
             yanchor="bottom", bgcolor="rgba(0,0,0,0)")
        for text, x in zip(headings, ("x", "x2"), strict=True)
    ]  # fmt: skip
    laid = figure(
        traces,
        keep,
        xaxis=axis("first input", domain=[0, 0.48], range=span_x, **flat),
        xaxis2=axis("first input", domain=[0.52, 1], range=span_x, anchor="y2", **flat),
        yaxis=axis("second input", range=span_y, **flat),
        yaxis2={
            **axis("", range=span_y, anchor="x2", matches="y", showticklabels=False, **flat),
        },
        showlegend=False,
        annotations=marks,
    )
    laid["layout"]["margin"]["t"] = 30
    return laid, classes


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
    return {
        "type": "scatter",
        "mode": "markers",
        "x": short(boundary.points_x),
        "y": short(boundary.points_y),
        "marker": {
            "size": 5,
            "color": [series(index) for index in boundary.points_class],
            "line": {"width": 0.7, "color": named("background")},
        },
        "xaxis": x,
        "yaxis": y,
        "hoverinfo": "skip",
    }


def changed_share(boundary: Boundary) -> float:
    """Percent of the grid on which the answer is another one after pruning."""
    cells = [
        a != b
        for before, after in zip(boundary.full, boundary.pruned, strict=True)
        for a, b in zip(before, after, strict=True)
    ]
    return 100 * sum(cells) / len(cells)


RUN_FIGURES.register(RunFigure(name="boundary", place=100, draw=decision_boundary))
