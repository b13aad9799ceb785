"""Which runs of a sweep are its cells, and which one is the control of which, seed by seed."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hts.paired.effect import SHARES, AtShare, Curve, at_shares
from hts.paired.results import recorded_curve
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.spec import SweepSpec, control_of


@dataclass(frozen=True, kw_only=True)
class Controls:
    """The controls of a sweep, by position in `SweepSpec.configs`.

    ``places``: noise type of the control -> position of a cell's run -> position of its control.
    A run that would be its own control is not in it.
    """

    cells: int | None = None  # how many runs are cells; the controls follow them.  None: all
    places: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def noises(self) -> tuple[str, ...]:
        """The noise types of the controls, in the order given."""
        return tuple(self.places)

    def in_cells(self, members: Sequence[Member]) -> Sequence[Member]:
        """Those of all ``members`` that a table has cells for."""
        return members[: self.cells]

    def among(self, members: Sequence[Member], noise: str) -> dict[int, Member]:
        """The control of each cell's run, by the position of that."""
        return {cell: members[place] for cell, place in self.places[noise].items()}


@functools.lru_cache(maxsize=8)
def controls_of(spec: str) -> Controls:
    """The controls of the sweep that the JSON text ``spec`` describes."""
    asked = SweepSpec.from_json(spec)
    if not asked.base.control_noises:
        return Controls()
    cells = asked.cells()
    at = {config.hash: place for place, config in enumerate(asked.configs())}
    places: dict[str, dict[int, int]] = {}
    for noise in asked.base.control_noises:
        found = ((cell, control_of(config, noise)) for cell, config in enumerate(cells))
        places[noise] = {cell: at[one.hash] for cell, one in found if one is not None}
    return Controls(cells=len(cells), places=places)


def effects(
    alike: Sequence[Member], controls: Mapping[int, Member], shares: Sequence[float] = SHARES
) -> list[AtShare]:
    """The comparison of one cell's runs with their ``controls`` at every one of ``shares``.

    Over the seeds of which both have ended with a curve; nothing where there is none.
    """
    noisy: dict[int, Curve] = {}
    theirs: dict[int, Curve] = {}
    for member in alike:
        ours, other = _curve(member), _curve(controls.get(member.position))
        if ours is not None and other is not None:
            noisy[member.config.seed], theirs[member.config.seed] = ours, other
    return at_shares(noisy, theirs, shares) if noisy else []


def _curve(member: Member | None) -> Curve | None:
    return None if member is None or member.result is None else recorded_curve(member.result)
