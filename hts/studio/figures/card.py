"""`Card`: a figure with its title, the sentence under it, and its text alternative."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from hts.studio.figures.words import sentence

SOON = "The first snapshot is on its way."
Size = Literal["", "half", "wide", "full", "screen"]


class Figure(TypedDict):
    """Plotly JSON whose colours are names of `hts.studio.figures.theme`."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Card:
    """One figure as the board shows it.

    ``caption`` says in one sentence what one looks at; ``alt`` says what the figure shows, with
    the numbers, for those who do not see it; ``empty`` stands in place of a figure not there yet.
    With ``pick`` a click on a point hands its ``customdata`` to the page.
    """

    id: str
    title: str
    caption: str
    alt: str
    figure: Figure | None
    empty: str = ""
    size: Size = ""
    pick: bool = False
    height: int = 0  # pixels of the figure; 0: as its size has it

    def payload(self) -> dict[str, Any]:
        """What the live board takes."""
        return dict(vars(self))


def card(
    name: str,
    title: str,
    caption: str,
    said: str | Iterable[str],
    figure: Figure | None,
    **more: Any,
) -> Card:
    """The card ``name``; ``said`` is its text alternative, or the parts of that sentence."""
    alt = said if isinstance(said, str) else sentence(said)
    return Card(id=name, title=title, caption=caption, alt=alt, figure=figure, **more)


def waiting(name: str, title: str, caption: str, empty: str = SOON, **more: Any) -> Card:
    """The card ``name`` whose figure cannot be drawn yet; ``empty`` says why."""
    return card(name, title, caption, f"{title}: {empty}", None, empty=empty, **more)


def number_card(
    name: str, title: str, value: str, *, interval: str = "", note: str = ""
) -> dict[str, str]:
    """A number on top of a board, as the board takes it."""
    return {"id": name, "title": title, "value": value, "interval": interval, "note": note}
