"""Differences with their intervals against a margin, a row per comparison, coloured by verdict."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note, rule, short
from hts.studio.figures.card import Card, Size, waiting
from hts.studio.figures.theme import named, series

_WIDE = 26  # letters of a name before it goes on in the next line
COLOURS = {"supported": 4, "not supported": 1, "undecided": 6}
SYMBOLS = {"supported": "circle", "not supported": "x", "undecided": "circle-open"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row: a mean difference with its interval, and what it decides."""

    name: str
    mean: float
    low: float | None
    high: float | None
    ruling: str  # a key of `COLOURS`


def differences_card(
    rows: Sequence[Difference],
    *,
    name: str,
    title: str,
    caption: str,
    across: str,
    margin: float,
    above: bool,
    size: Size = "full",
) -> Card:
    """``margin``: where the claim begins; ``above``: it claims the side of larger values."""
    if not rows:
        return waiting(name, title, caption, "Nothing has been run for it.", size=size)
    traces: list[dict[str, Any]] = []
    for ruling, colour in COLOURS.items():
        group = [row for row in rows if row.ruling == ruling]
        if group:
            traces.append(_points(ruling, colour, group))
    edge = rule(x=margin, dash="dash")
    side = {"x0": margin, "x1": 1e4} if above else {"x0": -1e4, "x1": margin}
    claimed = {
        "type": "rect", "xref": "x", "yref": "y domain", "y0": 0, "y1": 1, "layer": "below",
        "fillcolor": series(4, 8), "line": {"width": 0}, **side,
    }  # fmt: skip
    ends = [margin, *(e for r in rows for e in (r.mean, r.low, r.high) if e is not None)]
    names = [row.name for row in reversed(rows)]
    room = 0.06 * (max(ends) - min(ends)) or 1.0
    laid = figure(
        traces,
        f"reproduce-{name}",
        xaxis=axis(across, range=[min(ends) - room, max(ends) + room]),
        yaxis=axis("", type="category", categoryorder="array", ticks="", showgrid=False,
                   categoryarray=names, tickvals=names,
                   ticktext=[_brief(name) for name in names],
                   range=[-0.6, len(rows) - 0.4]),
        shapes=[claimed, edge],
        annotations=[
            note("claimed →" if above else "← claimed", x=margin, y=1, yref="y domain",
                 yanchor="top", xanchor="left" if above else "right")
        ],
    )  # fmt: skip
    said = [title.lower(), *(_said(row) for row in rows)]
    return Card(
        id=name, title=title, caption=caption, alt=words.sentence(said), figure=laid,
        size=size,
    )  # fmt: skip


def _points(ruling: str, colour: int, rows: Sequence[Difference]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": ruling,
        "y": [row.name for row in rows],
        "x": short(row.mean for row in rows),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": short(0.0 if r.high is None else r.high - r.mean for r in rows),
            "arrayminus": short(0.0 if r.low is None else r.mean - r.low for r in rows),
            "color": series(colour),
            "thickness": 2,
            "width": 5,
        },
        "marker": {
            "size": 10, "symbol": SYMBOLS[ruling], "color": series(colour),
            "line": {"color": named("background") if ruling == "supported" else series(colour),
                     "width": 1.5},
        },
        "hovertemplate": f"%{{y}}: %{{x:.2f}}<extra>{ruling}</extra>",
    }  # fmt: skip


def _brief(name: str) -> str:
    """Without what stands in brackets, in lines of `_WIDE` letters."""
    return "<br>".join(textwrap.wrap(re.sub(r" \([^)]*\)", "", name), _WIDE))


def _said(row: Difference) -> str:
    if row.low is None or row.high is None:
        return f"{row.name}: {row.mean:.1f}, {row.ruling}"
    return f"{row.name}: {row.mean:.1f} ({row.low:.1f} to {row.high:.1f}), {row.ruling}"
