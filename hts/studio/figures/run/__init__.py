"""The figures of one run, of a run beside its control, and of up to five runs compared.

Each module draws one figure and registers it; boards, comparisons and reports show what is there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hts.registry import Registry
from hts.studio.figures.card import Card
from hts.studio.figures.view import RunView

# Of the keywords ``pruned``, the fraction removed in [0, 1], and ``layer`` it names what it needs.
Draw = Callable[..., Card | None]


@dataclass(frozen=True, kw_only=True)
class RunFigure:
    """A figure by name; ``place`` orders the board, ``compares`` allows more than two runs."""

    name: str
    place: int
    draw: Draw
    compares: bool = False

    def card(self, runs: Sequence[RunView], *, pruned: float, layer: int = 0) -> Card | None:
        """The figure of ``runs``, the first of which is the run itself; None where it has none."""
        given = {"pruned": pruned, "layer": layer}
        needs = inspect.signature(self.draw).parameters
        return self.draw(runs, **{name: value for name, value in given.items() if name in needs})


RUN_FIGURES = Registry(
    "figure", RunFigure, why="there are no others", package=__name__, path=__path__
)


def cards(runs: Sequence[RunView], *, pruned: float, layer: int = 0) -> list[Card]:
    """Every figure that there is of ``runs``; of more than two only those that compare."""
    wanted = [f for f in RUN_FIGURES.values() if f.compares or len(runs) <= 2]
    drawn = [figure.card(runs, pruned=pruned, layer=layer) for figure in wanted]
    return [card for card in drawn if card is not None]
