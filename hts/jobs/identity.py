"""Which process it is: a pid and its start time, since pids are used again."""

from __future__ import annotations

import functools
import os

import psutil

from hts.config import RunConfig
from hts.store import Run, Store

SAME_SECONDS = 2.0  # the system clock may be set a little between two readings


def start_time(pid: int) -> float | None:
    """When process ``pid`` started, unix seconds; None if it has ended (also as a zombie)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except (psutil.NoSuchProcess, ValueError):
        return None


def alive(pid: int | None, started: float | None) -> bool:
    """Whether the process that had ``pid`` when it ``started`` then is still there."""
    if pid is None or started is None:
        return False
    found = start_time(pid)
    return found is not None and abs(found - started) < SAME_SECONDS


@functools.lru_cache(maxsize=1)
def _start_of(pid: int) -> float:
    return float(psutil.Process(pid).create_time())


def this_process() -> tuple[int, float]:
    """Pid and start time of the calling process."""
    pid = os.getpid()
    return pid, _start_of(pid)


def create_for_this_process(store: Store, config: RunConfig, *, title: str = "") -> str:
    """A new run that this process will execute itself: no scheduler takes it."""
    return store.create(config, title=title, worker=this_process())


def claim_for_this_process(store: Store, run_id: str, *, threads: int | None = None) -> Run:
    """Begin a run in this process; `BadInput` when another one has it."""
    pid, started = this_process()
    run = store.claim(run_id, pid=pid, pid_started=started)
    if threads is not None:
        store.describe(run_id, device=run.device, threads=threads)
    return run
