"""The tail index while training, with its interval and the alpha that was injected."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any

from hts.studio.figures import marks, words
from hts.studio.figures.axes import QUIET, axis, band, figure, line, note, rule, short, thin
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.view import RunView

TITLE = "Tail index over training"
CAPTION = (
    "Stability index of the law fitted to {layer} at each snapshot, with its interval; dashed: "
    "the noise that was injected."
)


def tail_history(runs: Sequence[RunView], *, layer: int = 0) -> Card:
    """Tail index of one layer against iteration with its interval, for up to five runs."""
    title = titled(TITLE, runs, layer)
    names = [view.name for run in runs if (view := run.layer(layer))]
    caption = CAPTION.format(layer=names[0] if several(runs) else "the hidden layer")
    shown = [
        (i, run, thin([s for s in run.tails(layer) if s.alpha is not None]))
        for i, run in enumerate(runs)
    ]
    shown = [item for item in shown if item[2]]
    if not shown:
        why = "No tail index yet: the first snapshot with an estimate is on its way."
        return waiting("tail", title, caption, why)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    lowest = 2.0
    for position, (i, run, points) in enumerate(shown):
        steps = [s.step for s in points]
        lows = short(s.alpha_low for s in points)
        highs = short(s.alpha_high for s in points)
        if position < 2:
            traces.append(band(steps, lows, highs, i, legendgroup=str(i)))
        drawn = line(
            run.label,
            steps,
            short(s.alpha for s in points),
            i,
            width=2.2,
            hover="step %{x}: α %{y:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f})",
            marker={"size": 5},
            legendgroup=str(i),
            customdata=list(zip(lows, highs, strict=True)),
        )
        traces.append(drawn | {"mode": "lines+markers"})
        last = points[-1]
        said.append(
            f"{run.label}: tail index {words.number(last.alpha)} at step {last.step}, interval "
            f"{words.number(last.alpha_low)} to {words.number(last.alpha_high)}, "
            f"{words.injected(run.config)} injected"
        )
        known = (v for s in points for v in (s.alpha, s.alpha_low) if v is not None)
        lowest = min(lowest, *known)
    end = max(run.steps_done for _, run, _ in shown)
    changes = [mark for _, run, _ in shown for mark in marks.so_far(run)]
    shapes, labels = marks.drawn(changes, end)
    said += marks.said(marks.so_far(shown[0][1]))
    noted = False
    for i, run, _ in shown:
        if run.config.stability is None:
            continue
        steps, alphas = marks.injected_course(run.config, end)
        there = [alpha for alpha in alphas if alpha is not None] or [run.config.stability]
        lowest = min(lowest, *there)
        moves = len(set(alphas)) > 1
        if moves:
            traces.append(_course(steps, alphas, i))
        else:
            shapes.append(rule(y=there[0], dash="dash", colour=i))
        if not noted:
            at = {"xref": "x domain", "x": 0.01, "xanchor": "left", "y": there[0]}
            text = "injected α" if moves else f"injected α = {there[0]:g}"
            labels.append(note(text, yanchor="top", **at))
        noted = True
    laid = figure(
        traces,
        runs[0].id,
        xaxis=axis("iteration", rangemode="tozero"),
        yaxis=axis("tail index α", range=[max(0.0, floor(2 * lowest - 0.2) / 2), 2.08]),
        shapes=shapes,
        annotations=labels,
    )
    return card("tail", title, caption, said, laid)


def _course(steps: Sequence[int], alphas: Sequence[float | None], i: int) -> dict[str, Any]:
    """The alpha that was injected, where it changes."""
    drawn = line("injected", steps, alphas, i, width=1.2, dash="dash", **QUIET)
    return drawn | {"line": drawn["line"] | {"shape": "hv"}}


RUN_FIGURES.register(RunFigure(name="tail", place=70, draw=tail_history, compares=True))
