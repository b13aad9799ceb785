"""`Control`: what a training loop asks after every step, and how its answers come about.

The loop calls ``poll(step)`` after each step and does what the answer says:

========  =========================================================================
"run"     go on with the next step
"stop"    end now: evaluate what there is and return a result, ``stopped``
"pause"   save a checkpoint and return at once: a new worker will continue from it
========  =========================================================================

While a run is paused, ``poll`` waits inside; the loop sees only the answer afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol

from hts.store import Store

Answer = Literal["run", "pause", "stop"]

ASK_SECONDS = 0.1  # a wish is noticed within this time
TELL_SECONDS = 0.5  # how often progress is written
WAIT_SECONDS = 0.05  # how often a paused run looks for a wish
PATIENCE_SECONDS = 600.0  # a paused worker without a scheduler goes home after this time


class Control(Protocol):
    """What a training loop needs to know."""

    def poll(self, step: int, settle: Callable[[], None] | None = None) -> Answer:
        """The answer after ``step`` steps.

        ``settle`` is called once before a pause begins, so that the loop can show this very step.
        """
        ...


class Uncontrolled:
    """Nobody asks for anything: always "run"."""

    def poll(self, step: int, settle: Callable[[], None] | None = None) -> Answer:
        return "run"


class StoreControl:
    """Wishes are read from the store, at most every `ASK_SECONDS`, and from `end`.

    ``leaving`` says in words why the last answer was "pause"; it is empty otherwise.
    """

    def __init__(self, store: Store, run_id: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self.leaving = ""
        self.ending = ""
        self._store, self._run_id, self._patience = store, run_id, patience
        self._ask_at = self._tell_at = 0.0
        self._until: int | None = None
        self._told = -1

    def end(self, reason: str) -> None:
        """Answer "pause" from now on, or "stop" if that was asked for; a signal handler may call.

        ``reason``: words such as "it was asked to end by SIGTERM".
        """
        self.ending = reason

    def poll(self, step: int, settle: Callable[[], None] | None = None) -> Answer:
        now = time.monotonic()
        reached = self._until is not None and step >= self._until
        if now < self._ask_at and not reached and not self.ending:
            return "run"
        self._ask_at = now + ASK_SECONDS
        if now >= self._tell_at and step != self._told:
            self._tell_at, self._told = now + TELL_SECONDS, step
            self._store.progress(self._run_id, step)
        run = self._store.get(self._run_id)
        self._until = run.want_step
        if run.want == "stop":
            return "stop"
        if self.ending:
            return self._leave(self.ending)
        if run.want == "pause" or (run.want_step is not None and step >= run.want_step):
            return self._pause(step, settle)
        return "run"

    def _pause(self, step: int, settle: Callable[[], None] | None) -> Answer:
        if settle is not None:
            settle()
        run = self._store.set_paused(self._run_id, step)
        pulse, heard = self._pulse(), time.monotonic()
        while True:
            if run.want == "stop":
                return "stop"
            if self.ending:
                return self._leave(self.ending)
            if run.want == "run" and (run.want_step is None or run.want_step > step):
                self._store.set_running(self._run_id)
                self._until, self._ask_at = run.want_step, 0.0
                return "run"
            time.sleep(WAIT_SECONDS)
            if (latest := self._pulse()) != pulse:
                pulse, heard = latest, time.monotonic()
            elif time.monotonic() - heard > self._patience:
                return self._leave("nobody has been there to continue it")
            run = self._store.get(self._run_id)

    def _pulse(self) -> int:
        """Changes as long as a scheduler lives."""
        try:
            return self._store.home.scheduler_pulse.stat().st_mtime_ns
        except OSError:
            return 0

    def _leave(self, reason: str) -> Answer:
        self.leaving = reason
        return "pause"
