"""Decision regions of a two-dimensional problem, a run beside its control, at the pruned share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hts.data.sources import DATASETS
from hts.plane import Grid, PlaneGrid
from hts.records import Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import figure, short, two_panels
from hts.studio.figures.card import Card, Figure, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import ideas, named, series
from hts.studio.figures.view import RunView

TITLE = "Decision regions"
DOTS = "Dots are training examples; the line is where the whole network changes its answer."
CAPTION = f"What each network answers at every place of the plane after pruning. {DOTS}"
BEFORE_AND_AFTER = (
    f"What the network answers at every place of the plane, before and after pruning. {DOTS}"
)


@dataclass(frozen=True)
class Panel:
    """The answers of one network in the plane; ``whole`` are those before pruning."""

    title: str
    plane: PlaneGrid
    answers: Grid
    whole: Grid


@per_snapshot
def decision_boundary(runs: Sequence[RunView], *, pruned: float) -> Card | None:
    """Two panels; None where the problem is not two-dimensional, empty while it waits.

    With two or more runs the first two at the recorded share nearest to ``pruned``, a fraction of
    units in [0, 1]; with one it before and after.  A run recorded before there were shares is shown
    alone, before pruning and at squared error 0.1.
    """
    if awaited(runs):
        return waiting("boundary", TITLE, CAPTION, size="wide")
    known = [(run, run.snapshot) for run in runs if run.snapshot and run.snapshot.boundary]
    if not known or known[0][0] is not runs[0]:
        return None
    shown = [_Shown(run, snapshot, pruned) for run, snapshot in known[:2]]
    if len(shown) == 2 and all(one.recorded for one in shown):
        panels, caption = [one.after(f"{one.run.label}<br>") for one in shown], CAPTION
        colours = [series(one.colour) for one in ideas(run.config.stability for run, _ in known)]
    else:
        shown = shown[:1]
        panels, caption, colours = [shown[0].before(), shown[0].after()], BEFORE_AND_AFTER, []
    laid, classes = regions(panels, runs[0].id)
    for text, colour in zip(laid["layout"]["annotations"], colours, strict=False):
        text["font"]["color"] = colour
    said = [f"{classes} classes", *(one.said() for one in shown)]
    return card("boundary", TITLE, caption, said, laid, size="wide")


def awaited(runs: Sequence[RunView]) -> bool:
    """Whether the first run is on a problem in the plane and has no snapshot yet."""
    if not runs or runs[0].snapshot is not None:
        return False
    data = runs[0].config.data
    return data in DATASETS and DATASETS[data].in_the_plane


class _Shown:
    """A run at the share of units that was recorded nearest to the wanted one."""

    def __init__(self, run: RunView, snapshot: Snapshot, pruned: float) -> None:
        assert snapshot.boundary is not None
        self.run, self.plane = run, snapshot.boundary
        self.whole = snapshot.test_accuracy
        found = self.plane.nearest(pruned)
        self.recorded = found is not None
        if found is None:
            share, self.answers = snapshot.pruning_ratio / 100, self.plane.pruned
            self.accuracy = snapshot.test_accuracy_pruned
        else:
            share, self.answers = found
            self.accuracy = read_at(snapshot.curve.pruned, snapshot.curve.test_accuracy, share)
        self.removed = f"{round(100 * share, 1):g} %"

    def before(self) -> Panel:
        title = f"all units: {words.percent(self.whole)} on test"
        return Panel(title, self.plane, self.plane.full, self.plane.full)

    def after(self, label: str = "") -> Panel:
        title = f"{label}{self.removed} removed: {words.percent(self.accuracy)} on test"
        return Panel(title, self.plane, self.answers, self.plane.full)

    def said(self) -> str:
        changed = words.percent(changed_share(self.plane.full, self.answers))
        return (
            f"{self.run.label}: pruning {self.removed} of units changes the answer on {changed} of "
            f"the plane; test accuracy {words.percent(self.whole)} before and "
            f"{words.percent(self.accuracy)} after"
        )


def regions(panels: Sequence[Panel], keep: str) -> tuple[Figure, int]:
    """Two panels, and the number of classes in them; ``keep`` as for `figure`."""
    planes = [panel.plane for panel in panels]
    classes = 1 + max(
        *(max(map(max, grid)) for panel in panels for grid in (panel.answers, panel.whole)),
        *(max(plane.points_class, default=0) for plane in planes),
    )
    traces: list[dict[str, Any]] = []
    for panel, axes in zip(panels, ({}, {"xaxis": "x2", "yaxis": "y2"}), strict=True):
        traces += [
            _regions(panel.plane, panel.answers, classes) | axes,
            _outline(panel.plane, panel.whole) | axes,
            _points(panel.plane) | axes,
        ]
    span_x = [f(f(plane.x) for plane in planes) for f in (min, max)]
    span_y = [f(f(plane.y) for plane in planes) for f in (min, max)]
    titles = (panels[0].title, panels[1].title)
    layout = two_panels(titles, "x", "y", span_x, span_y, nticks=5)
    layout["top"] += 14 * max(title.count("<br>") for title in titles)
    return figure(traces, keep, **layout), classes


def _regions(plane: PlaneGrid, answers: Grid, classes: int) -> dict[str, Any]:
    steps: list[list[Any]] = []
    for index in range(classes):
        colour = series(index, 32)
        steps += [[index / classes, colour], [(index + 1) / classes, colour]]
    return {
        "type": "heatmap",
        "x": short(plane.x),
        "y": short(plane.y),
        "z": answers,
        "zmin": -0.5,
        "zmax": classes - 0.5,
        "colorscale": steps,
        "showscale": False,
        "hovertemplate": "class %{z}<extra></extra>",
    }


def _outline(plane: PlaneGrid, whole: Grid) -> dict[str, Any]:
    """The edges of cells at which the answers of the whole network change."""
    classes, x, y = np.array(whole), np.array(plane.x), np.array(plane.y)
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    up, right = np.nonzero(classes[:, 1:] != classes[:, :-1])
    from_x, from_y = x[right] + half_x, y[up] - half_y
    to_x, to_y = from_x, from_y + 2 * half_y
    up, right = np.nonzero(classes[1:] != classes[:-1])
    from_x, from_y = np.append(from_x, x[right] - half_x), np.append(from_y, y[up] + half_y)
    to_x, to_y = np.append(to_x, x[right] + half_x), np.append(to_y, y[up] + half_y)
    gap = np.full(len(to_x), np.nan)
    line = {"color": named("text", 70), "width": 1}
    ends = [np.column_stack(some).ravel() for some in ((from_x, to_x, gap), (from_y, to_y, gap))]
    return {
        "type": "scatter", "mode": "lines", "x": short(ends[0]), "y": short(ends[1]),
        "line": line, "hoverinfo": "skip",
    }  # fmt: skip


def _points(plane: PlaneGrid) -> dict[str, Any]:
    return points(
        short(plane.points_x),
        short(plane.points_y),
        5,
        [series(index) for index in plane.points_class],
        edge=(named("background"), 0.7),
        hoverinfo="skip",
    )


def changed_share(before: Grid, after: Grid) -> float:
    """Percent of the grid on which the answer is another one after pruning."""
    cells = [a != b for old, new in zip(before, after, strict=True)
             for a, b in zip(old, new, strict=True)]  # fmt: skip
    return 100 * sum(cells) / len(cells)


RUN_FIGURES.register(RunFigure(name="boundary", place=1, draw=decision_boundary, compares=True))
