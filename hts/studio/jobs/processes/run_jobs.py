"""Runs as jobs: which workers have them, and what is said and kept when a worker is gone."""

from __future__ import annotations

import logging
from typing import Any

from hts.config import RunConfig
from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.identity import announce
from hts.studio.jobs.processes.job import Job, WorkerJobs, settle_lost
from hts.studio.jobs.processes.lock import is_free
from hts.studio.store.run_row import HELD, Run
from hts.studio.store.store import Store

MOST_ATTEMPTS = 5  # after so many workers a run is not queued again by itself

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class RunJobs(WorkerJobs):
    """Runs; each worker computes with so many CPU ``threads``."""

    def __init__(self, store: Store, threads: int = 1) -> None:
        super().__init__(store)
        self._threads = threads

    def held(self) -> list[Job]:
        """Starting, running, and paused ones whose worker waits."""
        return [self._job(run) for run in self.store.runs.list(states=HELD) if run.held]

    def claim(self, pid: int, mark: float, wanted: Any = None) -> Job | None:
        """Give the queued run ``wanted``; None if it was cancelled meanwhile."""
        given = self.store.control.assign(
            wanted.id, pid=pid, pid_started=mark, threads=self._threads
        )
        return self._job(self.store.runs.get(wanted.id)) if given else None

    def take_back(self, job: Job) -> None:
        assert job.pid is not None
        self.store.control.take_back(job.subject.id, pid=job.pid)

    def lost(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """Interrupt it: which process, how it ended, what is kept, what can be done."""
        run_id = job.subject.id
        with self.store.db.writing():
            run = self.store.runs.get(run_id)
            words = f"Worker process {job.pid} {end}, at step {run.step} of "
            words += f"{run.config.iterations}. Recorded metrics were kept"
            found = self.store.arrays.checkpoint_at(run_id)
            if found is None:
                words += ", but there is no checkpoint. Use Repeat to start over."
            else:
                words += f". Resume continues from step {found[0]}; Repeat starts over."
            interrupted = self.store.control.mark_interrupted(run_id, words, pid=job.pid)
            if interrupted and go_on and queue_again(self.store, run_id):
                log.info("%s waits again and will continue from its checkpoint", job.what)

    def _job(self, run: Run) -> Job:
        return Job(
            kind=self,
            subject=run,
            task=("run", run.id),
            what=f"run {run.id}",
            log=self.store.home.worker_log(run.id),
            owner=run.owner,
            pid=run.pid,
            mark=run.pid_started,
            stopping=run.want == "stop",
        )


def create_for_this_process(store: Store, config: RunConfig) -> str:
    """A new run that this process will execute itself: no scheduler takes it."""
    return store.runs.create(config, worker=announce(store.home))


def claim_for_this_process(store: Store, run_id: str, *, threads: int | None = None) -> Run:
    """Begin a run in this process; `BadInput` when another one has it."""
    pid, started = announce(store.home)
    run = store.control.claim(run_id, pid=pid, pid_started=started)
    if threads is not None:
        store.control.describe(run_id, device=run.device, threads=threads)
    return run


def queue_again(store: Store, run_id: str) -> bool:
    """Let an interrupted run continue from its checkpoint; a run that ends every worker stays.

    In the transaction that interrupts it: whoever watches it sees it wait, and goes on watching.
    """
    run = store.runs.get(run_id)
    if run.state != "interrupted" or not run.resumable or run.attempt >= MOST_ATTEMPTS:
        return False
    store.control.requeue(run_id)
    return True


def recover(store: Store) -> list[Run]:
    """Mark runs whose worker is gone as interrupted, and return them as they are now.

    While a scheduler is there it does so itself, knowing how the worker ended.
    """
    if not is_free(store.home.scheduler_lock):
        return []
    return [store.runs.get(job.subject.id) for job in settle_lost([RunJobs(store)])]
