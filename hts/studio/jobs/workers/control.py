"""`StoreControl`: how wishes made on a page or a command line reach a training loop.

After every step the loop asks ``wanted(step)``, which answers at once:

========  =========================================================================
"run"     go on with the next step
"stop"    end now: evaluate what there is and return a result, ``stopped``
"pause"   show this step, save a checkpoint, then call ``wait(step)``
========  =========================================================================

``changes(step)``, asked before every step, says what was steered: settings that are other ones from
the next step on, which the store has then written down.

``wait`` returns "run" or "stop" when somebody asks for it, or raises `Leave` when this process
is to end without a result; the checkpoint just saved is where another one will go on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

from hts.studio.jobs.steering import take_up
from hts.studio.store.store import Store

ASK_SECONDS = 0.1  # a wish is noticed within this time
WAIT_SECONDS = 0.05  # how often a paused run looks for a wish
PATIENCE_SECONDS = 600.0  # a paused worker without a scheduler goes home after this time


class Leave(Exception):
    """The process is to end although the run has not.  ``paused``: it was paused when it left."""

    def __init__(self, reason: str, *, paused: bool) -> None:
        super().__init__(reason)
        self.paused = paused


class StoreControl:
    """Wishes are read from the store, at most every `ASK_SECONDS`, and from `end`."""

    def __init__(self, store: Store, run_id: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self._store, self._run_id, self._patience = store, run_id, patience
        self._ask_at = 0.0
        self._until: int | None = None
        self._wishes = True  # there may be some
        self._ending = ""

    def end(self, reason: str) -> None:
        """Leave at the next step, for a ``reason`` in words.  A signal handler may call this."""
        self._ending = reason

    def wanted(self, step: int) -> Literal["run", "pause", "stop"]:
        now = time.monotonic()
        reached = self._until is not None and step >= self._until
        if now < self._ask_at and not reached and not self._ending:
            return "run"
        self._ask_at = now + ASK_SECONDS
        run = self._store.runs.get(self._run_id)
        self._until, self._wishes = run.want_step, bool(run.wishes)
        if run.want == "stop":
            return "stop"
        there = run.want_step is not None and step >= run.want_step
        return "pause" if there or self._ending or run.want == "pause" else "run"

    def until(self) -> int | None:
        """The step at which the run is to pause again."""
        return self._until

    def wait(self, step: int) -> Literal["run", "stop"]:
        """Wait while the run is paused at ``step``; raises `Leave`."""
        run = self._store.runs.get(self._run_id)
        if self._ending and run.want == "run":
            raise Leave(self._ending, paused=False)
        run = self._store.control.set_paused(self._run_id, step)
        pulse, heard = self._pulse(), time.monotonic()
        while True:
            if run.want == "stop":
                return "stop"
            if self._ending:
                raise Leave(self._ending, paused=True)
            if run.want == "run" and (run.want_step is None or run.want_step > step):
                self._store.control.set_running(self._run_id)
                self._until, self._ask_at, self._wishes = run.want_step, 0.0, bool(run.wishes)
                return "run"
            time.sleep(WAIT_SECONDS)
            if (latest := self._pulse()) != pulse:
                pulse, heard = latest, time.monotonic()
            elif time.monotonic() - heard > self._patience:
                raise Leave("no scheduler has been there for a while", paused=True)
            run = self._store.runs.get(self._run_id)

    def changes(self, step: int) -> Mapping[str, Any]:
        """What was steered and holds from the step after ``step`` on; usually nothing."""
        if not self._wishes:
            return {}
        self._wishes = False
        return take_up(self._store, self._run_id, step + 1)

    def _pulse(self) -> int:
        """Changes as long as a scheduler lives."""
        try:
            return self._store.home.scheduler_pulse.stat().st_mtime_ns
        except OSError:
            return 0
