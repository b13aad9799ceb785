"""`GroupControl`: how a stopped sweep, or the end of who began it, reaches the training loop."""

from __future__ import annotations

import time

from hts.runs.recorder import Undisturbed
from hts.studio.jobs.processes.identity import alive
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep

ASK_SECONDS = 0.2  # a wish is noticed within this time
OWNER_SECONDS = 1.0


class GroupControl(Undisturbed):
    """Answers "stop" once the sweep is stopped, its process is gone, or `end` was called."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sweep: Sweep | None = None
        self._stopping = False
        self._ask_at = self._look_at = 0.0
        self.ending = False  # this process is to end

    def end(self, _signal: int = 0) -> None:
        """Stop at the next step, and take nothing more.  A signal handler may call this."""
        self.ending = True

    def is_ending(self) -> bool:
        return self.ending

    def watch(self, sweep: Sweep) -> None:
        """From now on it is about this sweep."""
        self._sweep, self._stopping, self._ask_at = sweep, False, 0.0

    def stopping(self) -> bool:
        """Whether the group is to be left as it is."""
        return self.ending or self._stopping

    def wanted(self, step: int) -> str:
        now = time.monotonic()
        if now >= self._ask_at and not self.stopping():
            self._ask_at = now + ASK_SECONDS
            self._stopping = self._sweep is None or not self._store.sweeps.goes_on(self._sweep.id)
            if now >= self._look_at:
                self._look_at = now + OWNER_SECONDS
                self.ending = self._owner_is_gone()
        return "stop" if self.stopping() else "run"

    def _owner_is_gone(self) -> bool:
        sweep = self._sweep
        return (
            sweep is not None
            and sweep.pid is not None
            and not alive(sweep.pid, sweep.pid_started, self._store.home)
        )
