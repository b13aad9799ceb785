"""Accuracy after removing the units of smallest norm, without retraining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.layers import several
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named, series
from hts.studio.figures.view import RunView

DOTTED = 30  # a curve of fewer levels shows where it was measured
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
        return waiting("pruning", TITLE, CAPTION, "The first snapshot is on its way.")
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
            train = line(name, x, short(curve.train_accuracy), i, width=1.4, opacity=55)
            traces.append({**train, "hovertemplate": _hover()})
        test = line(
            run.label if len(shown) > 1 else "test",
            x,
            short(curve.test_accuracy),
            i,
            width=2.4,
            dash=dash,
        )
        if len(curve.pruned) <= DOTTED:
            test |= {"mode": "lines+markers", "marker": {"size": 5}}
        traces.append({**test, "hovertemplate": _hover()})
        traces.append(
            _criterion(run.label, snapshot.pruning_ratio, snapshot.test_accuracy_pruned, i)
        )
        traces.append(_chosen(100 * pruned, chosen, i))
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
    right = pruned <= 0.6
    laid = figure(
        traces,
        runs[0].id,
        xaxis=percent_axis("units removed"),
        yaxis=percent_axis("accuracy"),
        shapes=[rule(x=100 * pruned, dash="solid")],
        annotations=[
            note(
                read_out,
                align="left",
                x=100 * pruned,
                y=3,
                yanchor="bottom",
                xanchor="left" if right else "right",
                xshift=6 if right else -6,
            )
        ],
    )
    caption = f"{CAPTION} {_measured(shown[0][2])}" if several(runs) else CAPTION
    return Card(id="pruning", title=TITLE, caption=caption, alt=words.sentence(said), figure=laid)


def _measured(snapshot: Snapshot) -> str:
    """How the curve of a network of several layers came about."""
    return (
        "Every layer loses the same share. Measured at the dots, on "
        f"{words.count(snapshot.train_points)} training and "
        f"{words.count(snapshot.test_points)} test examples."
    )


def _hover() -> str:
    return "%{x:.1f} % removed: %{y:.1f} %<extra>%{fullData.name}</extra>"


def _criterion(label: str, ratio: float, accuracy: float, index: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "squared error 0.1",
        "x": short([ratio]),
        "y": short([accuracy]),
        "marker": {
            "symbol": "diamond",
            "size": 10,
            "color": series(index),
            "line": {"width": 1.5, "color": named("background")},
        },
        "showlegend": False,
        "hovertemplate": f"squared error 0.1: %{{x:.1f}} % removed, %{{y:.1f}} %"
        f"<extra>{label}</extra>",
    }


def _chosen(x: float, y: float, index: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "chosen",
        "x": short([x]),
        "y": short([y]),
        "marker": {
            "symbol": "circle",
            "size": 8,
            "color": named("background"),
            "line": {"width": 2, "color": series(index)},
        },
        "showlegend": False,
        "hoverinfo": "skip",
    }


RUN_FIGURES.register(
    RunFigure(
        name="pruning",
        place=40,
        draw=accuracy_after_pruning,
        takes=("pruned",),
        compares=True,
    )
)
