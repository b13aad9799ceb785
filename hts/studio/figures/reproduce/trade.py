"""What more can be pruned against what that costs, a point per noise type and sigma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures.axes import axis, figure, note, rule, shade, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.reproduce.forest import SYMBOLS
from hts.studio.figures.theme import series

PLACES = (("top left", "top right"), ("top center",), ("bottom left", "bottom right"))
"""Where the sigmas of the first, second and third type stand, so that they do not meet."""


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A noise type at one sigma; intervals as (low, high), None with too few seeds."""

    kind: str
    colour: int | str
    sigma: float
    gain: float  # points of pruning ratio over no noise
    gain_ends: tuple[float, float] | None
    cost: float  # points of test accuracy
    cost_ends: tuple[float, float] | None
    ruling: str


def trade_card(
    trades: Sequence[Trade],
    *,
    name: str,
    title: str,
    caption: str,
    worth: float,
    holds: float,
) -> Card:
    """``worth``: points of gain from which on it matters; ``holds``: points it may cost."""
    if not trades:
        return waiting(name, title, caption, "Nothing has been run for it.", size="full")
    traces: list[dict[str, Any]] = []
    for kind in dict.fromkeys(trade.kind for trade in trades):
        some = [trade for trade in trades if trade.kind == kind]
        traces.append(_points(kind, some, PLACES[len(traces) % len(PLACES)]))
    aim = shade(series(4, 9), x=(worth, 1e4), y=(-1e4, holds))
    gains = [worth, 0.0, *(t.gain for t in trades)]
    costs = [holds, 0.0, *(t.cost for t in trades)]
    costs += [end for t in trades for end in (t.cost_ends or ()) if abs(end) < 4 * max(costs)]
    laid = figure(
        traces,
        f"reproduce-{name}",
        xaxis=axis("units that can go, points more than without noise",
                   range=[min(gains) - 3, max(gains) + 6]),
        yaxis=axis("test accuracy that costs, points",
                   range=[min(costs) - 1, max(costs) + 1]),
        shapes=[aim, rule(x=worth, dash="dash"), rule(y=holds, dash="dash")],
        annotations=[note("more can go, and accuracy holds", x=1, xref="x domain", y=0,
                          yref="y domain", xanchor="right", yanchor="bottom")],
    )  # fmt: skip
    said = [title.lower(), *(_said(trade) for trade in trades)]
    return card(name, title, caption, said, laid, size="full")


def _points(kind: str, trades: Sequence[Trade], places: Sequence[str]) -> dict[str, Any]:
    colour = trades[0].colour
    drawn = points(
        short(t.gain for t in trades),
        short(t.cost for t in trades),
        10,
        series(colour),
        symbol=[SYMBOLS[t.ruling] for t in trades],
        edge=(series(colour), 1.5),
        error_x=_bars([(t.gain, t.gain_ends) for t in trades], colour),
        error_y=_bars([(t.cost, t.cost_ends) for t in trades], colour),
        name=f"type {kind}",
        text=[f"σ {t.sigma:g}" for t in trades],
        textposition=[places[i % len(places)] for i in range(len(trades))],
        textfont={"size": 11, "color": series(colour)},
        hovertemplate="%{text}: +%{x:.1f} points can go, which costs %{y:.1f}"
        f"<extra>type {kind}</extra>",
    )
    return drawn | {"mode": "markers+text"}


def _bars(
    found: Sequence[tuple[float, tuple[float, float] | None]], colour: int | str
) -> dict[str, Any]:
    lows, highs = ([ends and ends[side] for _, ends in found] for side in (0, 1))
    return whiskers([middle for middle, _ in found], lows, highs, series(colour, 55), 1.3, 3)


def _said(t: Trade) -> str:
    return (
        f"type {t.kind} at sigma {t.sigma:g}: {t.gain:.1f} points more can go, costing "
        f"{t.cost:.1f} points of test accuracy, {t.ruling}"
    )
