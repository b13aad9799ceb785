"""From a request to stop to SIGTERM to SIGKILL, for workers that do not answer."""

from __future__ import annotations

import contextlib
import logging

import psutil

from hts.studio.jobs.processes.identity import alive
from hts.studio.jobs.processes.job import Job

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Escalation:
    """Counts how long each request to stop has been unanswered.

    SIGTERM after ``stop_patience`` seconds, SIGKILL ``term_patience`` seconds later.
    """

    def __init__(self, stop_patience: float, term_patience: float) -> None:
        self._stop_patience, self._term_patience = stop_patience, term_patience
        self._asked: dict[tuple[str, int], float] = {}
        self._termed: set[tuple[str, int]] = set()

    def due(self, job: Job, now: float) -> bool:
        """Send what is due to the process of a job; returns whether it was made to end.

        Processes of other containers get no signals.
        """
        pid, key = job.pid, (job.what, job.pid or 0)
        if not job.stopping or pid is None or not alive(pid, job.mark):
            self._asked.pop(key, None)
            self._termed.discard(key)
            return False
        waited = now - self._asked.setdefault(key, now)
        if waited >= self._stop_patience + self._term_patience:
            log.warning("%s: worker %d is ended by force", job.what, pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
            return True
        if waited >= self._stop_patience and key not in self._termed:
            self._termed.add(key)
            log.warning("%s: worker %d does not answer, SIGTERM", job.what, pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).terminate()
        return False
