"""The Hill plot, a diagnostic, beside the estimate that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, log_axis, note, rule, short
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named, series
from hts.studio.figures.view import RunView

TITLE = "Hill plot"
CAPTION = (
    "Hill estimates against the number of largest weights used; the level line is the reported "
    "estimate. Diagnostic, biased near 2; estimates above 4 are not shown."
)
TOP = 4.0  # the vertical axis ends here: stable laws have alpha of at most 2


@per_snapshot
def hill_plot(runs: Sequence[RunView], *, layer: int = 0) -> Card:
    """Hill curve with its band, and the reported tail index with its interval shaded."""
    views = [(i, run, view) for i, run in enumerate(runs) if (view := run.layer(layer))]
    shown = [(i, run, view, view.hill) for i, run, view in views if view.hill and view.hill.k]
    if not shown:
        why = (
            "No Hill curve: too few weights, or their upper order statistics are equal."
            if views
            else "The first snapshot is on its way."
        )
        return waiting("hill", TITLE, CAPTION, why)
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view, hill) in enumerate(shown):
        if position == 0:
            traces.append(band(hill.k, short(hill.low), short(hill.high), i))
        trace = line(run.label, hill.k, short(hill.alpha), i, width=2.2)
        trace["hovertemplate"] = (
            "%{x} largest weights: Hill estimate %{y:.2f}<extra>%{fullData.name}</extra>"
        )
        traces.append(trace)
        middle = hill.alpha[len(hill.alpha) // 2]
        text = f"{run.label}: Hill estimate {middle:.2f} at {hill.k[len(hill.k) // 2]} weights"
        if view.tail is not None:
            text += f", reported {words.tail_index(view.tail)}"
            if position == 0:
                shapes += _interval(view.tail.low, view.tail.high, view.tail.alpha, i)
                marks.append(
                    note(
                        f"reported α = {view.tail.alpha:.2f}",
                        xref="x domain",
                        x=1,
                        xanchor="right",
                        y=view.tail.alpha,
                        yanchor="bottom",
                    )
                )
        said.append(text)
    marks.append(
        note(
            "diagnostic, biased near 2",
            xref="x domain",
            yref="y domain",
            x=0.02,
            y=0.98,
            xanchor="left",
            yanchor="top",
        )
    )
    ks = [k for _, _, _, hill in shown for k in hill.k]
    laid = figure(
        traces,
        runs[0].id,
        xaxis=log_axis(
            "number of largest weights k",
            1,
            max(ks),
            range=[log10(max(1, min(ks))), log10(max(2, *ks))],
        ),
        yaxis=axis("tail index α", range=[0, TOP], dtick=1),
        shapes=shapes,
        annotations=marks,
    )
    said.append("a diagnostic, biased near 2")
    return Card(
        id="hill",
        title=titled(TITLE, runs, layer),
        caption=CAPTION,
        alt=words.sentence(said),
        figure=laid,
    )


def _interval(low: float, high: float, alpha: float, index: int) -> list[dict[str, Any]]:
    shade = {
        "type": "rect",
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "fillcolor": series(index, 14),
        "line": {"width": 0},
        "layer": "below",
    }
    level = rule(y=alpha, dash="solid")
    level["line"]["color"] = named("text")
    return [shade, level]


RUN_FIGURES.register(RunFigure(name="hill", place=80, draw=hill_plot, takes=("layer",)))
