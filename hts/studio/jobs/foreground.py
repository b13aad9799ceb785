"""`SweepHere`: a sweep computed by workers of this process, which somebody watches."""

from __future__ import annotations

import time

from hts.studio.jobs.processes.children import Child, start_worker
from hts.studio.jobs.processes.escalation import Escalation
from hts.studio.jobs.processes.lost_groups import lost_groups, settle, stop_groups
from hts.studio.jobs.processes.scheduler_settings import Plan
from hts.studio.store import Store, Sweep

TICK_SECONDS = 0.1


class SweepHere:
    """Gives the groups of one sweep to at most ``plan.slots`` workers; the store has the rest.

    The sweep must have been left to this process.  If this process is killed, the workers notice
    and leave; what had ended is kept.
    """

    def __init__(self, store: Store, sweep_id: str, plan: Plan) -> None:
        self.store, self.sweep_id, self.plan = store, sweep_id, plan
        self.children: dict[int, Child] = {}
        self.forced: set[int | None] = set()
        self.escalation = Escalation(plan.stop_patience, plan.term_patience)

    def tick(self) -> Sweep:
        """Do what is due now, without waiting; returns the sweep as it stands."""
        self._reap()
        for group in lost_groups(self.store, self.sweep_id):
            child = self.children.get(group.pid or 0)
            if child is None or not child.is_the(group.pid, group.pid_started):  # an earlier one's
                settle(self.store, group, None)
        held = self.store.groups.held(self.sweep_id)
        self.forced |= stop_groups(self.store, held, self.escalation, time.monotonic())
        while len(self.children) < self.plan.slots and self._start():
            pass
        return self.store.sweeps.get(self.sweep_id)

    @property
    def busy(self) -> bool:
        """A worker still has a group."""
        return bool(self.store.groups.held(self.sweep_id))

    def close(self) -> None:
        """End the workers at once; those without a group have nothing to lose."""
        for child in self.children.values():
            child.dismiss()

    def _start(self) -> bool:
        if self.store.groups.waiting(self.sweep_id) is None:
            return False
        child = start_worker(self.store, threads=self.plan.threads)
        self.children[child.pid] = child
        group = self.store.groups.take(
            pid=child.pid, pid_started=child.started, sweep_id=self.sweep_id
        )
        if group is None:
            del self.children[child.pid]
            child.dismiss()
            return False
        child.give_group(group.number)  # a child that has ended already is reaped like any other
        return True

    def _reap(self) -> None:
        for pid, child in list(self.children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self.children[pid]
            child.dismiss()
            for group in self.store.groups.held(self.sweep_id):
                if child.is_the(group.pid, group.pid_started):
                    settle(self.store, group, code, forced=pid in self.forced)
