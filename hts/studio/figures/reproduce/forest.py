"""Differences with their intervals against a margin, a row per comparison, coloured by verdict."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures.axes import axis, figure, names_axis, note, rule, shade, short
from hts.studio.figures.card import Card, Size, card, waiting
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.theme import named, series
from hts.studio.foreign_text import in_figure

_ROW, _AROUND = 26, 100  # pixels
_WIDE = 26  # letters of a name before it goes on in the next line
COLOURS = {"supported": 4, "not supported": 5, "undecided": 6}
SYMBOLS = {"supported": "circle", "not supported": "x", "undecided": "circle-open"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row: a median difference with its interval, and what it decides."""

    name: str
    median: float
    low: float
    high: float
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
    claimed = shade(series(4, 8), x=(margin, 1e4) if above else (-1e4, margin))
    ends = [margin, *(e for r in rows for e in (r.median, r.low, r.high))]
    names = [in_figure(row.name) for row in rows]
    room = 0.06 * (max(ends) - min(ends)) or 1.0
    left, right = min(ends) - room, max(ends) + room
    near_end = (margin - left if above else right - margin) > 0.7 * (right - left)
    laid = figure(
        traces,
        f"reproduce-{name}",
        xaxis=axis(across, range=[left, right]),
        yaxis=names_axis(names, tickvals=names[::-1], range=[-0.6, len(rows) + 0.1],
                         ticktext=[_brief(name) for name in names[::-1]]),
        shapes=[claimed, rule(x=margin, dash="dash")],
        annotations=[
            note("claimed →" if above else "← claimed", x=margin, y=1, yref="y domain",
                 yanchor="top", xanchor="left" if above != near_end else "right")
        ],
    )  # fmt: skip
    said = [title.lower(), *(_said(row) for row in rows)]
    height = max(240, _ROW * len(rows) + _AROUND)
    return card(name, title, caption, said, laid, size=size, height=height)


def _points(ruling: str, colour: int, rows: Sequence[Difference]) -> dict[str, Any]:
    middles = [r.median for r in rows]
    lows, highs = [r.low for r in rows], [r.high for r in rows]
    return points(
        short(middles),
        [in_figure(row.name) for row in rows],
        10,
        series(colour),
        symbol=SYMBOLS[ruling],
        edge=(named("background") if ruling == "supported" else series(colour), 1.5),
        error_x=whiskers(middles, lows, highs, series(colour), 2, 5),
        name=ruling,
        hovertemplate=f"%{{y}}: %{{x:.2f}}<extra>{ruling}</extra>",
    )


def _brief(name: str) -> str:
    """Without what stands in brackets, in lines of `_WIDE` letters."""
    return "<br>".join(textwrap.wrap(re.sub(r" \([^)]*\)", "", name), _WIDE))


def _said(row: Difference) -> str:
    return f"{row.name}: {row.median:.1f} ({row.low:.1f} to {row.high:.1f}), {row.ruling}"
