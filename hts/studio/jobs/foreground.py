"""`SweepHere`: a sweep computed by workers of this process, which somebody watches."""

from __future__ import annotations

import time

from hts.studio.jobs.processes.group_jobs import GroupJobs
from hts.studio.jobs.processes.scheduler_settings import Plan
from hts.studio.jobs.processes.staff import Staff
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep

TICK_SECONDS = 0.1


class SweepHere(Staff):
    """Gives the groups of one sweep to at most ``plan.slots`` workers; the store has the rest.

    The sweep must have been left to this process.  If this process is killed, the workers notice
    and leave; what had ended is kept.
    """

    def __init__(self, store: Store, sweep_id: str, plan: Plan) -> None:
        self.groups, self.sweep_id = GroupJobs(store, sweep_id), sweep_id
        super().__init__(store, plan, [self.groups])

    def tick(self) -> Sweep:
        """Do what is due now, without waiting; returns the sweep as it stands."""
        self.reap()
        self.see_to_lost()
        self.press(self.groups.held(), time.monotonic())
        while len(self.jobs(self.groups)) < self.plan.slots and self.groups.waits():
            if self.hand_out(self.groups) is None:
                break
        return self.store.sweeps.get(self.sweep_id)

    @property
    def busy(self) -> bool:
        return bool(self.groups.held())

    def close(self) -> None:
        """End the workers at once; those without a group have nothing to lose."""
        for child in self.children.values():
            child.dismiss()
