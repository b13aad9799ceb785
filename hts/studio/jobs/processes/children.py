"""The worker processes that a scheduler started: warm ones in waiting, and those with a run."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from hts.studio.jobs.processes.identity import same_start, start_time
from hts.studio.store import Store
from hts.version import PACKAGE


@dataclass
class Child:
    """One worker process.  It waits until it is given a run, or a group of a sweep."""

    process: subprocess.Popen[bytes]
    started: float
    run_id: str | None = None
    group: int | None = None  # the first one: it takes further ones by itself

    @property
    def waits(self) -> bool:
        """It has nothing to do yet."""
        return self.run_id is None and self.group is None

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_the(self, pid: int | None, started: float | None) -> bool:
        """Whether it is the process of this pid and mark; other containers have its pid too."""
        return pid == self.pid and same_start(started, self.started)

    def give(self, run_id: str) -> bool:
        """Hand it the run; False if it has ended meanwhile."""
        if self._tell(run_id):
            self.run_id = run_id
        return not self.waits

    def give_group(self, number: int) -> bool:
        """Hand it a group of a sweep; False if it has ended meanwhile."""
        if self._tell(f"group {number}"):
            self.group = number
        return not self.waits

    def _tell(self, task: str) -> bool:
        try:
            self._stdin().write(f"{task}\n".encode())
            self._stdin().close()
        except OSError:
            return False
        return True

    def dismiss(self) -> None:
        """End a waiting worker, which has nothing to lose, or clear away one that has ended."""
        with contextlib.suppress(OSError):
            self._stdin().close()
        self.process.kill()
        self.process.wait()

    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin


def environment(threads: int | None = None) -> dict[str, str]:
    """What a process of ours needs to find this package and to use ``threads`` CPU threads."""
    values = dict(os.environ)
    package = str(PACKAGE.parent)
    given = values.get("PYTHONPATH")
    values["PYTHONPATH"] = os.pathsep.join([package, given] if given else [package])
    if threads is not None:
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        values.update(dict.fromkeys(names, str(threads)))
    return values


def start_worker(store: Store, *, threads: int) -> Child:
    """A new warm worker, in a session of its own, so that no terminal's Ctrl+C reaches it."""
    log = store.home.scheduler_log
    command = [
        sys.executable,
        "-m",
        "hts.studio.jobs.workers.run_worker",
        "--home",
        str(store.home.root),
        "--warm",
    ]
    with log.open("ab") as file:
        process = subprocess.Popen(
            [*command, "--threads", str(threads)],
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=file,
            start_new_session=True,
            env=environment(threads),
        )
    return Child(process, start_time(process.pid) or 0.0)
