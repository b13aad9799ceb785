"""A lesson tried before the class comes: real runs on this machine, and the queue they make.

A scheduler of its own, with as many slots and threads as the lab's, trains some of the runs that
students may ask for in a store that is thrown away.  The queue of a whole class is reckoned from
what they took.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psutil

from hts.budget.memory import estimate_memory
from hts.budget.memory import in_words as size_in_words
from hts.config import RunConfig
from hts.data.sources import info
from hts.machine_memory import free_memory
from hts.platforms import end_by_force
from hts.studio.jobs.processes.children import start_process
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import in_words
from hts.validate import BadInput

LONGEST = 120.0  # seconds that are measured at most; beyond that they are reckoned from progress
LOOK_SECONDS, LEAVE_SECONDS = 0.05, 20.0
SOON = 120.0  # seconds in which everybody in a class should have a result
MOST_STUDENTS, MOST_TRIED = 1000, 16
BUSY_PERCENT = 20.0  # of the CPU had by others, from which on that is to be said
BUSY_SECONDS = 1.0  # in which it is seen what the machine does already

Tell = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a class may expect if everybody presses Run at once.  Times are in seconds."""

    students: int
    runs: int  # different ones: who asks for the same shares it
    slots: int
    threads: int
    iterations: int
    seconds: float  # a run, beside as many others as there are slots
    first: float  # the first run after a start of the workers
    measured: float  # share of the tried runs that was waited for
    busy: float  # percent of the machine's CPU that other work had before
    memory: float  # bytes that runs in every slot need
    free: float  # bytes of memory that were free

    @property
    def wait(self) -> float:
        """Until the last run begins."""
        return (math.ceil(self.runs / self.slots) - 1) * self.seconds

    @property
    def done(self) -> float:
        """Until everybody has a result."""
        return self.wait + self.seconds

    @property
    def words(self) -> str:
        """What to expect, in a sentence."""
        many = f"{self.students} student{'s' * (self.students != 1)}"
        if self.runs < self.students:
            many += f", {self.runs} different run{'s' * (self.runs != 1)}"
        last = f"everybody has a result after {in_words(self.done)}"
        queue = f"queue {in_words(self.wait)}, " if self.wait else "no queue, "
        return f"{many}: {in_words(self.seconds)} a run, {self.slots} at a time, {queue}{last}."

    @property
    def advice(self) -> str:
        """What will be slow, and what would change it."""
        if self.memory > self.free:
            fits = max(1, int(self.slots * self.free / self.memory))
            return (
                f"Memory will be short: {self.slots} runs at a time need "
                f"{size_in_words(self.memory)}, {size_in_words(self.free)} are free. Set HTS_SLOTS "
                f"to {fits} or take a smaller width."
            )
        if self.done <= SOON:
            return "Nothing needs to change."
        ways = []
        if (more := ((os.cpu_count() or 1) - 1) // self.threads) > self.slots:
            ways.append(f"HTS_SLOTS={more} would use the cores that are idle")
        fewer = _two_digits(self.iterations * SOON / self.done)
        if fewer >= 10:
            ways.append(f"about {fewer} iterations instead of {self.iterations} would do")
        if (shared := self.slots * int(SOON / self.seconds)) >= 1:
            runs = "one run" if shared == 1 else f"{shared} different runs"
            ways.append(f"so would a task that allows {runs} (fewer seeds, which students share)")
        slow = "Each run" if self.seconds > self.wait else "The queue"
        return (
            f"{slow} will be slow. For results within {in_words(SOON)}: "
            f"{'; '.join(ways) or 'choose a smaller width or fewer iterations'}."
        )


def to_try(configs: Sequence[RunConfig], slots: int) -> list[RunConfig]:
    """Two rounds of the different runs that a class may ask for, from first to last."""
    count = min(len(configs), 2 * slots, MOST_TRIED)
    return [configs[place * len(configs) // count] for place in range(count)]


def rehearse(
    tried: Sequence[RunConfig],
    *,
    students: int,
    runs: int,
    slots: int,
    threads: int,
    tell: Tell = lambda says, share: None,
) -> Rehearsal:
    """Train what is ``tried`` and reckon what a class may expect that asks for ``runs`` of them.

    Raises `BadInput` where the runs fail here.
    """
    count = len(tried)
    memory = max(estimate_memory(config, **info(config.data).sizes).total for config in tried)
    tell("What the machine does already", 0.0)
    busy = psutil.cpu_percent(interval=BUSY_SECONDS)
    free = free_memory()
    with _scheduler(slots, threads) as apart:
        tell("The first run", 0.0)
        first, _ = _train(apart, tried[:1], lambda share: tell("The first run", share / 3))
        says = f"{count} runs, {slots} at a time"
        took, share = _train(apart, tried, lambda share: tell(says, (1 + 2 * share) / 3))
    rounds = math.ceil(count / slots) if share == 1 else share * count / min(slots, count)
    return Rehearsal(
        students=students,
        runs=runs,
        slots=slots,
        threads=threads,
        iterations=max(config.iterations for config in tried),
        seconds=took / rounds,
        first=first,
        measured=share,
        busy=busy,
        memory=float(memory * min(slots, runs)),
        free=float(free),
    )


@contextlib.contextmanager
def _scheduler(slots: int, threads: int) -> Iterator[Store]:
    """A store of its own whose runs are trained; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hts-rehearsal-") as folder, Store(folder) as store:
        process = start_process(
            "hts.studio.jobs.scheduling.scheduler",
            store.home,
            "--owner",
            "{}:{}".format(*this_process()),
            "--linger=0",
            log=store.home.scheduler_log,
            settings={"HTS_SLOTS": str(slots), "HTS_THREADS": str(threads), "HTS_WORKERS": "own"},
        )
        try:
            yield store
        finally:
            _stop(store)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LEAVE_SECONDS)
            process.kill()
            process.wait()
            for run in store.runs.list():
                if run.pid is not None:  # it does not answer
                    end_by_force(run.pid)


def _stop(store: Store) -> None:
    """Stop what is left to do, and wait a while until it is."""
    for run in store.runs.list():
        if run.active:
            store.control.request(run.id, "stop")
    _until(lambda: not any(run.active for run in store.runs.list()), LEAVE_SECONDS)


def _train(store: Store, configs: Sequence[RunConfig], tell: Callable[[float], None]) -> tuple:
    """Train them all; seconds, and how much of it was done by then, in (0, 1]."""
    began = time.monotonic()
    ids = [store.runs.create(config) for config in configs]
    runs: list[Run] = []

    def over() -> bool:
        nonlocal runs
        runs = [store.runs.get(run_id) for run_id in ids]
        tell(_share(runs))
        return not any(run.active for run in runs)

    _until(over, LONGEST)
    took, share = time.monotonic() - began, _share(runs)
    _stop(store)
    for run in runs:
        if run.state in ("failed", "interrupted"):
            raise BadInput(f"a run of the lesson fails on this machine: {run.message}")
    if share == 0 or scheduler_status(store) is None:
        raise BadInput(f"no run of the lesson took a step within {took:.0f} s on this machine.")
    return took, share


def _share(runs: Sequence[Run]) -> float:
    return sum(1.0 if not run.active else run.progress for run in runs) / len(runs)


def _until(true: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not true() and time.monotonic() < give_up:
        time.sleep(LOOK_SECONDS)


def _two_digits(value: float) -> int:
    unit = 10 ** max(0, len(str(int(value))) - 2)
    return int(value) // unit * unit
