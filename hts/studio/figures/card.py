"""`Card`: a figure with its title, the sentence under it, and its text alternative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

Size = Literal["", "wide", "full", "screen"]


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

    def payload(self) -> dict[str, Any]:
        """What the live board takes."""
        return {
            "id": self.id,
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "figure": self.figure,
            "empty": self.empty,
            "size": self.size,
            "pick": self.pick,
        }


def waiting(name: str, title: str, caption: str, empty: str, **more: Any) -> Card:
    """The card ``name`` whose figure cannot be drawn yet; ``empty`` says why."""
    return Card(
        id=name,
        title=title,
        caption=caption,
        alt=f"{title}: {empty}",
        figure=None,
        empty=empty,
        **more,
    )
