"""What a worker sends while a group trains: how its runs stand, and states to go on from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hts.runs.group_state import LARGEST, GroupState, Standing
from hts.studio.cluster.news import Looks, Saved, Saving
from hts.studio.cluster.status import RunNow

LOOK_SECONDS = 3.0  # between two looks


@dataclass
class Onlooking:
    """Sends through ``tell`` what there is of the runs at ``positions``."""

    positions: Sequence[int]
    saving: Saving
    tell: Callable[[Looks | Saved], None]

    def __post_init__(self) -> None:
        now = time.monotonic()
        self._look_at, self._saved_at = now + LOOK_SECONDS, now

    def wants_look(self) -> bool:
        """Now and then."""
        return time.monotonic() >= self._look_at

    def look(self, step: int, runs: Sequence[Standing]) -> None:
        """Send it."""
        self._look_at = time.monotonic() + LOOK_SECONDS
        found = (
            RunNow(
                position=self.positions[one.run],
                step=step,
                loss=one.loss,
                train_accuracy=one.train_accuracy,
                test_accuracy=one.test_accuracy,
            )
            for one in runs
        )
        self.tell(Looks(runs=tuple(found)))

    def wants_state(self, nbytes: int) -> bool:
        """As often as the head asks for states of this size."""
        waited = time.monotonic() - self._saved_at
        return nbytes <= LARGEST and waited >= self.saving.due_after(nbytes)

    def state(self, runs: Sequence[int], state: GroupState) -> None:
        """Send it."""
        self.tell(Saved(positions=tuple(self.positions[run] for run in runs), state=state))
        self._saved_at = time.monotonic()
