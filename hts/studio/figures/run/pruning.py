"""Accuracy after removing the units of smallest norm, without retraining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.curve import read_at, reading
from hts.studio.figures.run.layers import several
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named, series
from hts.studio.figures.view import RunView

DOTTED = 30  # a curve of fewer levels shows where it was measured
HOVER = "%{x:.1f} % removed: %{y:.1f} %"
TITLE = "Accuracy after pruning"
CAPTION = (
    "Accuracy when the units of smallest norm are removed, without retraining; "
    "the diamond is the criterion: squared error 0.1."
)


@per_snapshot
def accuracy_after_pruning(runs: Sequence[RunView], *, pruned: float) -> Card:
    """Accuracy in percent against percent of units removed, for up to five runs.

    ``pruned``: the chosen fraction, in [0, 1], marked by a line and read out.  One run shows
    training accuracy as well; two or more show test accuracy only for the others, dashed.
    """
    shown = [(i, run, run.snapshot) for i, run in enumerate(runs) if run.snapshot is not None]
    if not shown:
        return waiting("pruning", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    reads: list[tuple[str, str]] = []
    for position, (i, run, snapshot) in enumerate(shown):
        curve = snapshot.curve
        x = short(100 * fraction for fraction in curve.pruned)
        chosen = read_at(curve.pruned, curve.test_accuracy, pruned)
        reads.append((run.label, words.percent(chosen)))
        dash = "dash" if position == 1 and len(shown) == 2 else "solid"
        if len(shown) <= 2 and position == 0:
            name = "training" if len(shown) == 1 else f"{run.label}, training"
            on_training = short(curve.train_accuracy)
            train = line(name, x, on_training, i, width=1.4, opacity=55, hover=HOVER)
            traces.append(train)
        name = run.label if len(shown) > 1 else "test"
        test = line(name, x, short(curve.test_accuracy), i, width=2.4, dash=dash, hover=HOVER)
        if len(curve.pruned) <= DOTTED:
            test |= {"mode": "lines+markers", "marker": {"size": 5}}
        traces += [test, _criterion(run.label, snapshot, i)]
        traces.append(reading(100 * pruned, chosen, i, name="chosen", symbol="circle"))
        said.append(
            f"{run.label}: test accuracy {words.percent(snapshot.test_accuracy)} unpruned, "
            f"about {words.percent(chosen)} with {words.percent(100 * pruned)} of units removed, "
            f"{words.percent(snapshot.test_accuracy_pruned)} at squared error 0.1, which removes "
            f"{words.percent(snapshot.pruning_ratio)}"
        )
    removed = f"{words.percent(100 * pruned)} removed"
    read_out = f"{removed}: {reads[0][1]}"
    if len(reads) > 1:
        read_out = "<br>".join([removed, *(f"{label} {value}" for label, value in reads)])
    side = {"xanchor": "left", "xshift": 6} if pruned <= 0.6 else {"xanchor": "right", "xshift": -6}
    laid = figure(
        traces,
        runs[0].id,
        xaxis=percent_axis("units removed"),
        yaxis=percent_axis("accuracy"),
        shapes=[rule(x=100 * pruned, dash="solid")],
        annotations=[note(read_out, align="left", x=100 * pruned, y=3, yanchor="bottom", **side)],
    )
    caption = f"{CAPTION} {_measured(shown[0][2])}" if several(runs) else CAPTION
    return card("pruning", TITLE, caption, said, laid)


def _measured(snapshot: Snapshot) -> str:
    """How the curve of a network of several layers came about."""
    return (
        "Every layer loses the same share. Measured at the dots, on "
        f"{words.count(snapshot.train_points)} training and "
        f"{words.count(snapshot.test_points)} test examples."
    )


def _criterion(label: str, snapshot: Snapshot, index: int) -> dict[str, Any]:
    return points(
        short([snapshot.pruning_ratio]),
        short([snapshot.test_accuracy_pruned]),
        10,
        series(index),
        symbol="diamond",
        edge=(named("background"), 1.5),
        name="squared error 0.1",
        showlegend=False,
        hovertemplate="squared error 0.1: %{x:.1f} % removed, %{y:.1f} %"
        f"<extra>{label}</extra>",
    )


RUN_FIGURES.register(
    RunFigure(name="pruning", place=40, draw=accuracy_after_pruning, compares=True)
)
