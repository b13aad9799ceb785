"""The small process that gives queued runs to workers; started as a module of its own.

One per home, by a lock.  It starts at most ``HTS_SLOTS`` runs at a time (default 2, or 1 where
memory is short), everybody's in turn (`hts.studio.fair`) and oldest first where there is one user,
each with ``HTS_THREADS`` CPU threads (default: cores / slots), and keeps workers warm so that a run
begins at once, with one slot only while nothing computes.  Slots that no run needs go to groups of
sweeps (see `hts.studio.jobs.workers.group_work`); a run never waits for them.  Runs and groups do
not depend on it: when it ends they go on, and the next scheduler takes them over. Started by hand
it is a service; with ``--owner`` it ends once nothing is left to do and that process is gone.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence

from hts.studio.jobs.limits import busy_owners, limits_of, startable, stop_overlong, usable
from hts.studio.jobs.processes.disk import full_disk
from hts.studio.jobs.processes.ending import told_to_end
from hts.studio.jobs.processes.group_jobs import GroupJobs
from hts.studio.jobs.processes.identity import alive, announce, forget_the_dead
from hts.studio.jobs.processes.job import Job, OwnProcessJobs, WorkerJobs
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.processes.logs import set_up_logs
from hts.studio.jobs.processes.pulse import show_pulse
from hts.studio.jobs.processes.run_jobs import RunJobs
from hts.studio.jobs.processes.scheduler_settings import Plan, planned
from hts.studio.jobs.processes.staff import Staff
from hts.studio.jobs.retention import tidy
from hts.studio.jobs.scheduling.heads import Heads
from hts.studio.jobs.scheduling.herald import Herald
from hts.studio.jobs.scheduling.idle import Idle
from hts.studio.lab.settings import LabSettings
from hts.studio.store.run_row import HELD, Run
from hts.studio.store.store import Store

TICK_SECONDS = 0.05
LOOK_SECONDS = 0.3  # between two looks at what is lost, at the disk and at limits
PULSE_SECONDS = 1.0
TIDY_SECONDS = 3600.0  # between two looks at what goes by age
FIRST_TIDY_SECONDS = 60.0  # after the beginning
TROUBLE_SECONDS = 1.0  # before another try when the disk is full or no process can be made

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Scheduler(Staff):
    """Gives jobs to processes.  ``tick`` does what is due now and never waits."""

    def __init__(self, store: Store, plan: Plan, more: Sequence[OwnProcessJobs] = ()) -> None:
        self.runs, self.groups = RunJobs(store, plan.threads), GroupJobs(store)
        self.own_process = [Heads(store), *more]
        super().__init__(store, plan, [self.runs, self.groups, *self.own_process])
        self.idle, self.herald = Idle(), Herald(store)
        self.settings = usable(LabSettings())
        self.ending = False
        self._warm_at = self._pulse_at = self._look_at = 0.0
        self._idle_since: float | None = None
        self._tidy_at = time.monotonic() + FIRST_TIDY_SECONDS
        self._failures = 0
        self._full = False  # the disk, so nothing new begins

    def take_over(self) -> None:
        """Say which runs of a former scheduler go on; what has lost its worker waits again."""
        self.see_to_lost()
        for job in self.runs.held():
            log.info("%s goes on in process %s", job.what, job.pid)

    def tick(self) -> None:
        """Reap, escalate, start, refill, and show that we live."""
        now = time.monotonic()
        for child, end in self.reap():
            self._failures += 1
            self._warm_at = now + min(60.0, 2.0**self._failures)
            log.warning("waiting worker %d %s", child.pid, end)
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._note_disk()
            for kind in self.own_process:
                self.start_due(kind)
            self._keep_to_limits(now)
            self.herald.look(self.settings.webhook)
            if now >= self._tidy_at:
                self._tidy_at = now + TIDY_SECONDS
                tidy(self.store, self.settings)
            self.see_to_lost()
        runs, groups, queue = self.runs.held(), self.groups.held(), self.store.queue.runs()
        self.press([*runs, *groups], now)
        # Paused runs keep their worker but leave their slot to others.
        held = [job.subject for job in runs]
        computing = [run for run in held if run.state != "paused" or run.want == "run"]
        if self.store.queue.draining() is None and not self._full:
            due = startable(queue, computing, self._most_at_once)
            free = self.plan.slots - len(computing)
            for run in due[: max(0, free)]:
                self._start(self.runs, now, run)
            free -= len(due) + self._at_groups(groups)
            while free > 0 and self._group_may_begin() and self._start(self.groups, now):
                free -= 1
        there = self.children if self.plan.slots == 1 else self.waiting()
        if len(there) < self.plan.warm and now >= self._warm_at:
            self.spawn()
        heads = any(self.jobs(kind) for kind in self.own_process)
        busy = bool(computing or queue or groups or heads) or self.groups.waits()
        self._idle_since = None if busy else self._idle_since or now
        if now >= self._pulse_at:
            self._pulse_at = now + PULSE_SECONDS
            show_pulse(self.store, slots=self.plan.slots, threads=self.plan.threads)

    def _keep_to_limits(self, now: float) -> None:
        """Stop what computes longer than its owner may; let go what is paused and forgotten."""
        self.settings = usable(self.settings)
        held = self.store.runs.list(states=HELD)
        stop_overlong(self.store, held, self.settings)
        paused = [run for run in held if run.state == "paused" and run.want == "pause"]
        self.idle.tick(self.store, paused, now, self.settings.idle_seconds)

    def _most_at_once(self, owner: str | None) -> int:
        return limits_of(self.store, self.settings, owner).running

    def _group_may_begin(self) -> bool:
        """Whether one waits whose owner may have more at a time."""
        self.groups.without = busy_owners(self.store, self.settings)
        return self.groups.waits()

    def end(self, _signal: int) -> None:
        """Finish at the next opportunity.  A signal handler may call this."""
        self.ending = True

    def finished(self, now: float) -> bool:
        """Whether nothing is left to do for anybody."""
        owner = self.plan.owner
        if self.ending or not self.store.home.database.exists():
            return True
        if owner is None or self._idle_since is None or alive(*owner):
            return False
        linger = self.plan.linger_paused if self.runs.held() else self.plan.linger
        return now - self._idle_since >= linger

    def leave(self) -> None:
        """Send the waiting workers home; jobs go on."""
        self.dismiss()
        self.store.home.scheduler_pulse.unlink(missing_ok=True)

    def _start(self, kind: WorkerJobs, now: float, wanted: Run | None = None) -> bool:
        """Give a worker a job; False if there is none, or it was cancelled meanwhile."""
        if self.hand_out(kind, wanted) is None:
            return False
        self._failures = 0
        self._warm_at = max(self._warm_at, now + self.plan.refill_delay)
        return True

    def _at_groups(self, held: list[Job]) -> int:
        """How many workers compute groups; ours also between one group and the next."""
        return len(self.jobs(self.groups)) + sum(not self.has(job) for job in held)

    def _note_disk(self) -> None:
        words = full_disk(self.store.home)
        if bool(words) != self._full:
            self._full = bool(words)
            log.warning("%s", words or "There is room on the disk again.")


def serve(store: Store, plan: Plan, make: Callable[[Store, Plan], Scheduler] = Scheduler) -> bool:
    """Be the scheduler of this home until the end; False at once if there is one already."""
    lock = FileLock(store.home.scheduler_lock)
    while lock.acquire(wait=1.0):
        scheduler = make(store, plan)
        with told_to_end(scheduler.end):
            try:
                announce(store.home)
                forget_the_dead(store.home)
                scheduler.take_over()
                while not scheduler.finished(time.monotonic()):
                    try:
                        scheduler.tick()
                        time.sleep(TICK_SECONDS)
                    except (sqlite3.OperationalError, OSError):
                        log.exception("this did not work now and is tried again")
                        time.sleep(TROUBLE_SECONDS)
            finally:
                scheduler.leave()
                lock.release()
        if scheduler.ending or not (store.queue.runs() or store.groups.waiting()):
            return True
        # something was queued while the lock was being given up: its owner saw us alive
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; ends quietly if another scheduler has the home."""
    parser = argparse.ArgumentParser(
        prog="hts.studio.jobs.scheduling.scheduler", description=__doc__
    )
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")
    parser.add_argument("--owner", help="PID:START_TIME of the process it serves")
    for name in ("linger", "linger-paused", "stop-patience", "term-patience", "refill-delay"):
        parser.add_argument(f"--{name}", type=float, help="seconds")
    options = vars(parser.parse_args(arguments))
    set_up_logs()
    home, owner = options.pop("home"), options.pop("owner")
    plan = planned(dict(os.environ), **{k: v for k, v in options.items() if v is not None})
    if owner:
        pid, started = owner.split(":")
        plan = dataclasses.replace(plan, owner=(int(pid), float(started)))
    serve(Store(home), plan)
    return 0


if __name__ == "__main__":
    sys.exit(main())
