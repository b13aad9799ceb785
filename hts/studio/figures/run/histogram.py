"""How the weights' sizes are distributed, with the fitted stable law and a Gaussian over them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, log10
from typing import Any

import numpy as np

from hts.records import Histogram
from hts.studio.figures import words
from hts.studio.figures.axes import decade_axis, figure, line, log_axis, positive, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import Bundle, faint_lines, seeds_said, seen, spread, strands
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import ArmView

TITLE = "Sizes of the weights"
BARS = "Bars count the hidden weights by |w|"
CAPTION = (
    f"{BARS}; the stable law should follow them into the tail, "
    "where a Gaussian of the same interquartile range has long ended."
)
NO_LAW = " No stable law is drawn: none was fitted to single weights."


@per_snapshot
def weight_histogram(arms: Sequence[ArmView], *, layer: int = 0) -> Card:
    """Counts of |w| of one hidden layer: bars of the first arm, outlines of the others."""
    shown = seen(arms, lambda run: run.layer(layer))
    if not shown:
        return waiting("histogram", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    top, ends, caption = 10.0, [], CAPTION
    for one in shown:
        said.append(f"{one.arm.label}: {_in_words([view.weights for view in one.parts])}")
        middle, curves = _median([view.weights for view in one.parts])
        ends += [middle.edges[0], middle.edges[-1]]
        top = max(top, *middle.counts)
        if one is shown[0]:
            traces.append(bars(one.arm.label, middle, one.look.colour))
            traces[-1]["legendgroup"] = one.arm.key
            traces += laws(middle)
            caption = CAPTION if middle.fitted else f"{BARS}.{NO_LAW}"
        outlines = strands(
            one, curves, faint=faint_lines(arms), hover="%{y} weights", width=1.8, clean=positive
        )
        traces += outlines if one is not shown[0] else outlines[:-1]
    for trace in traces:
        if trace["type"] == "scatter" and "legendgroup" in trace and trace.get("fill") is None:
            trace["line"]["shape"] = "hvh"
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=decade_axis("|w|", min(ends), max(ends)),
        yaxis=log_axis("number of weights", 1, top, range=[log10(0.5), ceil(log10(top))]),
    )
    caption += seeds_said(arms)
    return card("histogram", titled(TITLE, arms, layer), caption, said, laid)


def _median(all_of: Sequence[Histogram]) -> tuple[Histogram, Bundle]:
    """Medians over seeds in common bins, and the counts of each seed in them.

    Within a bin of its own the weights of a seed are taken as even in log |w|.
    """
    first = all_of[0]
    edges = np.asarray(first.edges)
    if any(one.edges != first.edges for one in all_of):
        ends = [end for one in all_of for end in (one.edges[0], one.edges[-1])]
        edges = np.linspace(min(ends), max(ends), len(edges))

    def common(part: str) -> Any:
        values = [getattr(one, part) for one in all_of]
        if any(value is None for value in values):
            return None
        return np.stack(
            [
                np.diff(np.interp(edges, one.edges, np.concatenate([[0.0], np.cumsum(value)])))
                for one, value in zip(all_of, values, strict=True)
            ]
        )

    found = {part: common(part) for part in ("counts", "fitted", "gaussian")}
    medians: dict[str, Any] = {
        part: None if values is None else np.median(values, axis=0).tolist()
        for part, values in found.items()
    }
    return (
        Histogram(edges=edges.tolist(), **medians),
        Bundle((edges[1:] + edges[:-1]) / 2, found["counts"]),
    )


def _in_words(all_of: Sequence[Histogram]) -> str:
    most, largest = [], []
    for one in all_of:
        middles = [(low + high) / 2 for low, high in pairwise(one.edges)]
        filled = [at for at, count in zip(middles, one.counts, strict=True) if count]
        most.append(10 ** middles[one.counts.index(max(one.counts))])
        largest.append(10 ** (filled or middles[:1])[-1])
    total = sum(all_of[0].counts) + all_of[0].below + all_of[0].above
    return (
        f"{words.count(total)} weights, most frequent near {spread(most, _brief)}, "
        f"largest bin at {spread(largest, _brief)}"
    )


def _brief(value: float) -> str:
    return f"{value:.2g}"


def _centres(weights: Histogram) -> list[float | None]:
    return short((low + high) / 2 for low, high in pairwise(weights.edges))


def bars(
    name: str, weights: Histogram, colour: int | str, *, symbol: str = "w", of: str = "weights"
) -> dict[str, Any]:
    """Bars of the counts; ``symbol`` and ``of`` say of what."""
    return {
        "type": "bar",
        "name": name,
        "x": _centres(weights),
        "y": positive(weights.counts),
        "width": short(high - low for low, high in pairwise(weights.edges)),
        "marker": {"color": named(colour, 45), "line": {"width": 0}},
        "customdata": short(10 ** ((low + high) / 2) for low, high in pairwise(weights.edges)),
        "hovertemplate": f"|{symbol}| ≈ %{{customdata:.2g}}<br>%{{y}} {of}<extra></extra>",
    }


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


RUN_FIGURES.register(ArmFigure(name="histogram", place=60, draw=weight_histogram, compares=True))
