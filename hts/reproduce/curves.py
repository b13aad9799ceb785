"""Test accuracy against the pruned share: networks with heavy tails beside both controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.paired.median import Median, medians_of
from hts.reproduce.accuracy_claims import SIDES
from hts.reproduce.claim import View, named
from hts.reproduce.records import Cell, Look
from hts.runs.measured import LEVELS


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Medians over seeds at each of `LEVELS` removed.  ``side``: where a control is taken."""

    name: str
    cell: Cell
    medians: list[Median]
    side: str = ""


def curves(view: View, cell: Cell) -> list[Kept]:
    """``cell`` where its regime ends it, each control there and after as many steps."""
    ours = [ours for ours, _ in view.pairs(cell, cell, steps=False)]
    found = [Kept(name=named(cell), cell=cell, medians=_medians(ours))] if ours else []
    for name, other in view.setup.controls_of(cell).items():
        for side, steps in SIDES.items():
            if looks := [theirs for _, theirs in view.pairs(cell, other, steps=steps)]:
                found.append(Kept(name=name, cell=other, medians=_medians(looks), side=side))
    return found


def _medians(looks: Sequence[Look]) -> list[Median]:
    return medians_of(np.array([look.curve.at(LEVELS) for look in looks]))
