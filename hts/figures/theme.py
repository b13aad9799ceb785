"""Colours by name: ``theme:0`` to ``theme:6``, ``theme:text``, ... and what they are.

A name may carry an opacity in percent: ``theme:0/40``.  The live board replaces names in the
browser by the viewer's theme; `paint` does the same here for a figure that leaves the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SERIES = 7  # how many categorical colours there are

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "0": "#0f6e84",
        "1": "#d1603d",
        "2": "#7a5ea8",
        "3": "#c79a2b",
        "4": "#3f8f5f",
        "5": "#b0476f",
        "6": "#5b6b73",
        "text": "#1c2426",
        "muted": "#5f6b6e",
        "grid": "#dfe4e3",
        "background": "#fcfcfb",
    }
)

_NAME = re.compile(r"theme:(\d|text|muted|grid|background)(?:/(\d{1,3}))?")


def series(index: int, opacity: int = 100) -> str:
    """Name of the colour of the run at ``index``; ``opacity`` in percent."""
    return named(str(index % SERIES), opacity)


def named(name: str, opacity: int = 100) -> str:
    """The colour ``name`` (a key of `LIGHT`) at an opacity in percent."""
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
