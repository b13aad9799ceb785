"""`Staff`: the processes that this one has started for jobs, and what it does about their ends."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psutil

from hts.studio.jobs.processes.children import start_process
from hts.studio.jobs.processes.ending import End, oom_kills
from hts.studio.jobs.processes.identity import alive, same_start, start_time
from hts.studio.jobs.processes.job import Job, Jobs, OwnProcessJobs, WorkerJobs, lost_jobs
from hts.studio.jobs.processes.scheduler_settings import Plan
from hts.studio.store.store import Store

WORKER = "hts.studio.jobs.workers.worker"

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


@dataclass
class Child:
    """One process: a warm worker, which waits until it is given a job, or one for a single job."""

    process: subprocess.Popen[bytes]
    mark: float
    job: Job | None = None  # the first one: groups are followed by others
    oom_kills: int | None = None  # of the machine, when it was started

    def end(self, *, forced: bool) -> End:
        """How it has ended."""
        now = oom_kills()
        memory = None if now is None or self.oom_kills is None else now > self.oom_kills
        return End(self.process.returncode, forced=forced, memory=memory)

    @property
    def pid(self) -> int:
        return self.process.pid

    def give(self, job: Job) -> bool:
        """Hand a waiting worker the job; False if it has ended meanwhile."""
        stdin = self.process.stdin
        assert stdin is not None
        try:
            stdin.write(f"{json.dumps([*job.task, str(job.log)])}\n".encode())
            stdin.close()
        except OSError:
            return False
        self.job = job
        return True

    def dismiss(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        self.process.kill()
        self.process.wait()


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


class Staff:
    """Processes for jobs of these ``kinds``."""

    def __init__(self, store: Store, plan: Plan, kinds: Sequence[Jobs]) -> None:
        self.store, self.plan, self.kinds = store, plan, list(kinds)
        self.children: dict[int, Child] = {}
        self.forced: set[int | None] = set()  # processes ended by SIGKILL, for not stopping
        self.escalation = Escalation(plan.stop_patience, plan.term_patience)

    # -- what begins --------------------------------------------------------------------------

    def spawn(self) -> Child:
        home, threads = self.store.home, self.plan.threads
        words = ("--warm", "--threads", str(threads))
        return self._with(
            start_process(
                WORKER, home, *words,
                log=home.scheduler_log, threads=threads, stdin=subprocess.PIPE,
            )
        )  # fmt: skip

    def hand_out(self, kind: WorkerJobs, wanted: Any = None) -> Child | None:
        """Give a job to a warm worker; None if there was none, or it could not be given."""
        child = next(iter(self.waiting()), None) or self.spawn()
        job = kind.claim(child.pid, child.mark, wanted)
        if job is None:
            return None
        if not child.give(job):
            kind.take_back(job)
            return None
        log.info("%s goes to worker %d", job.what, child.pid)
        return child

    def start_due(self, kind: OwnProcessJobs) -> None:
        """Start processes for jobs that wait, up to the most of their kind."""
        going = self.jobs(kind)
        for job in kind.waiting(going)[: max(0, kind.most - len(going))]:
            child = self._with(kind.start(job), job)
            log.info("%s goes to process %d", job.what, child.pid)

    def _with(self, process: subprocess.Popen[bytes], job: Job | None = None) -> Child:
        child = Child(process, start_time(process.pid) or 0.0, oom_kills=oom_kills())
        child.job = job and replace(job, pid=child.pid, mark=child.mark)
        self.children[child.pid] = child
        return child

    # -- what goes on -------------------------------------------------------------------------

    def waiting(self) -> list[Child]:
        """Warm workers without a job."""
        return [child for child in self.children.values() if child.job is None]

    def jobs(self, kind: Jobs) -> list[Job]:
        """The jobs of a kind that our processes were given."""
        given = [child.job for child in self.children.values() if child.job is not None]
        return [job for job in given if job.kind is kind]

    def has(self, job: Job) -> bool:
        """Whether one of our processes has it."""
        child = self.children.get(job.pid or 0)
        return child is not None and same_start(child.mark, job.mark)

    def press(self, held: Iterable[Job], now: float) -> None:
        """Send what is due to processes that do not leave their jobs when asked to."""
        for job in held:
            if self.escalation.due(job, now):
                self.forced.add(job.pid)

    # -- what ends ----------------------------------------------------------------------------

    def reap(self) -> list[tuple[Child, End]]:
        """See to the jobs of processes that have ended; returns warm workers that have."""
        idle = []
        for pid, child in list(self.children.items()):
            if child.process.poll() is not None:
                end = child.end(forced=pid in self.forced)
                if child.job is None:
                    idle.append((child, end))
                else:
                    child.job.kind.ended(child.job, end)
                del self.children[pid]  # not before: a store that is locked now is asked again
                child.dismiss()
        return idle

    def see_to_lost(self) -> None:
        """Decide what becomes of jobs whose processes, not ours, are gone."""
        for job in lost_jobs(self.kinds):
            if not self.has(job):
                log.info("%s has lost its process %s", job.what, job.pid)
                job.kind.lost(job, End(forced=job.pid in self.forced))

    def dismiss(self) -> None:
        """End the waiting workers."""
        for child in self.waiting():
            child.dismiss()
            del self.children[child.pid]

    def end_all(self, seconds: float) -> None:
        """End every process: jobs are kept as far as they are, and wait for whoever comes next.

        ``seconds``: that they have, together, to leave by themselves.
        """
        self.dismiss()
        give_up = time.monotonic() + seconds
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        for child in self.children.values():
            forced = False
            try:
                child.process.wait(timeout=max(0.1, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %d did not leave in time and is ended by force", child.pid)
                forced = True
            child.dismiss()
            assert child.job is not None
            try:
                child.job.kind.ended(child.job, child.end(forced=forced), go_on=True)
            except (
                sqlite3.OperationalError,
                OSError,
            ) as error:  # the next one sees that it is gone
                log.warning("%s: its end could not be written down: %s", child.job.what, error)
        self.children.clear()
