"""Paused runs that nobody touches: after a while their worker leaves, and the checkpoint stays."""

from __future__ import annotations

import logging

import psutil

from hts.studio.jobs.processes.identity import alive
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Idle:
    """Counts how long each paused run has been as it is, by a clock that is never set.

    Anything that somebody does with a run counts as a touch, since its revision grows.
    """

    def __init__(self) -> None:
        self._since: dict[str, tuple[int, float]] = {}
        self._sent: set[str] = set()

    def tick(self, store: Store, paused: list[Run], now: float, patience: float | None) -> None:
        """End the workers of runs paused for ``patience`` seconds, and say so at the runs.

        A worker saves a checkpoint when it pauses, so nothing is lost.  None: paused runs stay.
        """
        self._since = {
            run.id: (run.revision, now)
            if self._since.get(run.id, (-1, 0.0))[0] != run.revision
            else self._since[run.id]
            for run in paused
        }
        self._sent &= self._since.keys()
        if patience is None:
            return
        for run in paused:
            if run.pid is None and run.id in self._sent:
                store.control.interrupt_idle(run.id, _words(run, patience))
            elif run.pid is not None and now - self._since[run.id][1] >= patience:
                self._end(run)

    def _end(self, run: Run) -> None:
        if run.id in self._sent or not alive(run.pid, run.pid_started):
            return
        self._sent.add(run.id)
        log.info("run %s is paused and nobody touched it: worker %s is to leave", run.id, run.pid)
        try:
            psutil.Process(run.pid).terminate()
        except psutil.Error as error:
            log.warning("worker %s could not be told to leave: %s", run.pid, error)


def _words(run: Run, patience: float) -> str:
    return (
        f"It was paused at step {run.step} and nobody touched it for {patience / 60:.3g} minutes, "
        f"so its place was given to others. Resume continues from step {run.checkpoint_step}."
    )
