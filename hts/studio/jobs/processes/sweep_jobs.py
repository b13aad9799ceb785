"""Sweeps that a process has for itself, as jobs: a command in a terminal, or a cluster's head."""

from __future__ import annotations

from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.job import Job, Jobs, settle_lost
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep


class SweepJobs(Jobs):
    """Those that go on and were left to one process."""

    def held(self) -> list[Job]:
        sweeps = self.store.sweeps.list(states=("queued", "running"))
        return [self.job(sweep) for sweep in sweeps if sweep.pid is not None]

    def lost(self, job: Job, end: End, *, go_on: bool = False) -> None:
        self.store.sweeps.stop(
            job.subject.id,
            f"Process {job.pid}, which computed it, is gone. Finished runs were kept; Resume "
            "continues from there.",
        )

    def job(self, sweep: Sweep) -> Job:
        return Job(
            kind=self,
            subject=sweep,
            task=("sweep", sweep.id),
            what=f"sweep {sweep.id}",
            log=self.store.home.sweep_log(sweep.id),
            owner=sweep.owner,
            pid=sweep.pid,
            mark=sweep.pid_started,
        )


def stop_lost_sweeps(store: Store) -> None:
    """Stop sweeps whose process is gone."""
    settle_lost([SweepJobs(store)])
