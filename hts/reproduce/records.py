"""What reproductions record: a network as it stood at every step where it was looked at.

Everything told about a reproduction is worked out from these.  Accuracies and shares are in
percent, figures are rounded to four decimals.  No torch.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from hts.paired.effect import DIVERGED, Curve
from hts.runs.measured import LEVELS


class Cell(NamedTuple):
    """What networks that differ in their seed alone have in common.

    ``setup``: name of a `hts.reproduce.setup.Setup`; ``level``: of its noise, "" without;
    ``alpha``: 2 for Gaussian noise, None without noise.
    """

    setup: str
    width: int
    noise: str
    alpha: float | None
    level: str


class Look(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A network after its gradient step ``step``, before that step's noise.

    ``stops``: the regimes that end here; ``accuracy``: on test, at each of `LEVELS` removed,
    empty if it has diverged; ``compressible``: share of the units that hold a tenth of the squared
    norm, ``pruned``: test accuracy without them; ``by_gradient``, ``by_noise``: distance that each
    has moved the hidden weights, over their initial norm.
    """

    step: int
    stops: tuple[str, ...]
    train_accuracy: float
    accuracy: tuple[float, ...]
    compressible: float
    pruned: float
    by_gradient: float
    by_noise: float

    @property
    def diverged(self) -> bool:
        return not self.accuracy

    @property
    def curve(self) -> Curve:
        """Test accuracy against the pruned share; 0 % if it has diverged."""
        return DIVERGED if self.diverged else Curve(pruned=LEVELS, accuracy=self.accuracy)

    @property
    def lost(self) -> float:
        """Points of test accuracy that pruning by the criterion costs."""
        return 100.0 if self.diverged else self.accuracy[0] - self.pruned


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One network followed.  ``looks`` by step; ``seconds``: of one core, all looks included."""

    setup: str
    width: int
    noise: str
    alpha: float | None
    level: str
    sigma: float
    seed: int
    seconds: float
    looks: tuple[Look, ...]

    @property
    def cell(self) -> Cell:
        return Cell(*(getattr(self, name) for name in Cell._fields))

    def stop(self, regime: str) -> Look | None:
        """Where ``regime`` ended it; None if it was not followed in it."""
        return next((look for look in self.looks if regime in look.stops), None)

    def at(self, step: int) -> Look | None:
        """How it stood at ``step``; a diverged network stands as it ended."""
        for look in self.looks:
            if look.step == step or (look.diverged and look.step <= step):
                return look
        return None

    def stood_at(self, steps: Collection[int]) -> Network | None:
        """As it is when it is followed to the ends of its regimes and to ``steps``.

        None if it was not looked at in all of these.
        """
        if any(self.at(step) is None for step in steps):
            return None
        last = max(steps, default=0)
        looks = tuple(
            look for look in self.looks
            if look.stops or look.step in steps or (look.diverged and look.step <= last)
        )  # fmt: skip
        return msgspec.structs.replace(self, looks=looks)

    def with_looks_of(self, other: Network) -> Network | None:
        """With looks of the same network, followed elsewhere, at steps where it has none.

        None if they went different ways: another look at one step, another step at which a regime
        ended it or at which it diverged.
        """
        looks = {look.step: look for look in (*other.looks, *self.looks)}
        found = tuple(looks[step] for step in sorted(looks))
        stops = [name for look in found for name in look.stops]
        same = all(looks[look.step] == look for look in other.looks)
        if not same or len(set(stops)) < len(stops) or any(look.diverged for look in found[:-1]):
            return None
        return msgspec.structs.replace(self, looks=found)
