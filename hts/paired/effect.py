"""What noise does to accuracy at equal pruned share: differences to a control, seed by seed.

Accuracies are test accuracies in percent, shares fractions of the units removed, smallest norms
first, without retraining.  A network that diverged answers nothing and counts as 0 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hts.paired.median import Median, medians_of
from hts.validate import BadInput

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
"""The pruned shares that are reported."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Test accuracy (levels,) in percent at the ``pruned`` fractions (levels,), ascending."""

    pruned: Sequence[float]
    accuracy: Sequence[float]

    def at(self, shares: Sequence[float] | np.ndarray) -> np.ndarray:
        """Accuracies (shares,); between two recorded levels on the line through them."""
        found: np.ndarray = np.interp(np.asarray(shares), self.pruned, self.accuracy)
        return found


DIVERGED = Curve(pruned=(0.0, 1.0), accuracy=(0.0, 0.0))


@dataclass(frozen=True, kw_only=True)
class AtShare:
    """The noisy networks against one control with ``share`` of the units removed from both."""

    share: float
    accuracy: Median
    control: Median
    difference: Median  # points, seed by seed; above 0 the noisy network is better
    seeds_won: int  # seeds in which the noisy network is better
    seeds_lost: int

    @property
    def seeds(self) -> int:
        """How many pairs there are."""
        return self.difference.n

    @property
    def decided(self) -> bool:
        """Whether the interval of the difference leaves out 0, at a level of at least 0.95."""
        clear = self.difference.low > 0 or self.difference.high < 0
        return clear and self.difference.level >= 0.95


def at_shares(
    noisy: Mapping[int, Curve],
    control: Mapping[int, Curve],
    shares: Iterable[float] = SHARES,
) -> list[AtShare]:
    """The comparison at every one of ``shares``, over the seeds that both sides have.

    ``noisy`` and ``control``: curves by seed.  Raises `BadInput` if they share no seed.
    """
    asked = np.array(list(shares), dtype=np.float64)
    seeds = sorted(set(noisy) & set(control))
    if not seeds:
        raise BadInput("there is no seed that both the noisy networks and the control have.")
    ours, theirs = (np.stack([side[seed].at(asked) for seed in seeds]) for side in (noisy, control))
    gained = ours - theirs
    columns = (
        asked.tolist(),
        *(medians_of(values) for values in (ours, theirs, gained)),
        (gained > 0).sum(axis=0).tolist(),
        (gained < 0).sum(axis=0).tolist(),
    )
    return [
        AtShare(
            share=share,
            accuracy=accuracy,
            control=control,
            difference=difference,
            seeds_won=won,
            seeds_lost=lost,
        )
        for share, accuracy, control, difference, won, lost in zip(*columns, strict=True)
    ]
