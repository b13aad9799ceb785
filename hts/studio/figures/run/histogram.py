"""How the weights' sizes are distributed, with the fitted stable law and a Gaussian over them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, log10
from typing import Any

from hts.records import Histogram
from hts.studio.figures import words
from hts.studio.figures.axes import decade_axis, figure, line, log_axis, positive, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import series
from hts.studio.figures.view import RunView

TITLE = "Sizes of the weights"
CAPTION = (
    "Bars count the hidden weights by |w|; the stable law should follow them into the tail, "
    "where a Gaussian of the same interquartile range has long ended."
)


@per_snapshot
def weight_histogram(runs: Sequence[RunView], *, layer: int = 0) -> Card:
    """Counts of |w| of one hidden layer: bars of the first run, outlines of the others."""
    shown = [(i, run, view) for i, run in enumerate(runs) if (view := run.layer(layer))]
    if not shown:
        return waiting("histogram", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view) in enumerate(shown):
        weights = view.weights
        total = sum(weights.counts) + weights.below + weights.above
        middles = [(low + high) / 2 for low, high in pairwise(weights.edges)]
        filled = [at for at, count in zip(middles, weights.counts, strict=True) if count]
        most = middles[weights.counts.index(max(weights.counts))]
        said.append(
            f"{run.label}: {words.count(total)} weights, most frequent near {10**most:.2g}, "
            f"largest bin at {10 ** (filled or middles[:1])[-1]:.2g}"
        )
        if position == 0:
            traces.append(bars(run.label, weights, i))
            traces += laws(weights)
        else:
            traces.append(_outline(run.label, weights, i))
    edges = [edge for _, _, view in shown for edge in view.weights.edges]
    top = max(10, *(max(view.weights.counts, default=1) for _, _, view in shown))
    laid = figure(
        traces,
        runs[0].id,
        xaxis=decade_axis("|w|", min(edges), max(edges)),
        yaxis=log_axis("number of weights", 1, top, range=[log10(0.5), ceil(log10(top))]),
    )
    return card("histogram", titled(TITLE, runs, layer), CAPTION, said, laid)


def _centres(weights: Histogram) -> list[float | None]:
    return short((low + high) / 2 for low, high in pairwise(weights.edges))


def bars(
    name: str, weights: Histogram, index: int, *, symbol: str = "w", of: str = "weights"
) -> dict[str, Any]:
    """Bars of the counts; ``symbol`` and ``of`` say of what."""
    return {
        "type": "bar",
        "name": name,
        "x": _centres(weights),
        "y": positive(weights.counts),
        "width": short(high - low for low, high in pairwise(weights.edges)),
        "marker": {"color": series(index, 45), "line": {"width": 0}},
        "customdata": short(10 ** ((low + high) / 2) for low, high in pairwise(weights.edges)),
        "hovertemplate": f"|{symbol}| ≈ %{{customdata:.2g}}<br>%{{y}} {of}<extra></extra>",
    }


def _outline(name: str, weights: Histogram, index: int) -> dict[str, Any]:
    at, counts = _centres(weights), positive(weights.counts)
    drawn = line(name, at, counts, index, width=1.8, hover="%{y} weights")
    drawn["line"]["shape"] = "hvh"
    return drawn


def laws(weights: Histogram) -> list[dict[str, Any]]:
    """Lines of the counts expected under the fitted law and under a Gaussian."""
    at, lines = _centres(weights), []
    if weights.fitted is not None:
        fitted = positive(weights.fitted)
        lines.append(line("fitted stable law", at, fitted, "text", hoverinfo="skip"))
    if weights.gaussian is not None:
        name, counts = "Gaussian, same IQR", positive(weights.gaussian)
        lines.append(line(name, at, counts, "muted", width=1.6, dash="dash", hoverinfo="skip"))
    return lines


RUN_FIGURES.register(RunFigure(name="histogram", place=20, draw=weight_histogram, compares=True))
