"""Colours by name: ``theme:0`` to ``theme:6``, ``theme:s0`` to ``theme:s9``, ``theme:text``, ...

``s0`` to ``s9`` are one hue from what lies near the background to what stands out: told apart by
lightness alone, so also by colour-blind eyes and in print.  A name may carry an opacity in percent:
``theme:0/40``.  The live board replaces names in the browser by the viewer's theme; `paint` does
the same here for a figure that leaves the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SERIES = 7  # how many categorical colours there are
STEPS = 10  # how many sequential ones

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "0": "#0f6e84",
        "1": "#d1603d",
        "2": "#7a5ea8",
        "3": "#c79a2b",
        "4": "#3f8f5f",
        "5": "#b0476f",
        "6": "#5b6b73",
        "s0": "#e9f4f5",
        "s1": "#cfe6ea",
        "s2": "#aed4db",
        "s3": "#88bfca",
        "s4": "#60a8b7",
        "s5": "#3b90a3",
        "s6": "#1f7a90",
        "s7": "#0f657a",
        "s8": "#0a4f60",
        "s9": "#063843",
        "text": "#1c2426",
        "muted": "#5f6b6e",
        "grid": "#dfe4e3",
        "background": "#fcfcfb",
    }
)

_NAME = re.compile(r"theme:(s?\d|text|muted|grid|background)(?:/(\d{1,3}))?")


def series(index: int, opacity: int = 100) -> str:
    """Name of the colour of the run at ``index``; ``opacity`` in percent."""
    return named(index, opacity)


def scale() -> list[list[Any]]:
    """A Plotly colour scale of the sequential colours, low values near the background."""
    return [[i / (STEPS - 1), named(f"s{i}")] for i in range(STEPS)]


def named(name: str | int, opacity: int = 100) -> str:
    """The colour ``name``, a key of `LIGHT` or the place of a run, at an opacity in percent."""
    if isinstance(name, int):
        name = str(name % SERIES)
    return f"theme:{name}" if opacity == 100 else f"theme:{name}/{opacity}"


def paint(figure: Any, palette: Mapping[str, str] = LIGHT) -> Any:
    """A copy of ``figure`` with colour names replaced by those of ``palette`` (``#rrggbb``)."""
    if isinstance(figure, dict):
        return {key: paint(value, palette) for key, value in figure.items()}
    if isinstance(figure, list):
        return [paint(value, palette) for value in figure]
    found = _NAME.fullmatch(figure) if isinstance(figure, str) else None
    if found is None:
        return figure
    colour, opacity = palette[found[1]], found[2]
    if opacity is None:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{int(opacity) / 100:g})"
