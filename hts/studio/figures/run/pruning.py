"""Accuracy after removing the units of smallest norm, without retraining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import (
    Seen,
    bundle,
    faint_lines,
    middle,
    ring,
    seeds_said,
    seen,
    spread,
    strands,
)
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.layers import several
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import ArmView, RunView

DOTTED = 30  # a curve of fewer levels shows where it was measured
ROOM = 116  # percent: the axis ends there, so that a label above 100 covers no curve
HOVER = "%{x:.1f} % removed: %{y:.1f} %"
TITLE = "Accuracy after pruning"
CAPTION = "Test accuracy without the units of smallest norm; no retraining."


@per_snapshot
def accuracy_after_pruning(arms: Sequence[ArmView], *, pruned: float) -> Card:
    """Accuracy in percent against percent of units removed, of every arm.

    ``pruned``: the chosen fraction, in [0, 1], marked by a line.  An arm that is alone shows
    training accuracy as well.
    """
    shown = seen(arms, _measured)
    if not shown:
        return waiting("pruning", TITLE, CAPTION, size="half")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    removed = f"{words.percent(100 * pruned, 0)} removed"
    for one in shown:
        tests = [run.pruning for run, _ in one.parts if run.pruning]
        chosen = [read_at(test.pruned, test.accuracy, pruned) for test in tests]
        if len(shown) == 1:
            traces += [_training(one)]
        curves = bundle(([100 * at for at in test.pruned], test.accuracy) for test in tests)
        drawn = strands(one, curves, faint=faint_lines(arms), hover=HOVER)
        drawn[-1]["name"] = one.arm.label if len(shown) > 1 else "test"
        if len(curves.x) <= DOTTED:
            drawn[-1] |= {"mode": "lines+markers", "marker": {"size": 5}}
        traces += drawn
        if one is shown[0]:
            traces.append(_criterion(one))
        traces.append(ring(one, 100 * pruned, middle(chosen), name="chosen"))
        said.append(
            f"{one.arm.label}: test accuracy "
            f"{spread(snapshot.test_accuracy for _, snapshot in one.parts)} unpruned, "
            f"about {spread(chosen)} with {removed}"
        )
    side = {"xanchor": "left", "xshift": 6} if pruned <= 0.6 else {"xanchor": "right", "xshift": -6}
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=percent_axis("units removed"),
        yaxis=percent_axis("accuracy", range=[-2, ROOM]),
        shapes=[rule(x=100 * pruned, dash="solid")],
        annotations=[note(removed, x=100 * pruned, y=1, yref="y domain", yanchor="top", **side)],
    )
    caption = CAPTION + (_how(shown[0].parts[0][1]) if several(arms) else "") + seeds_said(arms)
    return card("pruning", TITLE, caption, said, laid, size="half")


def _measured(run: RunView) -> tuple[RunView, Snapshot] | None:
    return None if run.snapshot is None else (run, run.snapshot)


def _training(one: Seen[tuple[RunView, Snapshot]]) -> dict[str, Any]:
    curves = [snapshot.curve for _, snapshot in one.parts]
    found = bundle(([100 * at for at in c.pruned], c.train_accuracy) for c in curves)
    x, train = short(found.x), short(found.quantile(0.5))
    return line("training", x, train, one.look.colour, width=1.4, opacity=55, hover=HOVER)


def _how(snapshot: Snapshot) -> str:
    """How the curve of a network of several layers came about."""
    return (
        " Every layer loses the same share. Measured at the dots, on "
        f"{words.count(snapshot.train_points)} training and "
        f"{words.count(snapshot.test_points)} test examples."
    )


def _criterion(one: Seen[tuple[RunView, Snapshot]]) -> dict[str, Any]:
    """Where the norm-compressible share ends."""
    snapshots = [snapshot for _, snapshot in one.parts]
    return points(
        short([middle(s.pruning_ratio for s in snapshots)]),
        short([middle(s.test_accuracy_pruned for s in snapshots)]),
        10,
        named(one.look.colour),
        symbol="diamond",
        edge=(named("background"), 1.5),
        name="squared error 0.1",
        legendgroup=one.arm.key,
        showlegend=False,
        hovertemplate="squared error 0.1: %{x:.1f} % removed, %{y:.1f} %"
        f"<extra>{one.arm.label}</extra>",
    )


RUN_FIGURES.register(
    ArmFigure(name="pruning", place=10, draw=accuracy_after_pruning, compares=True)
)
