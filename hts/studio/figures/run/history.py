"""Loss and accuracy while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures import marks, words
from hts.studio.figures.axes import axis, figure, line, note, percent_axis, rule, short, thin
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.view import RunView

HOVER = "step %{x}: %{y:.1f} %"
TITLE = "Training"
CAPTION = (
    "Accuracy and training loss at every evaluation, measured after the gradient step and "
    "before that step's noise."
)


def training_history(runs: Sequence[RunView]) -> Card:
    """Accuracy (percent) over training loss (nats), one above the other, for up to five runs.

    One run shows training and test accuracy; of several only test accuracy is drawn.
    """
    shown = [(i, run) for i, run in enumerate(runs) if run.evaluations]
    if not shown:
        why = "The first evaluation is on its way."
        return waiting("history", TITLE, CAPTION, why, size="wide")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run) in enumerate(shown):
        points = thin(run.evaluations)
        steps = [e.step for e in points]
        dash = "dash" if position == 1 and len(shown) == 2 else "solid"
        look: dict[str, Any] = {"dash": dash, "legendgroup": str(i)}
        if len(shown) <= 2 and position == 0:
            name = "training" if len(shown) == 1 else f"{run.label}, training"
            train = short(e.train_accuracy for e in points)
            traces.append(line(name, steps, train, i, width=1.4, opacity=55, hover=HOVER))
        name = run.label if len(shown) > 1 else "test"
        tests = short(e.test_accuracy for e in points)
        traces.append(line(name, steps, tests, i, width=2.4, hover=HOVER, **look))
        loss = short(e.train_loss for e in points)
        look |= {"yaxis": "y2", "showlegend": False}
        look["hovertemplate"] = f"step %{{x}}: loss %{{y:.3f}}<extra>{run.label}</extra>"
        traces.append(line("loss", steps, loss, i, **look))
        last = run.evaluations[-1]
        said.append(
            f"{run.label}: at step {last.step} training accuracy "
            f"{words.percent(last.train_accuracy)}, test accuracy "
            f"{words.percent(last.test_accuracy)}, training loss {words.number(last.train_loss, 3)}"
        )
    changes = [mark for _, run in shown for mark in marks.so_far(run)]
    shapes, labels = marks.drawn(changes, max(run.steps_done for _, run in shown))
    said += marks.said(marks.so_far(shown[0][1]))
    target = runs[0].config.target_accuracy
    if target is not None:
        said.append(f"the target is {target:g} % training accuracy")
        place = {"xref": "x domain", "x": 0.01, "xanchor": "left", "yanchor": "top"}
        shapes.append(rule(y=target))
        labels.append(note(f"target {target:g} %", y=target, **place))
    laid = figure(
        traces,
        runs[0].id,
        xaxis=axis("iteration", rangemode="tozero", anchor="y2"),
        yaxis=percent_axis("accuracy", domain=[0.38, 1]),
        yaxis2=axis("loss", domain=[0, 0.3], rangemode="tozero", nticks=4),
        shapes=shapes,
        annotations=labels,
    )
    return card("history", TITLE, CAPTION, said, laid, size="wide")


RUN_FIGURES.register(RunFigure(name="history", place=10, draw=training_history, compares=True))
