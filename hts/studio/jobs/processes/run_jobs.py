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

MOST_LOST = 5  # workers that end without a new checkpoint, before a run no longer waits again

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class RunJobs(WorkerJobs):
    """Runs; each worker computes with so many CPU ``threads``.

    ``again``: those that lose their worker wait for another one, which there will be.
    """

    def __init__(self, store: Store, threads: int = 1, *, again: bool = True) -> None:
        super().__init__(store)
        self._threads, self._again = threads, again

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
        """Let it wait for another worker; else interrupt it.  In words: who ended how, what now."""
        run_id, control = job.subject.id, self.store.control
        with self.store.db.writing():
            run = self.store.runs.get(run_id)
            words = (
                f"Worker process {job.pid} {end}, at step {run.step} of {run.config.iterations}."
            )
            if run.want == "stop" and run.state == "starting":
                control.begin_again(run_id, run.message, pid=job.pid)
                control.request(run_id, "stop")
            elif run.want == "stop" or not self._again:
                control.mark_interrupted(run_id, f"{words} {resume_words(run)}", pid=job.pid)
            elif run.state == "paused":
                words = f"{words} It was paused. {resume_words(run)}"
                control.leave_paused(run_id, words, pid=job.pid)
            elif not go_on and run.losses + 1 >= MOST_LOST:
                words = f"{MOST_LOST} workers ended with it since its last checkpoint. {words}"
                control.mark_interrupted(run_id, f"{words} {resume_words(run)}", pid=job.pid)
            else:
                began = run.state != "starting"
                words = f"{words} {again_words(run)}" if began else run.message
                counts = began and not go_on
                if control.begin_again(run_id, words, pid=job.pid, counts=counts):
                    log.info("%s waits again: worker %s %s", job.what, job.pid, end)

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


def again_words(run: Run) -> str:
    """From where another worker goes on, by itself."""
    if run.checkpoint_step is None:
        return "There was no checkpoint yet: another worker begins it again."
    return f"Another worker continues from step {run.checkpoint_step}."


def resume_words(run: Run) -> str:
    """What is kept of a run without a worker, and what somebody can do."""
    if run.checkpoint_step is None:
        return "There is no checkpoint yet: Resume begins it again."
    return f"Resume continues from step {run.checkpoint_step}; Repeat starts over."


def recover(store: Store) -> list[Run]:
    """Mark runs whose worker is gone as interrupted, and return them as they are now.

    While a scheduler is there it does so itself, knowing how the worker ended.
    """
    if not is_free(store.home.scheduler_lock):
        return []
    kinds = [RunJobs(store, again=False)]
    return [store.runs.get(job.subject.id) for job in settle_lost(kinds)]
