"""Columns of pure noise as bars, the norm-compressible ones faded, beside the Gaussian control."""

from __future__ import annotations

from typing import Any

from hts.glossary import term
from hts.studio.figures.axes import figure, note, shade, short, two_panels
from hts.studio.figures.card import Card, card
from hts.studio.figures.theme import idea_at, named
from hts.theory.pure_noise import Reading

TOP = 3.0  # where bars are cut off: at most one column in 9 is as long
FADED = 35  # opacity, percent


def columns_card(reading: Reading, control: Reading) -> Card:
    """The control on the left, heavier tails on the right, both to one scale."""
    sides = [(control, term("gaussian-control").label), (reading, f"α = {reading.alpha:g}")]
    titles = [f"{name}<br><b>{percent(side.share)} norm-compressible</b>" for side, name in sides]
    laid = two_panels(
        (titles[0], titles[1]),
        "% of columns, shortest first",
        "length",
        (0, 100),
        (0, TOP),
        nticks=5,
    )
    for name in ("xaxis", "xaxis2"):
        laid[name] |= {"tickvals": [0, 25, 50, 75]}
    traces: list[dict[str, Any]] = []
    shapes = []
    for place, (side, _) in enumerate(sides):
        ending = str(place + 1) if place else ""
        traces += _bars(side, ending)
        faded = 100 * side.compressible / len(side.lengths)
        tint = named(idea_at(side.alpha).colour, 10)
        axes = {"xref": f"x{ending}", "yref": f"y{ending} domain"}
        shapes.append(shade(tint, x=(0, faded)) | axes)
        if (longest := float(side.lengths[-1])) > TOP:
            axes = {"xref": f"x{ending} domain", "yref": f"y{ending} domain"}
            corner = {"x": 0.98, "xanchor": "right", "y": 0.98, "yanchor": "top"}
            laid["annotations"].append(note(f"longest {longest:.1f} ↑", **axes, **corner))
    said = (
        f"{name}: {percent(side.share)} of the columns are norm-compressible "
        f"(9 of 10 layers: {ends(side)})"
        for side, name in sides
    )
    return card(
        "columns",
        "How long the columns are",
        f"One of {reading.layers} layers of noise: {len(reading.lengths)} columns, each a bar; "
        "length 1 is their root mean square. Pale: the shortest, together at most a tenth "
        "of the squared norm.",
        said,
        figure(traces, "columns", shapes=shapes, barmode="overlay", **laid | {"top": 44}),
        size="full",
    )


def percent(share: float) -> str:
    """``31 %``; above 99 with a digit more, since there it matters."""
    return f"{100 * share:.{0 if share <= 0.99 else 1}f} %"


def ends(reading: Reading) -> str:
    """What 9 of 10 layers show: ``22 to 94 %``."""
    return f"{100 * reading.low:.0f} to {percent(reading.high)}"


def _bars(side: Reading, ending: str) -> list[dict[str, Any]]:
    """The norm-compressible columns and the others."""
    count = len(side.lengths)
    at = [100 * (k + 0.5) / count for k in range(count)]
    parts = []
    for part, opacity, fate in (
        (slice(0, side.compressible), FADED, ", norm-compressible"),
        (slice(side.compressible, None), 100, ""),
    ):
        parts.append(
            {
                "type": "bar",
                "x": short(at[part]),
                "y": short(side.lengths[part]),
                "xaxis": f"x{ending}",
                "yaxis": f"y{ending}",
                "width": 100 / count,
                "marker": {
                    "color": named(idea_at(side.alpha).colour, opacity),
                    "line": {"width": 0},
                },
                "hovertemplate": f"length %{{y:.2f}}{fate}<extra></extra>",
            }
        )
    return parts
