"""`GroupKeeper`: a group's state is kept in the store now and then, and when it is left."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Sequence

from hts.runs.group_state import LARGEST, GroupState, Nobody
from hts.runs.pace import Pace
from hts.studio.jobs.workers.saved_state import to_save
from hts.studio.store.store import Store
from hts.version import code_version

SAVE_SECONDS = 30.0  # between two states of a group
SAVE_SHARE = 0.05  # of the time that keeping them may take
LEAST_SECONDS = 3.0  # of work that is worth a file when a group is left

log = logging.getLogger("hts.studio.jobs.workers.worker")


class GroupKeeper(Nobody):
    """Keeps states of the group whose runs are at ``positions`` of the sweep.

    ``leaving`` says whether the group is about to be left as it is.
    """

    def __init__(
        self, store: Store, sweep_id: str, positions: Sequence[int], leaving: Callable[[], bool]
    ) -> None:
        self._store, self._sweep_id, self._positions = store, sweep_id, positions
        self._leaving = leaving
        self._pace = Pace(SAVE_SECONDS, SAVE_SHARE)
        self._worth_at = time.perf_counter() + LEAST_SECONDS

    def wants_state(self, nbytes: int) -> bool:
        """When it is time, or the group is left."""
        if nbytes > LARGEST:
            return False
        return self._pace.due() or (self._leaving() and time.perf_counter() >= self._worth_at)

    def state(self, runs: Sequence[int], state: GroupState) -> None:
        """Keep it; a disk that is full costs the state, not the group."""
        began = time.perf_counter()
        try:
            positions = [self._positions[run] for run in runs]
            self._store.saved_groups.save(
                self._sweep_id, to_save(positions, state, code=code_version())
            )
            self._store.groups.note_progress(self._sweep_id, os.getpid())
        except (OSError, sqlite3.OperationalError) as error:
            log.warning("the state of a group could not be kept: %s", error)
        self._pace.done(began)
        self._worth_at = time.perf_counter() + LEAST_SECONDS
