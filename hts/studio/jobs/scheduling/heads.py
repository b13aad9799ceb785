"""`Heads`: the processes that let a cluster compute sweeps which a page has begun.

The cluster is that of ``HTS_CLUSTER``, of the scheduler's environment.  A head is a process of its
own (`hts.studio.launch.head`), so that neither the scheduler nor the web process loads Ray.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections import Counter
from collections.abc import Sequence

from hts.studio.jobs.processes.children import start_process
from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.job import Job, OwnProcessJobs
from hts.studio.jobs.processes.scheduler_settings import cluster_address
from hts.studio.jobs.processes.sweep_jobs import SweepJobs
from hts.studio.jobs.sweeps import give_up_head, waits_for_head
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import UnknownSweep

MOST_LOST = 3  # heads of one sweep, after which nobody tries any more

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Heads(SweepJobs, OwnProcessJobs):
    """Those that this scheduler starts; heads of earlier ones go on by themselves."""

    most = 4  # each holds some hundred megabytes

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._lost: Counter[str] = Counter()

    def waiting(self, going: Sequence[Job]) -> list[Job]:
        """Sweeps without a head: of who has fewest first, then the oldest.

        Where no cluster is configured they are stopped instead.
        """
        heads = Counter(job.owner for job in going)
        begun = {job.subject.id for job in going}
        sweeps = [
            sweep
            for sweep in reversed(self.store.sweeps.list(states=("queued", "running")))
            if sweep.id not in begun and waits_for_head(self.store, sweep)
        ]
        if cluster_address(os.environ) is not None:
            sweeps.sort(key=lambda sweep: heads[sweep.owner])
            return [self.job(sweep) for sweep in sweeps]
        words = "no cluster is configured where workers are started: set HTS_CLUSTER there."
        for sweep in sweeps:
            with contextlib.suppress(UnknownSweep):  # deleted meanwhile
                self.store.sweeps.stop(sweep.id, f"Stopped: {words}")
        return []

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        words = ("--sweep", job.subject.id)
        return start_process("hts.studio.launch.head", self.store.home, *words, log=job.log)

    def ended(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """One that ended too early is replaced some times."""
        sweep_id, pid = job.subject.id, job.pid
        log.info("%s: head %s %s", job.what, pid, end)
        if end.code == 0:
            self._lost.pop(sweep_id, None)
            return
        with contextlib.suppress(UnknownSweep), self.store.db.writing():  # deleted meanwhile
            begun = give_up_head(self.store, sweep_id, pid)
            if go_on or not (begun or waits_for_head(self.store, self.store.sweeps.get(sweep_id))):
                return
            self._lost[sweep_id] += 1
            if self._lost[sweep_id] >= MOST_LOST:
                del self._lost[sweep_id]
                self.store.sweeps.stop(
                    sweep_id,
                    f"Stopped: {MOST_LOST} heads of the cluster ended; the last one {end}. "
                    "Finished runs were kept; the log of the sweep says more.",
                )
