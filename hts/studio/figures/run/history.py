"""Loss and accuracy while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.records import Evaluation
from hts.studio.figures import marks, words
from hts.studio.figures.axes import axis, figure, line, note, percent_axis, rule, short, thin
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import (
    bundle,
    faint_lines,
    seeds_said,
    seen,
    spread,
    strands,
)
from hts.studio.figures.run.course import course as ways_to_look
from hts.studio.figures.view import ArmView, RunView

HOVER = "step %{x}: %{y:.1f} %"
TITLE = "Training"
CAPTION = (
    "Accuracy and training loss at every evaluation, measured after the gradient step and "
    "before that step's noise."
)
ENDED = " A network that has ended keeps its last values, one that diverged has 0 %."


def training_history(arms: Sequence[ArmView]) -> Card:
    """Accuracy (percent) over training loss (nats), one above the other, of every arm.

    An arm that is alone shows training and test accuracy, several only test accuracy.
    """
    shown = seen(arms, lambda run: (run, thin(run.evaluations)) if run.evaluations else None)
    if not shown:
        why = "The first evaluation is on its way."
        return waiting("history", TITLE, CAPTION, why, size="wide")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    faint = faint_lines(arms)
    for one in shown:

        def course(part: str, at_worst: float | None, one: Any = one) -> Any:
            return bundle(_course(run, points, part, at_worst) for run, points in one.parts)

        if len(shown) == 1:
            train = course("train_accuracy", 0.0)
            steps, drawn = [int(at) for at in train.x], short(train.quantile(0.5))
            traces.append(
                line("training", steps, drawn, one.look.colour, width=1.4, opacity=55, hover=HOVER)
            )
        tests = strands(one, course("test_accuracy", 0.0), faint=faint, hover=HOVER, decimals=False)
        tests[-1]["name"] = one.arm.label if len(shown) > 1 else "test"
        losses = strands(one, course("train_loss", None), faint=faint, width=2, decimals=False,
                         hover="step %{x}: loss %{y:.3f}", yaxis="y2")  # fmt: skip
        traces += tests + [loss | {"showlegend": False} for loss in losses]
        last = [run.evaluations[-1] for run, _ in one.parts]
        said.append(
            f"{one.arm.label}: at step {max(e.step for e in last)} training accuracy "
            f"{spread(e.train_accuracy for e in last)}, test accuracy "
            f"{spread(e.test_accuracy for e in last)}, training loss {_loss(last)}"
        )
    changes = [mark for one in shown for mark in marks.so_far(one.arm.longest)]
    shapes, labels = marks.drawn(changes, max(one.arm.longest.steps_done for one in shown))
    said += marks.said(marks.so_far(shown[0].arm.longest))
    target = arms[0].runs[0].config.target_accuracy
    if target is not None:
        said.append(f"the target is {target:g} % training accuracy")
        place = {"xref": "x domain", "x": 0.01, "xanchor": "left", "yanchor": "top"}
        shapes.append(rule(y=target))
        labels.append(note(f"target {target:g} %", y=target, **place))
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=axis("iteration", rangemode="tozero", anchor="y2"),
        yaxis=percent_axis("accuracy", domain=[0.38, 1]),
        yaxis2=axis("loss", domain=[0, 0.3], rangemode="tozero", nticks=4),
        shapes=shapes,
        annotations=labels,
        meta=ways_to_look([one.arm for one in shown], {"yaxis2": "loss"}, smooth=True),
    )
    seeds = seeds_said(arms)
    caption = CAPTION + (seeds and seeds + ENDED)
    return card("history", TITLE, caption, said, laid, size="wide")


def _course(
    run: RunView, points: Sequence[Evaluation], part: str, at_worst: float | None
) -> tuple[list[float], list[float | None]]:
    """One number over the steps; a network that diverged ends ``at_worst``."""
    steps: list[float] = [e.step for e in points]
    values: list[float | None] = [getattr(e, part) for e in points]
    if run.diverged:
        return [*steps, max(run.steps_done, steps[-1] + 1)], [*values, at_worst]
    return steps, values


def _loss(last: Sequence[Evaluation]) -> str:
    known = [e.train_loss for e in last if e.train_loss is not None]
    return spread(known, lambda value: words.number(value, 3)) if known else words.number(None)


RUN_FIGURES.register(ArmFigure(name="history", place=40, draw=training_history, compares=True))
