"""Survival function of |w| on logarithmic axes: a power tail is a straight line of slope -alpha."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.records import Ccdf, LayerView
from hts.studio.figures import words
from hts.studio.figures.axes import figure, line, log_axis, note, positive
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import RunView

TITLE = "Tail of the weights"
CAPTION = (
    "Share of weights larger than x on logarithmic axes: a heavy tail falls along a straight "
    "line of slope −α, a Gaussian bends down."
)


@per_snapshot
def weight_ccdf(runs: Sequence[RunView], *, layer: int = 0) -> Card:
    """P(|w| > x) of one hidden layer for up to five runs; the fitted law of the first one."""
    shown = [(i, run, view) for i, run in enumerate(runs) if (view := run.layer(layer))]
    shown = [item for item in shown if any(s > 0 for s in item[2].ccdf.survival)]
    if not shown:
        return waiting("ccdf", TITLE, CAPTION, "The first snapshot is on its way.")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for i, run, view in shown:
        x, survival = positive(view.ccdf.x), positive(view.ccdf.survival)
        trace = line(run.label, x, survival, i, width=2.4)
        trace["hovertemplate"] = "P(|w| > %{x:.2g}) = %{y:.2g}<extra>%{fullData.name}</extra>"
        traces.append(trace)
        said.append(f"{run.label}: {_in_words(view)}")
    first = shown[0][2]
    if first.ccdf.fitted is not None:
        fitted = line("fitted stable law", positive(first.ccdf.x), positive(first.ccdf.fitted), 0)
        fitted["line"] = {"color": named("text"), "width": 1.4, "dash": "dash"}
        traces.append({**fitted, "hoverinfo": "skip"})
    xs = [x for _, _, view in shown for x in view.ccdf.x if x > 0]
    lowest = min(s for _, _, view in shown for s in view.ccdf.survival if s > 0)
    marks = []
    guide = _guide(first)
    if guide:
        (x0, y0), (x1, y1), alpha = guide
        slope = line("slope", positive([x0, x1]), positive([y0, y1]), 0, width=1.4, dash="dot")
        slope["line"]["color"] = named("muted")
        traces.append({**slope, "showlegend": False, "hoverinfo": "skip"})
        marks.append(slope_note((x0, y0), (x1, y1), alpha))
    laid = figure(
        traces,
        runs[0].id,
        xaxis=log_axis("x", min(xs), max(xs)),
        yaxis=log_axis("P(|w| > x)", lowest, 1),
        annotations=marks,
    )
    return Card(
        id="ccdf",
        title=titled(TITLE, runs, layer),
        caption=CAPTION,
        alt=words.sentence(said),
        figure=laid,
    )


def slope_note(
    start: tuple[float, float], end: tuple[float, float], alpha: float
) -> dict[str, Any]:
    """The label of a guide line; Plotly places annotations of a log axis by log10."""
    x = (log10(start[0]) + log10(end[0])) / 2
    y = (log10(start[1]) + log10(end[1])) / 2
    return note(f"slope −{alpha:.2f}", x=x, y=y, xanchor="left", xshift=8)


def _guide(view: LayerView) -> tuple[tuple[float, float], tuple[float, float], float] | None:
    """Ends of a line of slope -alpha beside the last two decades; None without a power tail."""
    tail, ccdf = view.tail, view.ccdf
    if tail is None or not tail.fits or tail.alpha >= 2:
        return None
    start = next((i for i, s in enumerate(ccdf.survival) if 0 < s <= 0.02), None)
    if start is None or ccdf.x[start] <= 0:
        return None
    x0, y0 = ccdf.x[start], 2.5 * ccdf.survival[start]
    end = min(s for s in ccdf.survival if s > 0)
    y1 = max(end, y0 * 1e-2)
    if y1 >= y0 / 3:
        return None
    return (x0, y0), (x0 * (y0 / y1) ** (1 / tail.alpha), y1), tail.alpha


def _in_words(view: LayerView) -> str:
    largest = _largest(view.ccdf)
    if view.tail is None:
        return f"largest weights near {largest:.2g}, no tail index could be estimated"
    fit = "" if view.tail.fits else f", but {words.UNFIT}"
    return f"largest weights near {largest:.2g}, {words.tail_index(view.tail)}{fit}"


def _largest(ccdf: Ccdf) -> float:
    return max((x for x, s in zip(ccdf.x, ccdf.survival, strict=True) if s > 0), default=0.0)


RUN_FIGURES.register(
    RunFigure(name="ccdf", place=30, draw=weight_ccdf, takes=("layer",), compares=True)
)
