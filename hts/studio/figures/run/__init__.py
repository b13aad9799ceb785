"""The figures of a run: of one network, of many seeds with controls, of runs that are compared.

Each module draws one figure and registers it; boards, comparisons and reports show what is there.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from hts.registry import Registry
from hts.studio.figures.card import Card
from hts.studio.figures.view import ArmView

# Of the keywords ``pruned``, the fraction removed in [0, 1], and ``layer`` it names what it needs.
Draw = Callable[..., Card | None]

FIRST = 29  # figures of places up to here stand beside the slider
MOST_RUNS = 2  # what a figure that does not compare can draw: a run and its control


@dataclass(frozen=True, kw_only=True)
class RunFigure:
    """A figure by name, drawn of single runs: of several seeds it shows the first one.

    ``place`` orders the board, of which those up to `FIRST` stand beside the slider; ``compares``
    allows any runs beside each other, not only a run and its controls.
    """

    name: str
    place: int
    draw: Draw
    compares: bool = False

    def card(self, arms: Sequence[ArmView], *, pruned: float, layer: int = 0) -> Card | None:
        """The figure of ``arms``, the first of which is the run itself; None where it has none."""
        given = {"pruned": pruned, "layer": layer}
        needs = inspect.signature(self.draw).parameters
        wanted = {name: value for name, value in given.items() if name in needs}
        return self._drawn(arms, wanted)

    def _drawn(self, arms: Sequence[ArmView], wanted: dict[str, Any]) -> Card | None:
        runs = [arm.runs[0] for arm in arms][: None if self.compares else MOST_RUNS]
        card = self.draw(runs, **wanted)
        if card is None or all(len(arm.runs) == 1 for arm in arms):
            return card
        said = f"{card.caption} Of seed {runs[0].config.seed} alone."
        return dataclasses.replace(card, caption=said)


class ArmFigure(RunFigure):
    """A figure whose ``draw`` takes arms, and shows all their seeds."""

    def _drawn(self, arms: Sequence[ArmView], wanted: dict[str, Any]) -> Card | None:
        return self.draw(arms, **wanted)


RUN_FIGURES = Registry("figure", RunFigure, package=__name__, path=__path__)


def groups(
    arms: Sequence[ArmView],
    *,
    pruned: float,
    layer: int = 0,
    compared: bool = False,
    only: Collection[str] = (),
) -> tuple[list[Card], list[Card]]:
    """The figures of ``arms`` beside the slider, and the others.

    Of ``compared`` runs only those that compare; ``only`` those of these names, if any is given.
    """
    first: list[Card] = []
    more: list[Card] = []
    for figure in RUN_FIGURES.values():
        card = None
        if (figure.compares or not compared) and (not only or figure.name in only):
            card = figure.card(arms, pruned=pruned, layer=layer)
        if card is not None:
            (first if figure.place <= FIRST else more).append(card)
    return first, more


def every_layer(arms: Sequence[ArmView], *, pruned: float) -> list[Card]:
    """All figures of ``arms``; those of one layer once for each layer, as a report shows them."""
    found: list[Card] = []
    for figure in RUN_FIGURES.values():
        of_layer = "layer" in inspect.signature(figure.draw).parameters
        for layer in range(layers_of(arms) if of_layer else 1):
            card = figure.card(arms, pruned=pruned, layer=layer)
            if card is not None:
                found.append(card)
    return found


def layers_of(arms: Sequence[ArmView]) -> int:
    """How many layers there are to look at, at least 1."""
    snapshots = (run.snapshot for arm in arms for run in arm.runs)
    return max((len(snapshot.layers) for snapshot in snapshots if snapshot), default=0) or 1


def cards(
    arms: Sequence[ArmView], *, pruned: float, layer: int = 0, compared: bool = False
) -> list[Card]:
    """Both `groups` as one."""
    first, more = groups(arms, pruned=pruned, layer=layer, compared=compared)
    return first + more
