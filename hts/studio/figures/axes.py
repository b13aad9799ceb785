"""Axes, layout and traces every figure is made of; numbers shortened for the way to the browser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from hts.studio.figures.card import Figure
from hts.studio.figures.theme import named
from hts.studio.foreign_text import in_figure

Item = TypeVar("Item")
Numbers = Sequence[float | None]

QUIET: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
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
    plain = {"type": "log", "range": [first, last], "tickvals": ticks, "ticktext": texts}
    return axis(title, **plain | more)


def decade_axis(title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A linear axis of log10 values, labelled as powers of ten and widened to whole decades."""
    ticks, first, last = decades(low, high)
    texts = [power(k) for k in ticks]
    return axis(title, range=[first, last], tickvals=ticks, ticktext=texts, **more)


def alpha_axis(low: float, high: float, title: str = "α", **more: Any) -> dict[str, Any]:
    """The stability index from ``high`` to ``low``: tails grow heavier to the right."""
    return axis(f"{title}, tails heavier →", range=[high, low], **more)


def percent_axis(title: str, **more: Any) -> dict[str, Any]:
    """0 to 100 percent, fixed, with a little room so that lines at the ends stay visible."""
    return axis(title, **{"range": [-2, 102], "dtick": 20, "ticksuffix": " %", **more})


def pruned_axis() -> dict[str, Any]:
    """Percent of units removed, not to scale: the large shares are the question."""
    return axis("percent of units removed, smallest norms first (not to scale)", type="category")


def names_axis(names: Sequence[str], **more: Any) -> dict[str, Any]:
    """A vertical axis of words, the first on top."""
    order = {"categoryorder": "array", "categoryarray": names[::-1]}
    return axis("", type="category", ticks="", showgrid=False, **order, **more)


def line(
    name: str,
    x: Numbers | Sequence[int],
    y: Numbers,
    colour: int | str,
    *,
    dash: str = "solid",
    width: float = 2,
    opacity: int = 100,
    hover: str = "",
    **more: Any,
) -> dict[str, Any]:
    """A line in a colour of `named`; ``hover`` is told at a point, with the name beside it."""
    if hover:
        more["hovertemplate"] = f"{hover}<extra>%{{fullData.name}}</extra>"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": in_figure(name),
        "x": list(x),
        "y": list(y),
        "line": {"color": named(colour, opacity), "width": width, "dash": dash},
        **more,
    }


def band(
    x: Numbers | Sequence[int],
    low: Numbers,
    high: Numbers,
    colour: int | str,
    *,
    opacity: int = 16,
    **more: Any,
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
        "fillcolor": named(colour, opacity),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def rule(
    *,
    x: float | None = None,
    y: float | None = None,
    dash: str = "dot",
    colour: int | str = "muted",
    width: float = 1.2,
) -> dict[str, Any]:
    """A thin line across the plot at ``x`` or at ``y`` (in the axis' own units)."""
    drawn = {"type": "line", "line": {"color": named(colour), "width": width, "dash": dash}}
    return drawn | _ends("x", x if x is None else (x, x)) | _ends("y", y if y is None else (y, y))


def shade(
    colour: str, *, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None
) -> dict[str, Any]:
    """A rectangle under everything between two ends; all of the plot where none are given."""
    drawn = {"type": "rect", "fillcolor": colour, "line": {"width": 0}, "layer": "below"}
    return drawn | _ends("x", x) | _ends("y", y)


def _ends(way: str, ends: tuple[float, float] | None) -> dict[str, Any]:
    low, high = ends or (0, 1)
    return {f"{way}0": low, f"{way}1": high, f"{way}ref": way if ends else f"{way} domain"}


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


def two_panels(
    titles: tuple[str, str],
    across: str,
    up: str,
    x: Sequence[float],
    y: Sequence[float],
    *,
    width: float = 0.48,
    nticks: int,
) -> dict[str, Any]:
    """Layout of two panels side by side with the same ends ``x`` and ``y``: axes x, y and x2, y2.

    ``width``: of one panel, as a fraction of the plot.
    """
    flat = {"showgrid": False, "ticks": "", "nticks": nticks}
    side = flat | {"range": y, "anchor": "x2", "matches": "y", "showticklabels": False}
    place = {"yref": "y domain", "x": 0.5, "xanchor": "center", "y": 1.01, "yanchor": "bottom"}
    right = [width + 0.04, 2 * width + 0.04]
    return {
        "xaxis": axis(across, domain=[0, width], range=x, **flat),
        "xaxis2": axis(across, domain=right, range=x, anchor="y2", **flat),
        "yaxis": axis(up, range=y, **flat),
        "yaxis2": axis("", **side),
        "showlegend": False,
        "annotations": [
            note(text, xref=f"{name} domain", bgcolor="rgba(0,0,0,0)", **place)
            for name, text in zip(("x", "x2"), titles, strict=True)
        ],
        "top": 30,
    }


def colour_bar(size: int = 11, **more: Any) -> dict[str, Any]:
    """A thin bar as high as the plot; ``size`` of its letters, pixels."""
    font = {"size": size, "color": named("muted")}
    plain = {"thickness": 9, "outlinewidth": 0, "nticks": 6, "xpad": 6, "len": 1, "ypad": 0}
    return {**plain, "tickfont": font, **more}


def figure(data: list[dict[str, Any]], keep: str, *, top: int = 4, **layout: Any) -> Figure:
    """Traces with the layout all figures share; ``keep`` names what zoom and legend belong to.

    ``top``: margin above the plot, pixels.
    """
    return {
        "data": data,
        "layout": {
            "uirevision": keep,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12, "color": named("text")},
            "margin": {"l": 8, "r": 10, "t": top, "b": 8},
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
                "tracegroupgap": 0,
                "maxheight": 1,  # whole, never with a scroll bar: cards grow by its rows
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
