"""Axes, layout and traces every figure is made of; numbers shortened for the way to the browser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from hts.studio.figures.card import Figure
from hts.studio.figures.theme import named, series

Item = TypeVar("Item")
Numbers = Sequence[float | None]

POINTS = 400  # a line in a card a third of a screen wide needs no more


def short(values: Iterable[float | None]) -> list[float | None]:
    """Five significant digits; None for what is missing or not finite."""
    given = np.array(list(values), dtype=float)  # None becomes NaN
    finite = np.isfinite(given)
    sizes = np.abs(np.where(finite & (given != 0), given, 1.0))
    shift = 10.0 ** (4 - np.floor(np.log10(sizes)))
    rounded = (np.round(np.where(finite, given, 0.0) * shift) / shift).tolist()
    if finite.all():
        return rounded
    return [v if known else None for v, known in zip(rounded, finite.tolist(), strict=True)]


def positive(values: Iterable[float | None]) -> list[float | None]:
    """As `short`, with None where a logarithmic axis has no place for the value."""
    return [v if v is not None and v > 0 else None for v in short(values)]


def thin(records: Sequence[Item], limit: int = POINTS) -> Sequence[Item]:
    """Every 2^k-th record so that at most ``limit`` remain, and always the last one.

    The stride is a power of two, so while a run grows points stay where they were.
    """
    stride = 1
    while len(records) > limit * stride:
        stride *= 2
    if stride == 1:
        return records
    kept = list(records[::stride])
    if (len(records) - 1) % stride:
        kept.append(records[-1])
    return kept


def axis(title: str, **more: Any) -> dict[str, Any]:
    """A plain axis; ``more`` is laid over it."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": 12, "color": named("muted")}},
        "gridcolor": named("grid"),
        "linecolor": named("grid"),
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": named("grid"),
        "automargin": True,
        **more,
    }


def decades(low: float, high: float, room: float = 1.0) -> tuple[list[int], float, float]:
    """Decades to label between log10 values, and the ends of the axis: multiples of ``room``."""
    first, last = room * math.floor(low / room + 1e-9), room * math.ceil(high / room - 1e-9)
    last = max(last, first + 1)
    step = max(1, round((last - first) / 5))
    return list(range(math.ceil(first), math.floor(last) + 1, step)), first, last


def power(exponent: int) -> str:
    """``1``, ``10``, else ten to the ``exponent`` with a true minus sign."""
    if exponent in (0, 1):
        return "10" if exponent else "1"
    return f"10<sup>{exponent}</sup>".replace("-", "−")


def log_axis(title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A logarithmic axis over [low, high], widened to half decades so that it seldom jumps."""
    powers, first, last = decades(math.log10(low), math.log10(high), 0.5)
    ticks, texts = [10.0**k for k in powers], [power(k) for k in powers]
    if last - first < 3:
        ticks = [d * 10.0**k for k in range(math.floor(first), math.ceil(last)) for d in (1, 2, 5)]
        ticks = [tick for tick in ticks if first - 1e-9 <= math.log10(tick) <= last + 1e-9]
        texts = [f"{tick:g}" for tick in ticks]
    return axis(
        title,
        **{"type": "log", "range": [first, last], "tickvals": ticks, "ticktext": texts, **more},
    )


def decade_axis(title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A linear axis of log10 values, labelled as powers of ten and widened to whole decades."""
    ticks, first, last = decades(low, high)
    return axis(
        title,
        range=[first, last],
        tickvals=ticks,
        ticktext=[power(k) for k in ticks],
        **more,
    )


def percent_axis(title: str, **more: Any) -> dict[str, Any]:
    """0 to 100 percent, fixed, with a little room so that lines at the ends stay visible."""
    return axis(title, **{"range": [-2, 102], "dtick": 20, "ticksuffix": " %", **more})


def line(
    name: str,
    x: Numbers | Sequence[int],
    y: Numbers,
    index: int,
    *,
    dash: str = "solid",
    width: float = 2,
    opacity: int = 100,
    **more: Any,
) -> dict[str, Any]:
    """A line in the colour of the run at ``index``."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": series(index, opacity), "width": width, "dash": dash},
        **more,
    }


def band(
    x: Numbers | Sequence[int], low: Numbers, high: Numbers, index: int, **more: Any
) -> dict[str, Any]:
    """A shaded band between ``low`` and ``high``; places where either is missing are left out."""
    known = [
        (a, b, c) for a, b, c in zip(x, low, high, strict=True) if b is not None and c is not None
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [a for a, _, _ in known] + [a for a, _, _ in reversed(known)],
        "y": [b for _, b, _ in known] + [c for _, _, c in reversed(known)],
        "fill": "toself",
        "fillcolor": series(index, 16),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def rule(
    *, x: float | None = None, y: float | None = None, dash: str = "dot", **more: Any
) -> dict[str, Any]:
    """A thin line across the plot at ``x`` or at ``y`` (in the axis' own units)."""
    across: dict[str, Any] = (
        {"x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain"}
        if x is not None
        else {"x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "x domain", "yref": "y"}
    )
    return {
        "type": "line",
        "line": {"color": named("muted"), "width": 1.2, "dash": dash},
        **across,
        **more,
    }


def note(text: str, **place: Any) -> dict[str, Any]:
    """Words inside the plot, without an arrow, on a veil that keeps them legible over lines."""
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": named("muted")},
        "bgcolor": named("background", 75),
        "borderpad": 1,
        **place,
    }


def figure(data: list[dict[str, Any]], keep: str, **layout: Any) -> Figure:
    """Traces with the layout all figures share; ``keep`` names what zoom and legend belong to."""
    return {
        "data": data,
        "layout": {
            "uirevision": keep,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12, "color": named("text")},
            "margin": {"l": 8, "r": 10, "t": 4, "b": 8},
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": named("background"),
                "bordercolor": named("grid"),
                "font": {"size": 12, "color": named("text")},
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"size": 11},
                "itemwidth": 30,
            },
            "modebar": {
                "bgcolor": "rgba(0,0,0,0)",
                "color": named("muted"),
                "activecolor": named("text"),
            },
            "showlegend": True,
            "bargap": 0,
            **layout,
        },
    }
