"""Loss and accuracy while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, line, note, percent_axis, rule, short, thin
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.view import RunView

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
        return waiting(
            "history", TITLE, CAPTION, "The first evaluation is on its way.", size="wide"
        )
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run) in enumerate(shown):
        points = thin(run.evaluations)
        steps = [e.step for e in points]
        dash = "dash" if position == 1 and len(shown) == 2 else "solid"
        group = {"legendgroup": str(i), "hovertemplate": _hover("%{y:.1f} %")}
        if len(shown) <= 2 and position == 0:
            both = "training" if len(shown) == 1 else f"{run.label}, training"
            train = line(
                both, steps, short(e.train_accuracy for e in points), i, width=1.4, opacity=55
            )
            traces.append({**train, "hovertemplate": _hover("%{y:.1f} %")})
        name = run.label if len(shown) > 1 else "test"
        tests = short(e.test_accuracy for e in points)
        traces.append({**line(name, steps, tests, i, width=2.4, dash=dash), **group})
        loss = line("loss", steps, short(e.train_loss for e in points), i, dash=dash)
        traces.append(
            {
                **loss,
                **group,
                "yaxis": "y2",
                "showlegend": False,
                "hovertemplate": f"step %{{x}}: loss %{{y:.3f}}<extra>{run.label}</extra>",
            }
        )
        last = run.evaluations[-1]
        said.append(
            f"{run.label}: at step {last.step} training accuracy "
            f"{words.percent(last.train_accuracy)}, test accuracy "
            f"{words.percent(last.test_accuracy)}, training loss {words.number(last.train_loss, 3)}"
        )
    target = runs[0].config.target_accuracy
    shapes = [] if target is None else [rule(y=target)]
    marks = []
    if target is not None:
        said.append(f"the target is {target:g} % training accuracy")
        marks.append(
            note(
                f"target {target:g} %",
                xref="x domain",
                x=0.01,
                xanchor="left",
                y=target,
                yanchor="top",
            )
        )
    laid = figure(
        traces,
        runs[0].id,
        xaxis=axis("iteration", rangemode="tozero", anchor="y2"),
        yaxis=percent_axis("accuracy", domain=[0.38, 1]),
        yaxis2=axis("loss", domain=[0, 0.3], rangemode="tozero", nticks=4),
        shapes=shapes,
        annotations=marks,
    )
    return Card(
        id="history",
        title=TITLE,
        caption=CAPTION,
        alt=words.sentence(said),
        figure=laid,
        size="wide",
    )


def _hover(value: str) -> str:
    return f"step %{{x}}: {value}<extra>%{{fullData.name}}</extra>"


RUN_FIGURES.register(RunFigure(name="history", place=10, draw=training_history, compares=True))
