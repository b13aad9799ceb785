"""A group of runs between two steps: what it goes on from, and who looks at it on the way.

"State k" is, as in `hts.training.loop`, after gradient step k and before its noise.  Batches and
noise are pure functions of the step, so a group that goes on from a state, with the same runs in
the same order, comes to the bits of one that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hts.records import Evaluation


@dataclass(frozen=True, kw_only=True)
class RunSoFar:
    """What a run that has not ended has beside its weights."""

    seconds: float  # of training
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True, kw_only=True)
class GroupState:
    """State ``step`` of a group; ``runs``: those that have not ended, in the order of the stack.

    ``tensors``: hidden_1, ..., output, each (runs, units, inputs) float32; of runs that are trained
    one after the other the first one's checkpoint alone, without the axis of the runs.
    """

    step: int
    runs: tuple[RunSoFar, ...]
    tensors: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def nbytes(self) -> int:
        """Bytes of its weights."""
        return sum(array.nbytes for array in self.tensors.values())


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a run stands on its way; what was not measured yet is None."""

    run: int  # in the order given
    loss: float | None  # nats: of the batch of the last step, or of the last evaluation
    train_accuracy: float | None  # percent, of the last evaluation
    test_accuracy: float | None


class Onlooker(Protocol):
    """Asked after every step of a group, once its results were told."""

    def wants_look(self) -> bool:
        """Whether `look` is to be called now."""

    def look(self, step: int, runs: Sequence[Standing]) -> None:
        """How the runs stand that have not ended."""

    def wants_state(self, nbytes: int) -> bool:
        """Whether `state` is to be called now, with copies of so many bytes."""

    def state(self, runs: Sequence[int], state: GroupState) -> None:
        """What the group can go on from; ``runs``: which these are, in the order given."""


class Nobody:
    """An onlooker who wants nothing."""

    def wants_look(self) -> bool:
        """Never."""
        return False

    def look(self, step: int, runs: Sequence[Standing]) -> None:
        """Nothing."""

    def wants_state(self, nbytes: int) -> bool:
        """Never."""
        return False

    def state(self, runs: Sequence[int], state: GroupState) -> None:
        """Nothing."""


LARGEST = 2**30  # bytes of a state; a larger group begins anew when its worker is lost


def standing(run: int, evaluations: Sequence[Evaluation], loss: float | None) -> Standing:
    """From the run's evaluations so far, and the loss of its last step where it is known."""
    last = evaluations[-1] if evaluations else None
    if loss is None and last is not None:
        loss = last.train_loss
    return Standing(
        run=run,
        loss=loss,
        train_accuracy=None if last is None else last.train_accuracy,
        test_accuracy=None if last is None else last.test_accuracy,
    )
