"""Survival function of |w| on logarithmic axes: a power tail is a straight line of slope -alpha."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.records import LayerView
from hts.studio.figures import words
from hts.studio.figures.axes import QUIET, figure, line, log_axis, note, positive
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
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
        return waiting("ccdf", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for i, run, view in shown:
        x, survival = positive(view.ccdf.x), positive(view.ccdf.survival)
        hover = "P(|w| > %{x:.2g}) = %{y:.2g}"
        traces.append(line(run.label, x, survival, i, width=2.4, hover=hover))
        said.append(f"{run.label}: {_in_words(view)}")
    first = shown[0][2]
    if first.ccdf.fitted is not None:
        traces.append(fitted_law("fitted stable law", first.ccdf.x, first.ccdf.fitted))
    xs = [x for _, _, view in shown for x in view.ccdf.x if x > 0]
    lowest = min(s for _, _, view in shown for s in view.ccdf.survival if s > 0)
    marks = []
    guide = _guide(first)
    if guide:
        (x0, y0), (x1, y1), alpha = guide
        ends = positive([x0, x1]), positive([y0, y1])
        traces.append(line("slope", *ends, "muted", width=1.4, dash="dot", **QUIET))
        # Plotly places annotations of a logarithmic axis by log10.
        middle = {"x": (log10(x0) + log10(x1)) / 2, "y": (log10(y0) + log10(y1)) / 2}
        marks.append(note(f"slope −{alpha:.2f}", **middle, xanchor="left", xshift=8))
    laid = figure(
        traces,
        runs[0].id,
        xaxis=log_axis("x", min(xs), max(xs)),
        yaxis=log_axis("P(|w| > x)", lowest, 1),
        annotations=marks,
    )
    return card("ccdf", titled(TITLE, runs, layer), CAPTION, said, laid)


def fitted_law(name: str, x: Sequence[float], survival: Sequence[float]) -> dict[str, Any]:
    """The survival function of a law that was fitted to what is drawn."""
    law = positive(x), positive(survival)
    return line(name, *law, "text", width=1.4, dash="dash", hoverinfo="skip")


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
    pairs = zip(view.ccdf.x, view.ccdf.survival, strict=True)
    largest = max((x for x, s in pairs if s > 0), default=0.0)
    if view.tail is None:
        return f"largest weights near {largest:.2g}, no tail index could be estimated"
    fit = "" if view.tail.fits else f", but {words.UNFIT}"
    return f"largest weights near {largest:.2g}, {words.tail_index(view.tail)}{fit}"


RUN_FIGURES.register(RunFigure(name="ccdf", place=30, draw=weight_ccdf, compares=True))
