"""Parallel coordinates: many runs across their settings and what they came to, a line for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note
from hts.studio.figures.card import Card, card
from hts.studio.figures.theme import STEPS, named
from hts.studio.foreign_text import in_figure

TITLE = "Settings and results side by side"
CAPTION = (
    "Every line is {what}, from setting to setting to what it came to; the stronger its "
    "colour, the higher is {last}. {marked}Hover for the values."
)
MOST_LABELS = 8
LOWEST_STEP = 3  # of the sequential colours: lighter ones would not stand out
NONE = -0.12  # where what a run does not have is drawn


@dataclass(frozen=True, kw_only=True)
class Across:
    """One axis: a value for every line, a number, a word or None; ``log``: to be drawn so."""

    title: str
    values: Sequence[Any]
    digits: int | None = None  # of numbers; None: as many as they have

    @property
    def numeric(self) -> bool:
        return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in self.known)

    @property
    def known(self) -> list[Any]:
        return [value for value in self.values if value is not None]

    @property
    def log(self) -> bool:
        """Whether its numbers span so much that small ones would fall together."""
        return self.numeric and min(self.known) > 0 and max(self.known) >= 50 * min(self.known)

    def said(self, value: Any) -> str:
        if value is None:
            return "none"
        if not self.numeric:
            return str(value).replace("_", " ")
        return f"{value:.4g}" if self.digits is None else f"{value:.{self.digits}f}"

    def places(self) -> list[float]:
        """Where each line crosses it, from 0 to 1, or `NONE`."""
        return [self.place(value) for value in self.values]

    def place(self, value: Any) -> float:
        if value is None:
            return NONE
        if not self.numeric:
            order = self._order()
            return order.index(value) / max(1, len(order) - 1)
        scale = math.log if self.log else float
        low, high = scale(min(self.known)), scale(max(self.known))
        return 0.5 if high == low else (scale(value) - low) / (high - low)

    def ticks(self) -> list[Any]:
        """The values that are written beside it."""
        found = sorted(set(self.known)) if self.numeric else self._order()
        if len(found) > MOST_LABELS:
            found = [found[0], found[-1]]
        return [*found, *([None] if None in self.values else [])]

    def _order(self) -> list[Any]:
        return sorted(set(self.known), key=str)


def parallel(names: Sequence[str], axes: Sequence[Across], *, keep: str, what: str) -> Card:
    """The card; the last axis colours the lines.  ``what``: what a line is, ``a run``."""
    across = [one.places() for one in axes]
    shades = axes[-1].places()
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": in_figure(name),
            "x": list(range(len(axes))),
            "y": [round(places[line], 4) for places in across],
            "line": {"color": named(_shade(shades[line])), "width": 2},
            "marker": {"size": 6},
            "text": [in_figure(f"{one.title} {one.said(one.values[line])}") for one in axes],
            "hovertemplate": "%{text}<extra>%{fullData.name}</extra>",
            "showlegend": False,
        }
        for line, name in enumerate(names)
    ]
    lacking = any(None in one.values for one in axes)
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "showline": False}
    laid = figure(
        traces,
        keep,
        top=34,
        xaxis=axis("", range=[-0.3, len(axes) - 0.4], **bare),
        yaxis=axis("", range=[NONE - 0.05 if lacking else -0.05, 1.05], **bare),
        shapes=[_stem(place, NONE if lacking else 0) for place in range(len(axes))],
        annotations=[mark for place, one in enumerate(axes) for mark in _marks(place, one)],
    )  # fmt: skip
    marked = "What a line does not have is at the bottom. " if lacking else ""
    caption = CAPTION.format(what=what, last=axes[-1].title.lower(), marked=marked)
    return card("parallel", TITLE, caption, _said(names, axes), laid, size="full")


def _shade(place: float) -> str:
    steps = STEPS - 1 - LOWEST_STEP
    return f"s{LOWEST_STEP + round(steps * max(0.0, place))}"


def _stem(place: int, bottom: float) -> dict[str, Any]:
    ends = {"x0": place, "x1": place, "y0": bottom, "y1": 1}
    return {"type": "line", "layer": "below", "line": {"color": named("grid"), "width": 1}, **ends}


def _marks(place: int, one: Across) -> list[dict[str, Any]]:
    title = note(in_figure(one.title), x=place, y=1, yanchor="bottom", yshift=14, xanchor="center")
    return [title] + [
        note(in_figure(one.said(value)), x=place, y=one.place(value), xanchor="left", xshift=6)
        for value in one.ticks()
    ]


def _said(names: Sequence[str], axes: Sequence[Across]) -> list[str]:
    told = [
        f"{name}: {', '.join(f'{one.title.lower()} {one.said(one.values[line])}' for one in axes)}"
        for line, name in enumerate(names[:20])
    ]
    return [f"{TITLE}, {words.many(len(names), 'line')}", *told]
