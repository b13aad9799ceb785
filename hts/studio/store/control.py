"""How a run changes state: by the people who ask, the scheduler, and its worker.

::

    queued -> starting -> running <-> paused -> finished | failed | interrupted
       |         |          |                      interrupted, paused without worker -> queued
       |         +----------+-> queued again when its worker has ended
       +-> cancelled

Every change is one transaction that checks the state it starts from, so that two processes
cannot both make it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from hts.records import RunResult, encode
from hts.studio.store.database import Database
from hts.studio.store.queue import Queue
from hts.studio.store.run_row import ENDED, HELD, Run, Want
from hts.studio.store.runs import Runs
from hts.validate import BadInput

NO_WORKER: dict[str, Any] = {"pid": None, "pid_started": None}
NO_WISH: dict[str, Any] = {"want": "run", "want_step": None}


@dataclass(frozen=True)
class Control:
    """Changes of state.  Methods that return a bool say whether the change was made."""

    db: Database
    runs: Runs
    queue: Queue

    # -- asked for by people --------------------------------------------------------------------

    def request(
        self, run_id: str, want: Want, *, want_step: int | None = None, why: str = ""
    ) -> Run:
        """Ask for ``run``, ``pause`` or ``stop``; ``want_step``: run, then pause at that step.

        ``why``: to be said of the run, also when it has stopped.

        A queued run is cancelled at once by ``stop`` and starts paused after ``pause``.  Stopping
        a run that has ended changes nothing; other wishes for it raise `BadInput`.
        """
        with self.db.writing():
            run = self.runs.get(run_id)
            if run.state in ENDED:
                if want == "stop":
                    return run
                raise BadInput(f"run {run_id} is {run.state}: there is no worker left to {want}.")
            if want == "stop" and run.state == "queued":
                self._end(run, "cancelled", "Stopped while waiting in the queue.")
            elif not run.held and run.state != "queued":
                if want == "stop":
                    self._end(run, "interrupted", f"Stopped while paused at step {run.step}.")
                else:
                    self._requeue(run, want, want_step)
            else:
                self.runs.update(run_id, want=want, want_step=want_step, message=why or run.message)
            return self.runs.get(run_id)

    def requeue(self, run_id: str) -> Run:
        """Queue a resumable run again; a worker continues from its checkpoint, if it has one."""
        with self.db.writing():
            run = self.runs.get(run_id)
            if not run.resumable:
                raise BadInput(
                    f"run {run_id} is {run.state} and cannot be resumed: only a run that was "
                    "interrupted or left paused can. Use Repeat to start over."
                )
            self._requeue(run, "run", None)
            return self.runs.get(run_id)

    def _requeue(self, run: Run, want: Want, want_step: int | None) -> None:
        self.runs.update(
            run.id, state="queued", message="", ended=None, losses=0, **NO_WORKER, want=want,
            want_step=want_step,
        )  # fmt: skip

    def _end(self, run: Run, state: str, message: str) -> None:
        self.runs.update(
            run.id, state=state, message=message, ended=time.time(), **NO_WORKER, **NO_WISH
        )

    # -- by the scheduler -------------------------------------------------------------------------

    def assign(self, run_id: str, *, pid: int, pid_started: float, threads: int) -> bool:
        """Give a queued run to a worker process; its owner has then had a turn."""
        with self.db.writing() as connection:
            given = self.runs.update(
                run_id, only=("queued",), state="starting", pid=pid, pid_started=pid_started,
                threads=threads,
            )  # fmt: skip
            if given:
                self.queue.note_turn(connection, "runs", self.runs.get(run_id).owner)
            return given

    def take_back(self, run_id: str, *, pid: int) -> bool:
        """Queue a run again whose worker ended before it began."""
        return self.runs.update(run_id, only=("starting",), of_pid=pid, state="queued", **NO_WORKER)

    def begin_again(
        self, run_id: str, message: str, *, pid: int | None = None, counts: bool = False
    ) -> bool:
        """Queue a run whose worker (``pid``, if given) has ended; what is wanted of it stays so.

        ``counts``: among its `losses`, the workers lost since its last checkpoint.
        """
        with self.db.writing():
            return self.runs.update(
                run_id, only=("starting", "running"), of_pid=pid, state="queued", message=message,
                losses=self.runs.get(run_id).losses + counts, **NO_WORKER,
            )  # fmt: skip

    def mark_interrupted(self, run_id: str, message: str, *, pid: int | None = None) -> bool:
        """Record that the worker (``pid``, if given) ended without a result."""
        return self.runs.update(
            run_id, only=HELD, of_pid=pid, state="interrupted", message=message, ended=time.time(),
            **NO_WORKER, **NO_WISH,
        )  # fmt: skip

    # -- by the worker ----------------------------------------------------------------------------

    def claim(self, run_id: str, *, pid: int, pid_started: float, device: str = "") -> Run:
        """Begin a queued run, or the one assigned to this process; `BadInput` otherwise."""
        with self.db.writing():
            run = self.runs.get(run_id)
            if run.state != "queued" and (run.state, run.pid) != ("starting", pid):
                raise BadInput(
                    f"run {run_id} is {run.state}"
                    + (f" with worker {run.pid}" if run.pid else "")
                    + f": process {pid} cannot begin it."
                )
            self.runs.update(
                run_id,
                state="running",
                pid=pid,
                pid_started=pid_started,
                started=run.started or time.time(),
                ended=None,
                device=device or run.device,
                attempt=run.attempt + 1,
            )
            return self.runs.get(run_id)

    def describe(self, run_id: str, *, device: str, threads: int | None) -> None:
        """Record on what the run computes."""
        self.runs.update(run_id, device=device, threads=threads)

    def progress(self, run_id: str, step: int, seconds: float | None = None) -> None:
        """Record how many steps are done, and the training time so far."""
        if seconds is None:
            self.runs.update(run_id, step=step)
        else:
            self.runs.update(run_id, step=step, seconds=seconds)

    def set_paused(self, run_id: str, step: int) -> Run:
        """Record that the worker waits at ``step``; a wish made meanwhile is kept."""
        with self.db.writing():
            run = self.runs.get(run_id)
            self.runs.update(run_id, only=("running",), state="paused", step=step)
            if run.want == "run" and run.want_step is not None and run.want_step <= step:
                self.runs.update(run_id, want="pause", want_step=None)
            return self.runs.get(run_id)

    def set_running(self, run_id: str) -> bool:
        return self.runs.update(run_id, only=("paused",), state="running")

    def leave_paused(self, run_id: str, message: str, *, pid: int | None = None) -> bool:
        """Record that the worker of a paused run ended; it can be resumed from its checkpoint."""
        return self.runs.update(
            run_id, only=HELD, of_pid=pid, state="paused", message=message, **NO_WORKER,
            want="pause", want_step=None,
        )  # fmt: skip

    def interrupt_idle(self, run_id: str, message: str) -> bool:
        """Record that a paused run was left without a worker because nobody touched it."""
        with self.db.writing():
            run = self.runs.get(run_id)
            if run.state != "paused" or run.held:
                return False
            self._end(run, "interrupted", message)
            return True

    def finish(self, run_id: str, result: RunResult) -> None:
        with self.db.writing():
            run = self.runs.get(run_id)
            why = run.message if result.stop_reason == "stopped" and run.want == "stop" else ""
            said = f"{why} It stopped at step {result.iterations}." if why else result.message
            self._end(run, "finished", said)
            words, step, seconds = encode(result).decode(), result.iterations, result.seconds
            self.runs.update(run_id, result=words, step=step, seconds=seconds, wishes="[]")

    def fail(self, run_id: str, message: str) -> None:
        """Record that the run ended with an error, in words."""
        with self.db.writing():
            self._end(self.runs.get(run_id), "failed", message)
