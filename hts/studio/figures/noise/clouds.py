"""Clouds of noise vectors in the plane, one card per noise type."""

from __future__ import annotations

from hts.studio.figures import words
from hts.studio.figures.axes import Numbers, axis, figure, short
from hts.studio.figures.card import Card
from hts.studio.figures.theme import named, series


def cloud_card(
    kind: str, title: str, x: Numbers, y: Numbers, reach: float, index: int, caption: str
) -> Card:
    """Points within ``reach`` of the origin in both coordinates; the caption counts the others."""
    inside = [
        (a, b)
        for a, b in zip(x, y, strict=True)
        if a is not None and b is not None and max(abs(a), abs(b)) <= reach
    ]
    outside = len(x) - len(inside)
    flat = {"showgrid": False, "nticks": 5, "zeroline": True, "zerolinecolor": named("grid")}
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": short(a for a, _ in inside),
        "y": short(b for _, b in inside),
        "marker": {"size": 4, "color": series(index, 60)},
        "hoverinfo": "skip",
    }
    laid = figure(
        [dots],
        f"cloud-{reach:g}",
        xaxis=axis("first weight", range=[-reach, reach], constrain="domain", **flat),
        yaxis=axis(
            "second weight", range=[-reach, reach], scaleanchor="x", constrain="domain", **flat
        ),
        showlegend=False,
    )
    far = f"{outside} of {words.count(len(x))} points lie outside the frame."
    return Card(
        id=f"cloud-{kind}",
        title=title,
        caption=f"{caption} {far}",
        alt=f"{title}: {len(inside)} points within {reach:.3g}. {far}",
        figure=laid,
    )
