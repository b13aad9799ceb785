"""The small process that gives queued runs to workers; started as a module of its own.

One per home, by a lock.  It starts at most ``HTS_SLOTS`` runs at a time (default 2), everybody's in
turn (`hts.studio.store.fair`) and oldest first where there is one user, each with ``HTS_THREADS``
CPU threads (default: cores / slots), and keeps workers warm so that a run begins at once.  Slots
that no run needs go to groups of sweeps (see `hts.studio.jobs.workers.sweep_worker`); a run never
waits for them.  Runs and groups do not depend on it: when it ends they go on, and the next
scheduler takes them over. Started by hand it is a service; with ``--owner`` it ends once nothing is
left to do and that process is gone.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence

from hts.studio.jobs.limits import limits_of, startable, stop_overlong, usable
from hts.studio.jobs.processes.children import Child, start_worker
from hts.studio.jobs.processes.disk import full_disk
from hts.studio.jobs.processes.escalation import Escalation
from hts.studio.jobs.processes.identity import alive, announce, forget_the_dead
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.processes.logs import set_up_logs
from hts.studio.jobs.processes.lost import how_it_ended, lost_runs, mark_lost
from hts.studio.jobs.processes.lost_groups import lost_groups, settle, stop_groups, stop_lost_sweeps
from hts.studio.jobs.processes.pulse import show_pulse
from hts.studio.jobs.processes.scheduler_settings import Plan, planned
from hts.studio.jobs.scheduling.heads import Heads
from hts.studio.jobs.scheduling.idle import Idle
from hts.studio.lab import LabSettings
from hts.studio.store import HELD, Group, Run, Store

TICK_SECONDS = 0.05
PULSE_SECONDS = 1.0
TROUBLE_SECONDS = 1.0  # before another try when the disk is full or no process can be made

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Scheduler:
    """Gives runs to workers.  ``tick`` does what is due now and never waits."""

    def __init__(self, store: Store, plan: Plan) -> None:
        self.store, self.plan = store, plan
        self.children: dict[int, Child] = {}
        self.forced: set[int | None] = set()  # workers ended by SIGKILL, for not stopping
        self.escalation = Escalation(plan.stop_patience, plan.term_patience)
        self.idle = Idle()
        self.heads = Heads(store)
        self.settings = usable(LabSettings())
        self.ending = False
        self._warm_at = self._pulse_at = self._look_at = 0.0
        self._idle_since: float | None = None
        self._failures = 0
        self._full = False  # the disk, so nothing new begins

    def take_over(self) -> None:
        """Queue again what a former scheduler had given to a worker that never began."""
        for run in lost_runs(self.store):
            if run.state == "starting" and run.pid is not None:
                self.store.control.take_back(run.id, pid=run.pid)
        for run in self.store.runs.list(states=HELD):
            if run.held:
                log.info("run %s goes on in process %s", run.id, run.pid)

    def tick(self) -> None:
        """Reap, escalate, start, refill, and show that we live."""
        now = time.monotonic()
        self._reap(now)
        if now >= self._look_at:
            self._look_at = now + 0.5
            for run in lost_runs(self.store):
                if not self._is_child(run.pid, run.pid_started):
                    log.info("run %s has lost its worker %s", run.id, run.pid)
                    mark_lost(self.store, run, self._how(run.pid, None))
            self._note_disk()
            self.heads.tick()  # before: one that was lost is replaced
            stop_lost_sweeps(self.store)
            self._keep_to_limits(now)
            for group in lost_groups(self.store):
                if not self._is_child(group.pid, group.pid_started):
                    settle(self.store, group, None, forced=group.pid in self.forced)
        held = [run for run in self.store.runs.list(states=HELD) if run.held]
        for run in held:
            asked = run.want == "stop"
            if self.escalation.due(f"run {run.id}", run.pid, run.pid_started, now, asked=asked):
                self.forced.add(run.pid)
        groups = self.store.groups.held()
        self.forced |= stop_groups(self.store, groups, self.escalation, now)
        queue = self.store.queue.runs()
        if self.store.queue.draining() is None and not self._full:
            computing = [run for run in held if _computes(run)]
            due = startable(queue, computing, self._most_at_once)
            free = self.plan.slots - len(computing)
            for run in due[: max(0, free)]:
                self._start(run, now)
            free -= len(due) + self._at_groups(groups)
            for _ in range(free):
                if not self._start_group(now):
                    break
        self._refill(now)
        waiting = (
            bool(queue or groups or self.heads.busy) or self.store.groups.waiting() is not None
        )
        self._note_idleness(now, held, waiting=waiting)
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

    def finished(self, now: float) -> bool:
        """Whether nothing is left to do for anybody."""
        owner = self.plan.owner
        if self.ending or not self.store.home.database.exists():
            return True
        if owner is None or self._idle_since is None or alive(*owner):
            return False
        held = any(run.held for run in self.store.runs.list(states=HELD))
        linger = self.plan.linger_paused if held else self.plan.linger
        return now - self._idle_since >= linger

    def leave(self) -> None:
        """Send the waiting workers home; runs go on."""
        for child in self.children.values():
            if child.waits:
                child.dismiss()
        self.store.home.scheduler_pulse.unlink(missing_ok=True)

    def _reap(self, now: float) -> None:
        for pid, child in list(self.children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self.children[pid]
            child.dismiss()
            if child.group is not None:
                self._reap_from_groups(child, code)
                continue
            if child.run_id is None:
                self._failures += 1
                self._warm_at = now + min(60.0, 2.0**self._failures)
                log.warning("waiting worker %d %s", pid, how_it_ended(code))
                continue
            run = next((r for r in self.store.runs.list(states=HELD) if r.id == child.run_id), None)
            if run is not None and child.is_the(run.pid, run.pid_started):
                log.info("run %s: worker %d %s", run.id, pid, how_it_ended(code))
                mark_lost(self.store, run, self._how(pid, code))

    def _reap_from_groups(self, child: Child, code: int) -> None:
        """A worker that took groups has ended; one it still holds was lost."""
        for group in self.store.groups.held():
            if child.is_the(group.pid, group.pid_started):
                settle(self.store, group, code, forced=child.pid in self.forced)

    def _is_child(self, pid: int | None, started: float | None) -> bool:
        child = self.children.get(pid or 0)
        return child is not None and child.is_the(pid, started)

    def _how(self, pid: int | None, code: int | None) -> str:
        forced = pid in self.forced
        return how_it_ended(-9 if forced else code, forced=forced)

    def _start(self, run: Run, now: float) -> None:
        child = self._waiting_child()
        given = self.store.control.assign(
            run.id, pid=child.pid, pid_started=child.started, threads=self.plan.threads
        )
        if not given:
            return  # cancelled meanwhile
        if not child.give(run.id):
            self.store.control.take_back(run.id, pid=child.pid)
            return
        self._given(f"run {run.id}", child, now)

    def _start_group(self, now: float) -> bool:
        """Give the next group of a sweep to a worker; False if none waits."""
        if self.store.groups.waiting() is None:
            return False
        child = self._waiting_child()
        group = self.store.groups.take(pid=child.pid, pid_started=child.started)
        if group is None:
            return False
        if not child.give_group(group.number):
            self.store.groups.leave(group.number, pid=child.pid, counts=False)
            return False
        self._given(f"group {group.number} of sweep {group.sweep}", child, now)
        return True

    def _at_groups(self, held: list[Group]) -> int:
        """How many workers compute groups; ours also between one group and the next."""
        ours = sum(child.group is not None for child in self.children.values())
        return ours + sum(not self._is_child(group.pid, group.pid_started) for group in held)

    def _waiting_child(self) -> Child:
        waiting = [child for child in self.children.values() if child.waits]
        return waiting[0] if waiting else self._spawn()

    def _given(self, what: str, child: Child, now: float) -> None:
        log.info("%s goes to worker %d", what, child.pid)
        self._failures = 0
        self._warm_at = max(self._warm_at, now + self.plan.refill_delay)

    def _refill(self, now: float) -> None:
        waiting = sum(child.waits for child in self.children.values())
        if waiting < self.plan.warm and now >= self._warm_at:
            self._spawn()

    def _spawn(self) -> Child:
        child = start_worker(self.store, threads=self.plan.threads)
        self.children[child.pid] = child
        return child

    def _note_idleness(self, now: float, held: list[Run], *, waiting: bool) -> None:
        if waiting or any(map(_computes, held)):
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now

    def _note_disk(self) -> None:
        words = full_disk(self.store.home)
        if bool(words) != self._full:
            self._full = bool(words)
            log.warning("%s", words or "There is room on the disk again.")


def _computes(run: Run) -> bool:
    """Paused runs keep their worker but leave their slot to others."""
    return run.state != "paused" or run.want == "run"


def serve(store: Store, plan: Plan, make: Callable[[Store, Plan], Scheduler] = Scheduler) -> bool:
    """Be the scheduler of this home until the end; False at once if there is one already."""
    lock = FileLock(store.home.scheduler_lock)
    while lock.acquire(wait=1.0):
        scheduler = make(store, plan)

        def end(_number: int, _frame: object, scheduler: Scheduler = scheduler) -> None:
            scheduler.ending = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
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
