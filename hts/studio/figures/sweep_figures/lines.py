"""A measure of a sweep against one setting, one line per value of another."""

from __future__ import annotations

import math
from typing import Any

from hts.studio.figures.axes import axis, band, figure, line, short
from hts.studio.figures.card import Card, Size, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.sweep_figures.view import SweepAxis, SweepView
from hts.studio.figures.theme import SERIES, Idea, named, series
from hts.studio.foreign_text import in_figure

MOST_BANDS = 4  # more of them lie over each other; then every point has its own interval
LOGARITHMIC_FROM = 8  # largest over smallest value at which an axis becomes logarithmic
ASIDE = 0.5  # how wide the points at one word stand apart, of the way to the next word
DASHES = ("solid", "dash", "dot")


def sweep_lines(view: SweepView) -> Card:
    """Medians with intervals over seeds; every run is a faint dot, which a click picks.

    Where ``x`` is made of words there is nothing between them: points side by side, no lines.
    """
    size: Size = "full" if len(view.x.labels) > 7 else ""
    title = f"{view.measure} against {view.x.name}"
    caption = _caption(view)
    rows = [y for y, cells in enumerate(view.cells) if any(c.middle is not None for c in cells)]
    if not rows:
        why = "The first results are still being computed."
        return waiting("sweep-lines", title, caption, why, size=size)
    true, places = _places(view.x)
    bands, numbers = _has_bands(view), view.x.numbers is not None
    traces: list[dict[str, Any]] = []
    for order, y in enumerate(rows):
        aside = 0.0 if numbers else ASIDE * (order - (len(rows) - 1) / 2) / len(rows)
        at = [place + aside for place in true]
        cells = view.cells[y]
        means, lows, highs = (
            short(getattr(cell, part) for cell in cells) for part in ("middle", "low", "high")
        )
        group: dict[str, Any] = {"legendgroup": str(y)}
        drawn_as = view.y.ideas[y] if view.y.ideas else Idea(y, "circle", DASHES[y // SERIES % 3])
        colour = drawn_as.colour
        if bands:
            traces.append(band(at, lows, highs, colour) | group)
        traces.append(_dots(view, y, at, colour) | group)
        edge = {"width": 1.5, "color": named("background")}
        told = [
            f"{in_figure(view.place(x, y))}<br>{view.spoken(cell)}" for x, cell in enumerate(cells)
        ]
        drawn = line(
            view.y.at(y) or view.measure,
            at,
            means,
            colour,
            width=2.2,
            dash=drawn_as.dash,
            marker={"size": 7, "symbol": drawn_as.symbol, "color": series(colour), "line": edge},
            connectgaps=True,
            customdata=[[x, y] for x in range(len(at))],
            hovertext=told,
            hovertemplate="%{hovertext}<extra></extra>",
            **group,
        )
        drawn["mode"] = "lines+markers" if numbers else "markers"
        if not bands:
            drawn["error_y"] = {
                "array": [_length(m, h) for m, h in zip(means, highs, strict=True)],
                "arrayminus": [_length(lo, m) for m, lo in zip(means, lows, strict=True)],
                "thickness": 1.2,
                "width": 3,
                "color": series(colour, 70),
            }
        traces.append(drawn)
    unit = f" ({view.unit.strip()})" if view.unit else ""
    laid = figure(
        traces,
        f"{view.id}-lines-{view.measure}-{view.x.name}-{view.y.name}",
        xaxis=places,
        yaxis=axis(f"{view.measure.lower()}{unit}", nticks=7),
        showlegend=bool(view.y.name),
    )
    return card("sweep-lines", title, caption, _spoken(view, rows), laid, size=size, pick=True)


def _has_bands(view: SweepView) -> bool:
    return view.x.numbers is not None and len(view.y.labels) <= MOST_BANDS


def _places(setting: SweepAxis) -> tuple[list[float], dict[str, Any]]:
    """Where the values lie, and the axis: true to scale where they are numbers."""
    labels = list(map(in_figure, setting.labels))
    numbers = setting.numbers
    at = [float(value) for value in (range(len(labels)) if numbers is None else numbers)]
    low, high, kind = min(at), max(at), "linear"
    if numbers is None:
        room = 0.5
    elif low > 0 and high >= LOGARITHMIC_FROM * low:
        room, kind = 0.05 * math.log10(high / low), "log"
        low, high = math.log10(low), math.log10(high)
    else:
        room = 0.05 * (high - low) or max(abs(low), 1.0) / 2
    ends = [high + room, low - room] if setting.falling else [low - room, high + room]
    return at, axis(setting.title, tickvals=at, ticktext=labels, range=ends, type=kind)


def _dots(view: SweepView, row: int, at: list[float], colour: int | str) -> dict[str, Any]:
    runs = [(x, value) for x, cell in enumerate(view.cells[row]) for value in cell.values]
    return points(
        [at[x] for x, _ in runs],
        short(value for _, value in runs),
        5,
        series(colour, 40),
        customdata=[[x, row] for x, _ in runs],
        showlegend=False,
        hovertemplate=f"one run: %{{y}}{view.unit}<extra>{in_figure(view.y.at(row))}</extra>",
    )


def _length(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else high - low


def _caption(view: SweepView) -> str:
    drawn = "bands" if _has_bands(view) else "bars"
    line_or_colour = "line" if view.x.numbers is not None else "colour"
    one = f", one {line_or_colour} per {view.y.name}" if view.y.name else ""
    of = "share" if view.share else "median"
    return (
        f"{view.averages.capitalize()} over seeds{one}; {drawn} are {view.intervals} of the {of}, "
        "faint dots single runs."
    )


def _spoken(view: SweepView, rows: list[int]) -> list[str]:
    said = [view.measure + (f", {view.fixed}" if view.fixed else "")]
    for y in rows:
        known = [(x, cell) for x, cell in enumerate(view.cells[y]) if cell.middle is not None]
        ends = [known[0]] if len(known) == 1 else [known[0], known[-1]]
        told = " and ".join(f"{view.spoken(cell)} at {view.x.at(x)}" for x, cell in ends)
        said.append(f"{view.y.at(y)}: {told}" if view.y.name else told)
    return [*said, *view.troubles()]
