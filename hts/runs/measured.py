"""What the networks of a claim came to: small records that need no torch to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.config.arms import MAIN
from hts.paired.effect import DIVERGED, SHARES, Curve
from hts.paired.results import curve_of
from hts.records import MemberResult, StopReason
from hts.validate import BadInput

LEVELS = (0.0, *SHARES)
"""The pruned shares at which accuracy is kept."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One network as it ended.  ``width``: its units in a hidden layer, ``arm`` as in `Arm.key`."""

    arm: str
    seed: int
    width: int
    steps: int
    stop_reason: StopReason
    accuracy: list[float] | None  # percent, on test at `LEVELS`; None: it diverged
    norm_compressible: float | None  # percent

    @property
    def curve(self) -> Curve:
        """Accuracy against the pruned share."""
        if self.accuracy is None:
            return DIVERGED
        return Curve(pruned=LEVELS, accuracy=self.accuracy)


def measured(width: int, member: MemberResult) -> Measured:
    """From how a network of ``width`` units ended; figures are rounded to four decimals."""
    result = member.result
    ratio, kept = result.pruning_ratio, curve_of(result).at(LEVELS)
    return Measured(
        arm=member.arm,
        seed=member.seed,
        width=width,
        steps=result.iterations,
        stop_reason=result.stop_reason,
        accuracy=None if result.curve is None else np.round(kept, 4).tolist(),
        norm_compressible=None if ratio is None else round(ratio, 4),
    )


class Networks:
    """Networks by arm and seed; the widest, unless another width is asked for."""

    def __init__(self, networks: Sequence[Measured]) -> None:
        if not networks:
            raise BadInput("a claim needs networks, got none.")
        self.all = tuple(networks)
        self.widths = sorted({one.width for one in networks})
        self.seeds = sorted({one.seed for one in networks})

    def of(self, arm: str = MAIN, width: int | None = None) -> dict[int, Measured]:
        """The networks of ``arm`` by seed; `BadInput` if there are none."""
        width = self.widths[-1] if width is None else width
        found = {one.seed: one for one in self.all if (one.arm, one.width) == (arm, width)}
        if not found:
            raise BadInput(f"there are no networks of the arm {arm!r} with {width} units here.")
        return found

    def curves(self, arm: str = MAIN) -> dict[int, Curve]:
        """Their accuracies against the pruned share, by seed."""
        return {seed: one.curve for seed, one in self.of(arm).items()}

    def compressible(self, arm: str) -> np.ndarray:
        """Norm-compressible shares (seeds, widths) in percent, widths ascending; diverged: 0."""
        columns = [self.of(arm, width) for width in self.widths]
        return np.array(
            [[column[seed].norm_compressible or 0.0 for column in columns] for seed in self.seeds]
        )
