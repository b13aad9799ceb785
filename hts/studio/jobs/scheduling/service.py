"""The worker service of a hosted lab: a scheduler that is the only one to start processes.

The web process runs with ``HTS_WORKERS=service`` and only writes into the store.  Beyond what a
scheduler does, a service

- does the small jobs that pages ask for (see `hts.studio.jobs.background`), at most `SIDE_JOBS` at
a time;
- told to end, lets its workers save a checkpoint and queue their runs to go on from there;
- begun, queues those again that a service that was killed left behind with a checkpoint;
- waits its turn, when another one has the home.
"""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import subprocess
import threading
import time
from pathlib import Path

from hts.studio.jobs.background import SideJob, side_job, standing, start_side_worker, tell
from hts.studio.jobs.processes.children import Child
from hts.studio.jobs.processes.logs import rotate
from hts.studio.jobs.processes.lost import how_it_ended, lost_runs, mark_lost, queue_again
from hts.studio.jobs.processes.scheduler_settings import Plan
from hts.studio.jobs.scheduling.scheduler import Scheduler, serve
from hts.studio.store import Run, Store
from hts.validate import BadInput

SIDE_JOBS = 2
LOOK_SECONDS = 0.3
ROTATE_SECONDS = 60.0
LEAVE_SECONDS = 25.0  # for workers to save a checkpoint; containers are given 40 seconds
STANDBY_SECONDS = 2.0

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Service(Scheduler):
    """A scheduler that also does small jobs, and that ends with all its workers."""

    def __init__(self, store: Store, plan: Plan) -> None:
        super().__init__(store, plan)
        self.jobs: dict[Path, tuple[SideJob, subprocess.Popen[bytes]]] = {}
        self._jobs_at = self._rotate_at = 0.0

    def take_over(self) -> None:
        """Queue again what a service that is gone has left."""
        super().take_over()
        for run in lost_runs(self.store):
            self._lost(run, how_it_ended(None))

    def tick(self) -> None:
        """What a scheduler does, and the small jobs."""
        super().tick()
        now = time.monotonic()
        if now >= self._jobs_at:
            self._jobs_at = now + LOOK_SECONDS
            self._see_to_jobs()
        if now >= self._rotate_at:
            self._rotate_at = now + ROTATE_SECONDS
            sweeps = self.store.home.sweep_log("").parent.glob("*.log")
            for path in (self.store.home.scheduler_log, *sweeps):
                rotate(path)

    def leave(self) -> None:
        """End every worker, and let what they were doing wait for the next service."""
        super().leave()
        self.heads.leave()
        busy = [child for child in self.children.values() if not child.waits]
        for process in [child.process for child in busy] + [job for _, job in self.jobs.values()]:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        give_up = time.monotonic() + LEAVE_SECONDS
        for child in busy:
            self._see_off(child, give_up)
        for _, job in self.jobs.values():
            job.kill()
            job.wait()

    def _see_off(self, child: Child, give_up: float) -> None:
        try:
            child.process.wait(timeout=max(0.1, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("worker %d did not leave in time and is ended by force", child.pid)
        child.dismiss()
        if child.run_id is None:
            return  # groups of sweeps wait again by themselves
        run = self.store.runs.get(child.run_id)
        if run.held and child.is_the(run.pid, run.pid_started):
            self._lost(run, how_it_ended(-signal.SIGKILL, forced=True))

    def _lost(self, run: Run, how: str) -> None:
        with self.store.db.writing():
            if mark_lost(self.store, run, how) and queue_again(self.store, run.id):
                log.info("run %s waits again, to go on from its checkpoint", run.id)

    def _see_to_jobs(self) -> None:
        for request, (asked, job) in list(self.jobs.items()):
            if job.poll() is not None:
                del self.jobs[request]
                request.unlink(missing_ok=True)
                if standing(asked).state not in ("done", "failed"):
                    words = "Its worker ended without a result; it may have run out of memory."
                    tell(asked, failed=words)
        for request in sorted(self.store.home.asked("").glob("*.json")):
            if len(self.jobs) >= SIDE_JOBS:
                return
            if request not in self.jobs:
                try:
                    words = json.loads(request.read_bytes())
                    asked = side_job(self.store, words["run"], words["job"], words["settings"])
                except (BadInput, ValueError, KeyError, TypeError) as error:
                    log.warning("%s asks for what cannot be done: %s", request.name, error)
                    request.unlink(missing_ok=True)
                    continue
                self.jobs[request] = asked, start_side_worker(self.store, asked)


def serve_always(store: Store, plan: Plan) -> None:
    """Be the service of this home until SIGTERM; wait while another one is."""
    told, ended = False, threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())

    def made(store: Store, plan: Plan) -> Service:
        service = Service(store, plan)
        service.ending = ended.is_set()
        return service

    while not ended.is_set():
        if serve(store, plan, made):
            return
        if not told:
            log.info("another scheduler has %s: waiting until it ends", store.home.root)
        told = True
        ended.wait(STANDBY_SECONDS)
