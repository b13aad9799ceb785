"""The Hill plot, a diagnostic, beside the estimate that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, log_axis, note, rule, shade, short
from hts.studio.figures.card import SOON, Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import series
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
        why = "No Hill curve: too few weights, or their upper order statistics are equal."
        return waiting("hill", TITLE, CAPTION, why if views else SOON)
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view, hill) in enumerate(shown):
        if position == 0:
            traces.append(band(hill.k, short(hill.low), short(hill.high), i))
        hover = "%{x} largest weights: Hill estimate %{y:.2f}"
        traces.append(line(run.label, hill.k, short(hill.alpha), i, width=2.2, hover=hover))
        middle = hill.alpha[len(hill.alpha) // 2]
        text = f"{run.label}: Hill estimate {middle:.2f} at {hill.k[len(hill.k) // 2]} weights"
        if view.tail is not None:
            text += f", reported {words.tail_index(view.tail)}"
            if position == 0:
                alpha = view.tail.alpha
                shapes.append(shade(series(i, 14), y=(view.tail.low, view.tail.high)))
                shapes.append(rule(y=alpha, dash="solid", colour="text"))
                place = {"xref": "x domain", "x": 1, "xanchor": "right"}
                marks.append(note(f"reported α = {alpha:.2f}", y=alpha, yanchor="bottom", **place))
        said.append(text)
    corner = {"xref": "x domain", "yref": "y domain", "xanchor": "left", "yanchor": "top"}
    marks.append(note("diagnostic, biased near 2", x=0.02, y=0.98, **corner))
    ks = [k for _, _, _, hill in shown for k in hill.k]
    ends = [log10(max(1, min(ks))), log10(max(2, *ks))]
    laid = figure(
        traces,
        runs[0].id,
        xaxis=log_axis("number of largest weights k", 1, max(ks), range=ends),
        yaxis=axis("tail index α", range=[0, TOP], dtick=1),
        shapes=shapes,
        annotations=marks,
    )
    said.append("a diagnostic, biased near 2")
    return card("hill", titled(TITLE, runs, layer), CAPTION, said, laid)


RUN_FIGURES.register(RunFigure(name="hill", place=80, draw=hill_plot))
