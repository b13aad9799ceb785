"""`Heads`: the processes that let a cluster compute sweeps which a page has begun.

The cluster is that of ``HTS_CLUSTER``, of the scheduler's environment.  A head is a process of its
own (`hts.studio.launch.head`), so that neither the scheduler nor the web process loads Ray.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections import Counter

from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.lost import how_it_ended
from hts.studio.jobs.processes.scheduler_settings import cluster_address
from hts.studio.jobs.sweeps import give_up_head, waits_for_head
from hts.studio.store import Store, Sweep, UnknownSweep

MOST = 4  # heads at a time; each holds some hundred megabytes
MOST_LOST = 3  # heads of one sweep, after which nobody tries any more
LEAVE_SECONDS = 10.0

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class Heads:
    """Those that this scheduler has started; heads of earlier ones go on by themselves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._owner: dict[str, str | None] = {}
        self._lost: Counter[str] = Counter()

    @property
    def busy(self) -> bool:
        """A head is at work."""
        return bool(self._running)

    def tick(self) -> None:
        """See to heads that have ended, and start those that are asked for."""
        for sweep_id, process in list(self._running.items()):
            if (code := process.poll()) is not None:
                del self._running[sweep_id]
                self._ended(sweep_id, process.pid, code)
        for sweep in self._waiting():
            if cluster_address(os.environ) is None:
                words = "no cluster is configured where workers are started: set HTS_CLUSTER there."
                with contextlib.suppress(UnknownSweep):  # deleted meanwhile
                    self.store.sweeps.stop(sweep.id, f"Stopped: {words}")
            elif len(self._running) < MOST:
                self._start(sweep)

    def leave(self) -> None:
        """Let heads give up their sweeps, which wait for the next scheduler then."""
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        give_up = time.monotonic() + LEAVE_SECONDS
        for sweep_id, process in self._running.items():
            try:
                process.wait(timeout=max(0.1, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            give_up_head(self.store, sweep_id, process.pid)
        self._running.clear()

    def _waiting(self) -> list[Sweep]:
        """Sweeps without a head: of who has fewest first, then the oldest."""
        sweeps = self.store.sweeps.list(states=("queued", "running"))
        there = Counter(self._owner[sweep_id] for sweep_id in self._running)
        waiting = [
            sweep
            for sweep in reversed(sweeps)
            if sweep.id not in self._running and waits_for_head(self.store, sweep)
        ]
        return sorted(waiting, key=lambda sweep: there[sweep.owner])

    def _start(self, sweep: Sweep) -> None:
        sweep_id = sweep.id
        self._owner[sweep_id] = sweep.owner
        path = self.store.home.sweep_log(sweep_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "hts.studio.launch.head"]
        with path.open("ab") as file:
            self._running[sweep_id] = subprocess.Popen(
                [*command, "--home", str(self.store.home.root), "--sweep", sweep_id],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                env=environment(),
            )
        log.info("sweep %s: head %d is started", sweep_id, self._running[sweep_id].pid)

    def _ended(self, sweep_id: str, pid: int, code: int) -> None:
        """One that ended too early is replaced some times."""
        how = how_it_ended(code)
        log.info("sweep %s: head %d %s", sweep_id, pid, how)
        if code == 0:
            self._lost.pop(sweep_id, None)
            return
        with contextlib.suppress(UnknownSweep), self.store.db.writing():  # deleted meanwhile
            begun = give_up_head(self.store, sweep_id, pid)
            if not begun and not waits_for_head(self.store, self.store.sweeps.get(sweep_id)):
                return
            self._lost[sweep_id] += 1
            if self._lost[sweep_id] >= MOST_LOST:
                del self._lost[sweep_id]
                self.store.sweeps.stop(
                    sweep_id,
                    f"Stopped: {MOST_LOST} heads of the cluster ended; the last one {how}. What "
                    "had ended is kept, and the log of the sweep says more.",
                )
