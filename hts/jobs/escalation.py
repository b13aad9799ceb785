"""From a request to stop to SIGTERM to SIGKILL, for workers that do not answer."""

from __future__ import annotations

import contextlib
import logging

import psutil

from hts.jobs.identity import alive
from hts.store import Run

log = logging.getLogger("hts.jobs.scheduler")


class Escalation:
    """Counts how long each request to stop has been unanswered.

    SIGTERM after ``stop_patience`` seconds, SIGKILL ``term_patience`` seconds later.
    """

    def __init__(self, stop_patience: float, term_patience: float) -> None:
        self._stop_patience, self._term_patience = stop_patience, term_patience
        self._asked: dict[tuple[str, int], float] = {}
        self._termed: set[tuple[str, int]] = set()

    def due(self, run: Run, now: float) -> bool:
        """Send what is due to the worker of ``run``; returns whether it was made to end."""
        key = (run.id, run.pid or 0)
        if run.want != "stop" or run.pid is None or not alive(run.pid, run.pid_started):
            self._asked.pop(key, None)
            self._termed.discard(key)
            return False
        waited = now - self._asked.setdefault(key, now)
        if waited >= self._stop_patience + self._term_patience:
            log.warning("run %s: worker %d is ended by force", run.id, run.pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(run.pid).kill()
            return True
        if waited >= self._stop_patience and key not in self._termed:
            self._termed.add(key)
            log.warning("run %s: worker %d does not answer, SIGTERM", run.id, run.pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(run.pid).terminate()
        return False
