"""`OnDisk`: what a watch sees goes into the store at once, or as soon as the store lets it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

from hts.studio.jobs.processes.identity import announce
from hts.studio.store.run_row import WATCH
from hts.studio.store.store import Store
from hts.studio.watching.watches import Watches
from hts.watching.records import About, Look, LossAt

LOCKED_SECONDS = 0.25  # that a step of the training waits for somebody else who writes
MOST_KEPT = 20  # looks that wait in memory for a store that cannot be written; then the oldest go


class OnDisk:
    """A recorder (`hts.watching.session.Recorder`) for one training.

    Every call first writes what earlier ones could not, and raises where it cannot be written.
    """

    def __init__(self, name: str, about: About, home: Path | None) -> None:
        self.id = f"{WATCH}{uuid.uuid4().hex[:10]}"
        self._name, self._about, self._home = name, about, home
        self._created = time.time()
        self._store: Store | None = None
        self._looks: list[Look] = []
        self._losses: list[LossAt] = []
        self._pid = 0

    def look(self, look: Look, spent: float) -> None:
        self._looks = [*self._looks, look][-MOST_KEPT:]
        if look.loss is not None:
            self._losses.append(LossAt(step=look.step, seconds=look.seconds, loss=look.loss))
        self._write(look.step, look.seconds, spent)

    def pulse(self, step: int, seconds: float, loss: LossAt | None) -> None:
        if loss is not None:
            self._losses.append(loss)
        self._write(step, seconds)

    def begin(self) -> None:
        """Show it in the app before the first look."""
        self._write(0, 0.0)

    def end(self, step: int, seconds: float, spent: float, error: str) -> None:
        try:
            self._write(step, seconds, spent)
            says = f"The training ended with {error}." if error else ""
            Watches(self._opened().db).end(self.id, "failed" if error else "ended", says, self._pid)
        finally:
            if self._store is not None:
                self._store.close()

    def _write(self, step: int, seconds: float, spent: float | None = None) -> None:
        """Everything in one transaction; what could not be written waits."""
        self._losses = self._losses[-MOST_KEPT * 50 :]
        Watches(self._opened().db).add(
            self.id, step=step, seconds=seconds, spent=spent, looks=self._looks,
            losses=self._losses,
        )  # fmt: skip
        self._looks, self._losses = [], []

    def _opened(self) -> Store:
        """The store, with a row for this training in it."""
        if self._store is None:
            store = Store(self._home)
            store.db.rows(f"PRAGMA busy_timeout = {round(1000 * LOCKED_SECONDS)}")
            self._store = store
        if not self._pid:
            pid, started = announce(self._store.home)
            Watches(self._store.db).begin(
                self.id, self._name, self._about, self._created, pid, started
            )
            self._pid = pid
        return self._store
