"""The front: test accuracy against the share of units removed, a line and a band per method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hts.noise.types import noise_type
from hts.price.choose import MATCHED
from hts.price.front import Point
from hts.price.methods import METHODS
from hts.price.records import AFTERWARDS
from hts.studio.figures.axes import axis, band, figure, line, pruned_axis, short
from hts.studio.figures.card import Card, Size, card
from hts.studio.figures.theme import NOISE_FREE, Idea, ideas, named

_WITHOUT_NOISE = (  # beside the noise-free control, told apart from it and from each other
    Idea("text", "diamond-open", "longdashdot"),
    Idea(2, "triangle-down", "dashdot"),
    Idea(3, "pentagon", "longdash"),
    Idea(4, "star-diamond", "dash"),
    Idea(5, "hexagon", "8px,3px"),
)


def looks() -> dict[str, Idea]:
    """What stands for each method, the same whichever of them are shown."""
    names = [*(name for name, one in METHODS.items() if one.on_front), *MATCHED]
    below = {name: METHODS[MATCHED.get(name, (name,))[0]] for name in names}
    noisy = [name for name in names if not noise_type(below[name].noise).silent]
    kinds = [noise_type(below[name].noise).stability(below[name].alpha) for name in noisy]
    found = dict(zip(noisy, ideas(kinds), strict=True))
    quiet = [name for name in names if name not in found]
    return found | dict(zip(quiet, (NOISE_FREE, *_WITHOUT_NOISE), strict=True))


def front_card(
    points: Sequence[Point], *, of: str, way: str, methods: Mapping[str, str], size: Size = "full"
) -> Card:
    """``points`` of one ``way`` (`AFTERWARDS`); ``methods`` with their names; ``of``: whose."""
    drawn, traces, said = looks(), [], []
    for method, name in methods.items():
        mine = [p for p in points if (p.method, p.way) == (method, way)]
        colour = drawn[method].colour
        at = [100 * p.share for p in mine]
        low, middle, high = (
            short(getattr(p.accuracy, end) for p in mine) for end in ("low", "median", "high")
        )
        group: dict[str, Any] = {"legendgroup": name}
        traces.append(band(at, low, high, colour, opacity=12) | group)
        edge = {"width": 1.5, "color": named("background")}
        marker = {"size": 7, "symbol": drawn[method].symbol, "line": edge}
        told = [
            [p.accuracy.low, p.accuracy.high, p.over["none"].median, p.over["gaussian"].median]
            for p in mine
        ]
        traces.append(
            line(
                name, at, middle, colour, dash=drawn[method].dash, marker=marker,
                mode="lines+markers", customdata=[short(row) for row in told], legendgroup=name,
                hover="%{x} % removed: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f});"
                " %{customdata[2]:+.1f} over no noise, %{customdata[3]:+.1f} over Gaussian noise",
            )
        )  # fmt: skip
        ends = ", ".join(f"{p.accuracy.median:.1f} % at {100 * p.share:g} %" for p in mine)
        said.append(f"{name}: {ends}")
    laid = figure(
        traces,
        f"price-front-{way}",
        xaxis=pruned_axis(),
        yaxis=axis("test accuracy", ticksuffix=" %"),
    )
    return card(
        f"price-front-{way}",
        f"{of}: accuracy against pruned share, {AFTERWARDS[way]}",
        "Every method at its best on validation at each share; medians over seeds with 95 % bands.",
        said,
        laid,
        size=size,
    )
