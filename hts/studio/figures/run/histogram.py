"""How the weights' sizes are distributed, with the fitted stable law and a Gaussian over them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, log10
from typing import Any

from hts.records import Histogram
from hts.studio.figures import words
from hts.studio.figures.axes import decade_axis, figure, line, log_axis, positive, short
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named, series
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
        return waiting("histogram", TITLE, CAPTION, "The first snapshot is on its way.")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view) in enumerate(shown):
        weights = view.weights
        total = sum(weights.counts) + weights.below + weights.above
        said.append(
            f"{run.label}: {words.count(total)} weights, most frequent near "
            f"{10 ** _mode(weights):.2g}, largest bin at {10 ** _last(weights):.2g}"
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
    return Card(
        id="histogram",
        title=titled(TITLE, runs, layer),
        caption=CAPTION,
        alt=words.sentence(said),
        figure=laid,
    )


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
    drawn = line(name, _centres(weights), positive(weights.counts), index, width=1.8)
    drawn["line"]["shape"] = "hvh"
    drawn["hovertemplate"] = "%{y} weights<extra>%{fullData.name}</extra>"
    return drawn


def laws(weights: Histogram) -> list[dict[str, Any]]:
    """Lines of the counts expected under the fitted law and under a Gaussian."""
    lines = []
    if weights.fitted is not None:
        fitted = line("fitted stable law", _centres(weights), positive(weights.fitted), 0)
        fitted["line"]["color"] = named("text")
        lines.append({**fitted, "hoverinfo": "skip"})
    if weights.gaussian is not None:
        gaussian = line("Gaussian, same IQR", _centres(weights), positive(weights.gaussian), 0)
        gaussian["line"] = {"color": named("muted"), "width": 1.6, "dash": "dash"}
        lines.append({**gaussian, "hoverinfo": "skip"})
    return lines


def _mode(weights: Histogram) -> float:
    at = max(range(len(weights.counts)), key=weights.counts.__getitem__)
    return (weights.edges[at] + weights.edges[at + 1]) / 2


def _last(weights: Histogram) -> float:
    filled = [i for i, count in enumerate(weights.counts) if count]
    at = filled[-1] if filled else 0
    return (weights.edges[at] + weights.edges[at + 1]) / 2


RUN_FIGURES.register(
    RunFigure(name="histogram", place=20, draw=weight_histogram, takes=("layer",), compares=True)
)
