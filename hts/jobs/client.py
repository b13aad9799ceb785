"""What pages and commands ask for: submit, pause, step, resume, stop, repeat; runs and sweeps.

Every function returns at once; what comes of it is seen in the store.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from hts.config import RunConfig
from hts.experiments.sweep_spec import SweepSpec
from hts.jobs import sweeps
from hts.jobs.children import environment
from hts.jobs.identity import alive, this_process
from hts.jobs.lock import is_free
from hts.jobs.lost import how_it_ended, lost_runs, mark_lost
from hts.jobs.plan import planned
from hts.store import Run, Store, Sweep, Want
from hts.validate import whole

RETRY_SECONDS = 5.0  # a scheduler that failed is not started again sooner

_schedulers: dict[str, subprocess.Popen[bytes]] = {}
_started_at: dict[str, float] = {}
_starting = threading.Lock()


def submit(
    store: Store,
    config: RunConfig,
    twin: RunConfig | None = None,
    *,
    title: str = "",
    paused: bool = False,
) -> tuple[str, ...]:
    """Queue a run, and with ``twin`` a second one to be shown beside it; returns their ids.

    ``paused``: it pauses before its second step, to be followed step by step.
    """
    want: Want = "pause" if paused else "run"
    ensure_scheduler(store)  # before: if there can be none, nothing is queued
    ids = [store.create(config, title=title, want=want)]
    if twin is not None:
        ids.append(store.create(twin, title=title, want=want, twin_of=ids[0]))
    ensure_scheduler(store)  # after: the one that was there may just have ended
    return tuple(ids)


def repeat(store: Store, run_id: str) -> tuple[str, ...]:
    """Queue the same configuration again from the beginning, with its twin's if it has one."""
    run = store.get(run_id)
    twin = store.get(run.twin).config if run.twin is not None else None
    return submit(store, run.config, twin, title=run.title)


def pause(store: Store, run_id: str) -> Run:
    """Ask the run to pause after the step it is in; `BadInput` if it has ended."""
    return store.request(run_id, "pause")


def resume(store: Store, run_id: str) -> Run:
    """Let a paused run go on, or queue an interrupted one to continue from its checkpoint."""
    run = store.get(run_id)
    if run.state == "interrupted":
        return resume_interrupted(store, run_id)
    run = store.request(run_id, "run")
    ensure_scheduler(store)
    return run


def step(store: Store, run_id: str, n: int = 1) -> Run:
    """Take ``n`` more steps and pause again; `BadInput` if the run has ended."""
    n = whole("steps", n, low=1, high=10**9, why="they are taken one after the other")
    run = store.request(run_id, "run", want_step=store.get(run_id).step + n)
    ensure_scheduler(store)
    return run


def stop(store: Store, run_id: str) -> Run:
    """Ask the run to end with what it has; one in the queue is cancelled.

    A worker that does not answer is ended by force after a while (see `hts.jobs.escalation`).
    """
    run = store.request(run_id, "stop")
    ensure_scheduler(store)
    return run


def resume_interrupted(store: Store, run_id: str) -> Run:
    """Queue an interrupted run to continue from its checkpoint; `BadInput` without one."""
    run = store.requeue(run_id)
    ensure_scheduler(store)
    return run


def submit_sweep(store: Store, spec: SweepSpec) -> str:
    """Queue a sweep and return its id; what the store has already is not computed again."""
    ensure_scheduler(store)
    sweep_id = sweeps.begin_sweep(store, spec)
    ensure_scheduler(store)
    return sweep_id


def stop_sweep(store: Store, sweep_id: str) -> Sweep:
    """Let a sweep end with what it has; its workers leave within a second or two."""
    store.stop_sweep(sweep_id, "Stopped by the user. What had ended is kept.")
    return store.sweep(sweep_id)


def resume_sweep(store: Store, sweep_id: str, *, retry_failed: bool = False) -> Sweep:
    """Let a stopped sweep go on; ``retry_failed``: also try again what failed."""
    sweeps.resume_sweep(store, sweep_id, retry_failed=retry_failed)
    ensure_scheduler(store)
    return store.sweep(sweep_id)


def ensure_scheduler(store: Store) -> None:
    """Start a scheduler for the store's home if there is none; some microseconds if there is.

    Raises `BadInput` if ``HTS_SLOTS`` or ``HTS_THREADS`` make no sense.
    """
    key = str(store.home.root)
    with _starting:
        mine = _schedulers.get(key)
        if mine is not None:
            code, age = mine.poll(), time.monotonic() - _started_at[key]
            if code is None or (code > 0 and age < RETRY_SECONDS):
                return
            del _schedulers[key]
        if not is_free(store.home.scheduler_lock):
            return
        planned(os.environ)
        _started_at[key] = time.monotonic()
        owner = "{}:{}".format(*this_process())
        command = [sys.executable, "-m", "hts.jobs.scheduler", "--home", key, "--owner", owner]
        with store.home.scheduler_log.open("ab") as log:
            _schedulers[key] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment(),
            )


@dataclass(frozen=True, kw_only=True)
class SchedulerStatus:
    """The scheduler that is there."""

    pid: int
    slots: int  # runs at a time
    threads: int  # CPU threads of each
    age: float  # seconds since it last showed itself


def scheduler_status(store: Store) -> SchedulerStatus | None:
    """The scheduler of the store's home, or None if there is none."""
    try:
        pulse = json.loads(store.home.scheduler_pulse.read_bytes())
        pid, started = int(pulse["pid"]), float(pulse["started"])
        age = max(0.0, time.time() - float(pulse["time"]))
        status = SchedulerStatus(
            pid=pid, slots=int(pulse["slots"]), threads=int(pulse["threads"]), age=age
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return status if alive(pid, started) else None


def recover(store: Store) -> list[Run]:
    """Mark runs whose worker is gone as interrupted, and return them as they are now.

    While a scheduler is there it does so itself, knowing how the worker ended.
    """
    if not is_free(store.home.scheduler_lock):
        return []
    lost = [run for run in lost_runs(store) if mark_lost(store, run, how_it_ended(None))]
    return [store.get(run.id) for run in lost]
