"""Colours by name: ``theme:0`` to ``theme:6``, ``theme:s0`` to ``theme:s9``, ``theme:text``, ...

``s0`` to ``s9`` are one hue from what lies near the background to what stands out: told apart by
lightness alone, so also by colour-blind eyes and in print.  A name may carry an opacity in percent:
``theme:0/40``.  The live board replaces names in the browser by the viewer's theme; `paint` does
the same here for a figure that leaves the app.

What a noise looks like is an `Idea`, the same in every figure: heavy-tailed teal, Gaussian orange,
noise-free grey.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

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
        "text": "#0d1416",
        "muted": "#5f6b6e",
        "grid": "#dfe4e3",
        "background": "#fcfcfb",
    }
)


class Kind(Protocol):
    """What an `Idea` needs to know of a noise type."""

    def stability(self, alpha: float) -> float | None: ...


@dataclass(frozen=True)
class Idea:
    """What stands for an idea in every figure.

    ``colour``: for `named` and `series`; ``symbol`` and ``dash``: Plotly's names, so that ideas are
    told apart without colour too.
    """

    colour: int | str
    symbol: str
    dash: str


HEAVY = Idea(0, "circle", "solid")
GAUSSIAN = Idea(1, "square", "dash")
NOISE_FREE = Idea(6, "diamond", "dot")
OTHER = Idea(2, "triangle-up", "dashdot")  # another type of noise beside the first

# Several of one idea in a figure: told apart by symbol and dash; heavy tails by shade as well.
# None is open: an open mark is an estimate whose fit was rejected.
_AGAIN: Mapping[Idea, tuple[Idea, ...]] = MappingProxyType(
    {
        HEAVY: (
            Idea("s9", "triangle-up", "8px,3px"),
            Idea("s5", "star", "dashdot"),
            Idea(4, "cross", "longdashdot"),
            Idea(2, "x", "dot"),
        ),
        GAUSSIAN: (
            Idea(1, "square-cross", "16px,4px"),
            Idea(1, "x", "dashdot"),
            Idea(1, "hash", "dot"),
            Idea(1, "cross", "longdashdot"),
        ),
        NOISE_FREE: (
            Idea(6, "diamond-wide", "longdashdot"),
            Idea(6, "diamond-tall", "dashdot"),
            Idea(6, "bowtie", "longdash"),
            Idea(6, "star-diamond", "dash"),
        ),
    }
)


def idea(noise: Kind, alpha: float = 1.0) -> Idea:
    """The idea a noise type stands for; with ``alpha`` 2 every noise is Gaussian."""
    return idea_at(noise.stability(alpha))


def idea_at(stability: float | None) -> Idea:
    """The same by the stability index of the noise (`RunConfig.stability`), None without noise."""
    if stability is None:
        return NOISE_FREE
    return GAUSSIAN if stability == 2 else HEAVY


def ideas(stabilities: Iterable[float | None]) -> list[Idea]:
    """`idea_at` for series of one figure, those of the same idea told apart."""
    found: list[Idea] = []
    seen: Counter[Idea] = Counter()
    for stability in stabilities:
        plain = idea_at(stability)
        looks = (plain, *_AGAIN[plain])
        turn, at = divmod(seen[plain], len(looks))  # later turns pair colours with other symbols
        colour, symbol, dash = (looks[(at + k * turn) % len(looks)] for k in range(3))
        found.append(Idea(colour.colour, symbol.symbol, dash.dash))
        seen[plain] += 1
    return found


_NAME = re.compile(r"theme:(s?\d|text|muted|grid|background)(?:/(\d{1,3}))?")


def series(index: int | str, opacity: int = 100) -> str:
    """Name of the colour of the run at ``index``; ``opacity`` in percent."""
    return named(index, opacity)


def scale() -> list[list[Any]]:
    """A Plotly colour scale of the sequential colours, low values near the background."""
    return [[i / (STEPS - 1), named(f"s{i}")] for i in range(STEPS)]


def two_sided() -> list[list[Any]]:
    """A Plotly colour scale for differences with 0 in its middle: ochre below, teal above.

    The two stay apart for colour-blind eyes, and neither is the colour of a control.
    """
    stops = ("3", "grid", "s5", "s8")
    return [[at, named(stop)] for at, stop in zip((0, 0.5, 0.8, 1), stops, strict=True)]


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
