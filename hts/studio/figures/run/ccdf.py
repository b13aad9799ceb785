"""Survival function of |w| on logarithmic axes: a power tail is a straight line of slope -alpha."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hts.records import LayerView
from hts.studio.figures import words
from hts.studio.figures.axes import QUIET, figure, line, log_axis, note, positive
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import bundle, faint_lines, seeds_said, seen, spread, strands
from hts.studio.figures.run.histogram import NO_LAW
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.view import ArmView, RunView

TITLE = "Tail of the weights"
CAPTION = (
    "Share of weights larger than x on logarithmic axes: a heavy tail falls along a straight "
    "line of slope −α, a Gaussian bends down."
)
SMALLEST = 1e-14  # no share of weights that there are is smaller


@per_snapshot
def weight_ccdf(arms: Sequence[ArmView], *, layer: int = 0) -> Card:
    """P(|w| > x) of one hidden layer of every arm; of a single seed with the first one's fit."""

    def known(run: RunView) -> LayerView | None:
        view = run.layer(layer)
        return view if view and any(s > 0 for s in view.ccdf.survival) else None

    shown = seen(arms, known)
    if not shown:
        return waiting("ccdf", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    hover = "P(|w| > %{x:.2g}) = %{y:.2g}"
    for one in shown:
        curves = bundle(
            ((v.ccdf.x, v.ccdf.survival) for v in one.parts), log_x=True, log_y=True, beyond=0.0
        )
        traces += strands(one, curves, faint=faint_lines(arms), hover=hover, clean=_in_range)
        said.append(f"{one.arm.label}: {_in_words(one.parts)}")
    xs = [x for one in shown for view in one.parts for x in view.ccdf.x if x > 0]
    lowest = min(s for one in shown for view in one.parts for s in view.ccdf.survival if s > 0)
    marks = []
    first = shown[0].parts[0]
    alone = len(shown[0].parts) == 1
    if alone and first.ccdf.fitted is not None:
        traces.append(fitted_law("fitted stable law", first.ccdf.x, first.ccdf.fitted))
    if alone and (guide := _guide(first)):
        (x0, y0), (x1, y1), alpha = guide
        ends = positive([x0, x1]), positive([y0, y1])
        traces.append(line("slope", *ends, "muted", width=1.4, dash="dot", **QUIET))
        # In the corner that a falling curve leaves free.
        corner = {"xref": "x domain", "yref": "y domain", "xanchor": "right", "yanchor": "top"}
        marks.append(note(f"dotted: slope −{alpha:.2f}", x=0.99, y=0.98, **corner))
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=log_axis("x", min(xs), max(xs)),
        yaxis=log_axis("P(|w| > x)", lowest, 1),
        annotations=marks,
    )
    caption = CAPTION + (NO_LAW if alone and first.ccdf.fitted is None else "") + seeds_said(arms)
    return card("ccdf", titled(TITLE, arms, layer), caption, said, laid)


def _in_range(values: Iterable[float | None]) -> list[float | None]:
    """As `positive`, without what stands for 0: beyond the largest weight there is nothing."""
    return positive(v if v is not None and v > SMALLEST else None for v in values)


def fitted_law(name: str, x: Sequence[float], survival: Sequence[float]) -> dict[str, Any]:
    """The survival function of a law that was fitted to what is drawn."""
    law = positive(x), positive(survival)
    return line(name, *law, "text", width=1.4, dash="dash", hoverinfo="skip")


def _guide(view: LayerView) -> tuple[tuple[float, float], tuple[float, float], float] | None:
    """Ends of a line of slope -alpha beside the last two decades; None without a power tail."""
    tail, ccdf = view.tail, view.ccdf
    if tail is None or not tail.fits or tail.alpha >= 2 or tail.of_means:
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


def _in_words(views: Sequence[LayerView]) -> str:
    largest = f"largest weights near {spread((_largest(view) for view in views), _brief)}"
    tails = [view.tail for view in views if view.tail]
    if not tails:
        return f"{largest}, no tail index could be estimated"
    if len(views) == 1:
        return f"{largest}, {words.tail_index(tails[0])}"
    return f"{largest}, tail index {words.median_tail_index(tails)}"


def _largest(view: LayerView) -> float:
    pairs = zip(view.ccdf.x, view.ccdf.survival, strict=True)
    return max((x for x, s in pairs if s > 0), default=0.0)


def _brief(value: float) -> str:
    return f"{value:.2g}"


RUN_FIGURES.register(ArmFigure(name="ccdf", place=70, draw=weight_ccdf, compares=True))
