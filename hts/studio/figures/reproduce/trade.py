"""What more can be pruned against what that costs, a point per noise type and sigma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note, rule, short
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.theme import series

PLACES = (("top left", "top right"), ("top center",), ("bottom left", "bottom right"))
"""Where the sigmas of the first, second and third type stand, so that they do not meet."""

SYMBOLS = {"supported": "circle", "not supported": "x", "undecided": "circle-open"}


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A noise type at one sigma; intervals as (low, high), None with too few seeds."""

    kind: str
    colour: int
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
    aim = {
        "type": "rect", "x0": worth, "x1": 1e4, "y0": -1e4, "y1": holds, "layer": "below",
        "fillcolor": series(4, 9), "line": {"width": 0},
    }  # fmt: skip
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
    return Card(
        id=name, title=title, caption=caption, alt=words.sentence(said), figure=laid, size="full"
    )


def _points(kind: str, trades: Sequence[Trade], places: Sequence[str]) -> dict[str, Any]:
    colour = trades[0].colour
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": f"type {kind}",
        "x": short(t.gain for t in trades),
        "y": short(t.cost for t in trades),
        "text": [f"σ {t.sigma:g}" for t in trades],
        "textposition": [places[i % len(places)] for i in range(len(trades))],
        "textfont": {"size": 11, "color": series(colour)},
        "error_x": _bars([(t.gain, t.gain_ends) for t in trades], colour),
        "error_y": _bars([(t.cost, t.cost_ends) for t in trades], colour),
        "marker": {
            "size": 10, "color": series(colour), "symbol": [SYMBOLS[t.ruling] for t in trades],
            "line": {"width": 1.5, "color": series(colour)},
        },
        "hovertemplate": "%{text}: +%{x:.1f} points can go, which costs %{y:.1f}"
        f"<extra>type {kind}</extra>",
    }  # fmt: skip


def _bars(found: Sequence[tuple[float, tuple[float, float] | None]], colour: int) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": short(0.0 if ends is None else ends[1] - mid for mid, ends in found),
        "arrayminus": short(0.0 if ends is None else mid - ends[0] for mid, ends in found),
        "color": series(colour, 55),
        "thickness": 1.3,
        "width": 3,
    }


def _said(t: Trade) -> str:
    return (
        f"type {t.kind} at sigma {t.sigma:g}: {t.gain:.1f} points more can go, costing "
        f"{t.cost:.1f} points of test accuracy, {t.ruling}"
    )
