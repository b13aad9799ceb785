"""The worker service of a hosted lab: a scheduler that is the only one to start processes.

The web process runs with ``HTS_WORKERS=service`` and only writes into the store.  Beyond what a
scheduler does, a service

- does the small jobs that pages ask for (see `hts.studio.jobs.background`), at most `SIDE_JOBS` at
a time;
- told to end, lets its workers save a checkpoint and queue their runs to go on from there;
- waits its turn, when another one has the home.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time

from hts.studio.jobs.processes.ending import told_to_end
from hts.studio.jobs.processes.logs import rotate
from hts.studio.jobs.processes.scheduler_settings import Plan
from hts.studio.jobs.scheduling.scheduler import Scheduler, serve
from hts.studio.jobs.scheduling.small_jobs import SmallJobs
from hts.studio.store.store import Store

ROTATE_SECONDS = 60.0
LEAVE_SECONDS = 25.0  # for workers to save a checkpoint; containers are given 40 seconds
STANDBY_SECONDS = 2.0

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Service(Scheduler):
    """A scheduler that also does small jobs, and that ends with all its workers."""

    def __init__(self, store: Store, plan: Plan) -> None:
        super().__init__(store, plan, [SmallJobs(store)])
        self._rotate_at = 0.0

    def tick(self) -> None:
        """What a scheduler does, and see to the size of logs."""
        super().tick()
        now = time.monotonic()
        if now >= self._rotate_at:
            self._rotate_at = now + ROTATE_SECONDS
            sweeps = self.store.home.sweep_log("").parent.glob("*.log")
            for path in (self.store.home.scheduler_log, *sweeps):
                rotate(path)

    def leave(self) -> None:
        """End every worker, and let what they were doing wait for the next service."""
        super().leave()
        self.end_all(LEAVE_SECONDS)


def serve_always(store: Store, plan: Plan) -> None:
    """Be the service of this home until SIGTERM; wait while another one is, or the disk is full."""
    told, ended = False, threading.Event()

    def made(store: Store, plan: Plan) -> Service:
        service = Service(store, plan)
        service.ending = ended.is_set()
        return service

    with told_to_end(lambda _: ended.set()):
        while not ended.is_set():
            try:
                if serve(store, plan, made):
                    return
                if not told:
                    log.info("another scheduler has %s: waiting until it ends", store.home.root)
                told = True
            except (sqlite3.OperationalError, OSError):
                log.exception("the service cannot begin now and tries again")
            ended.wait(STANDBY_SECONDS)
