"""From a request to stop to SIGTERM to SIGKILL, for workers that do not answer."""

from __future__ import annotations

import contextlib
import logging

import psutil

from hts.studio.jobs.processes.identity import alive

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Escalation:
    """Counts how long each request to stop has been unanswered.

    SIGTERM after ``stop_patience`` seconds, SIGKILL ``term_patience`` seconds later.
    """

    def __init__(self, stop_patience: float, term_patience: float) -> None:
        self._stop_patience, self._term_patience = stop_patience, term_patience
        self._asked: dict[tuple[str, int], float] = {}
        self._termed: set[tuple[str, int]] = set()

    def due(
        self, what: str, pid: int | None, started: float | None, now: float, *, asked: bool
    ) -> bool:
        """Send what is due to the worker ``pid`` of ``what``; returns whether it was made to end.

        ``asked``: somebody wants it to stop.  Workers of other containers get no signals.
        """
        key = (what, pid or 0)
        if not asked or pid is None or not alive(pid, started):
            self._asked.pop(key, None)
            self._termed.discard(key)
            return False
        waited = now - self._asked.setdefault(key, now)
        if waited >= self._stop_patience + self._term_patience:
            log.warning("%s: worker %d is ended by force", what, pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
            return True
        if waited >= self._stop_patience and key not in self._termed:
            self._termed.add(key)
            log.warning("%s: worker %d does not answer, SIGTERM", what, pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).terminate()
        return False
