"""Clouds of noise vectors in the plane, one card per noise type."""

from __future__ import annotations

from hts.studio.figures import words
from hts.studio.figures.axes import Numbers, axis, figure, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import Idea, named, series


def cloud_card(
    kind: str, title: str, x: Numbers, y: Numbers, reach: float, drawn: Idea, caption: str
) -> Card:
    """Points within ``reach`` of the origin in both coordinates; the caption counts the others."""
    inside = [
        (a, b)
        for a, b in zip(x, y, strict=True)
        if a is not None and b is not None and max(abs(a), abs(b)) <= reach
    ]
    outside = len(x) - len(inside)
    flat = {"showgrid": False, "nticks": 5, "zeroline": True, "zerolinecolor": named("grid"),
            "range": [-reach, reach], "constrain": "domain"}  # fmt: skip
    first, second = (short(pair[i] for pair in inside) for i in (0, 1))
    laid = figure(
        [points(first, second, 4, series(drawn.colour, 60), hoverinfo="skip")],
        f"cloud-{reach:g}",
        xaxis=axis("first weight", **flat),
        yaxis=axis("second weight", scaleanchor="x", **flat),
        showlegend=False,
    )
    far = f"{outside} of {words.count(len(x))} points lie outside the frame."
    return card(
        f"cloud-{kind}",
        title,
        f"{caption} {far}",
        f"{title}: {len(inside)} points within {reach:.3g}. {far}",
        laid,
    )
