"""How a scheduler shows that it is there: a small file, replaced every second."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from hts.studio.jobs.processes.identity import alive, this_process
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store


def show_pulse(store: Store, *, slots: int, threads: int) -> None:
    """Say that this process is the scheduler of the store's home now."""
    pid, started = this_process()
    pulse = {"pid": pid, "started": started, "beat": time.monotonic()}
    pulse |= {"slots": slots, "threads": threads}
    with replacing(store.home.scheduler_pulse) as file:
        file.write(json.dumps(pulse).encode())


@dataclass(frozen=True, kw_only=True)
class SchedulerStatus:
    """The scheduler that is there."""

    pid: int
    slots: int  # runs at a time
    threads: int  # CPU threads of each
    age: float  # seconds since it last showed itself; setting the clock does not matter


def scheduler_status(store: Store) -> SchedulerStatus | None:
    """The scheduler of the store's home, or None if there is none."""
    try:
        pulse = json.loads(store.home.scheduler_pulse.read_bytes())
        pid, started = int(pulse["pid"]), float(pulse["started"])
        age = max(0.0, time.monotonic() - float(pulse["beat"]))
        status = SchedulerStatus(
            pid=pid, slots=int(pulse["slots"]), threads=int(pulse["threads"]), age=age
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return status if alive(pid, started, store.home) else None
