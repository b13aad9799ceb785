"""Markers, and the error bars on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hts.studio.figures.axes import short
from hts.studio.figures.theme import named


def points(
    x: Sequence[Any],
    y: Sequence[Any],
    size: float | Sequence[float],
    colour: str | Sequence[Any],
    *,
    edge: tuple[str | Sequence[str], float] | None = None,
    symbol: str | Sequence[str] = "",
    **more: Any,
) -> dict[str, Any]:
    """Markers of ``size`` pixels; ``edge``: colour and width of the line around each."""
    marker: dict[str, Any] = {"size": size, "color": colour}
    if symbol:
        marker["symbol"] = symbol
    if edge:
        marker["line"] = {"color": edge[0], "width": edge[1]}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, **more}


def rejected(x: Sequence[Any], y: Sequence[Any], symbol: str, **more: Any) -> dict[str, Any]:
    """Estimates whose fit was rejected: open grey marks, on no line and in no median."""
    open_mark = f"{symbol.removesuffix('-open')}-open"
    return points(
        x, y, 7, named("muted"), symbol=open_mark, name="fit rejected",
        hovertemplate="step %{x}: α %{y:.2f}, fit rejected<extra></extra>",
        cliponaxis=False, **more,  # at step 0 and at alpha 2 it stands on the edge
    )  # fmt: skip


def whiskers(
    middle: Iterable[float],
    low: Iterable[float | None],
    high: Iterable[float | None],
    colour: str,
    thickness: float,
    width: float,
) -> dict[str, Any]:
    """Error bars from ``low`` to ``high``; an end that is missing has none."""
    ends = list(zip(middle, low, high, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": short(0.0 if top is None else top - at for at, _, top in ends),
        "arrayminus": short(0.0 if bottom is None else at - bottom for at, bottom, _ in ends),
        "color": colour,
        "thickness": thickness,
        "width": width,
    }
