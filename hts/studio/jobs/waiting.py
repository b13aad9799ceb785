"""When a queued run will begin: its place in the queue, and a time from measured durations.

The time is what a simulation of the slots says: runs ahead take as long as their work does at the
pace of runs that this machine has finished lately.  It is an upper estimate where runs have a
target, and there is none before a first run has finished.
"""

from __future__ import annotations

import heapq
import statistics
from collections import Counter
from dataclasses import dataclass

from hts.studio.jobs.limits import limits_of
from hts.studio.lab.access import whole_of
from hts.studio.lab.settings import current
from hts.studio.store.run_row import HELD, Run
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import in_words, work

RECENT = 20  # finished runs that the pace is taken from


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Where a queued run stands.  ``place`` counts from 1; ``seconds``: None when not known."""

    place: int
    queued: int
    people: int  # owners of queued runs
    seconds: float | None

    def words(self) -> str:
        """The place and the time in a sentence."""
        said = f"Number {self.place} of {self.queued} in the queue"
        if self.people > 1:
            said += f", which serves {self.people} people in turn"
        if self.seconds is None:
            return f"{said}; it begins as soon as there is room."
        if self.seconds < 2:
            return f"{said}; it begins now."
        return f"{said}; it begins in about {in_words(self.seconds)}."


def waiting(store: Store, run_id: str, slots: int) -> Wait | None:
    """Where the run stands in the queue of ``store``; None if it is not queued."""
    whole = whole_of(store)
    queue = whole.queue.runs()
    place = next((i for i, run in enumerate(queue) if run.id == run_id), None)
    if place is None:
        return None
    seconds = None
    pace = seconds_per_work(whole)
    if pace is not None and whole.queue.draining() is None:
        seconds = _simulated(whole, queue, place, slots, pace)
    return Wait(
        place=place + 1,
        queued=len(queue),
        people=len({run.owner for run in queue}),
        seconds=seconds,
    )


def seconds_per_work(store: Store) -> float | None:
    """The median pace of the runs that finished last; None if none did."""
    finished = store.runs.list(limit=RECENT, states=("finished",))
    paces = [
        run.seconds / done
        for run in finished
        if run.seconds > 0 and run.step > 0 and (done := work(run.config, run.step)) > 0
    ]
    return statistics.median(paces) if paces else None


def _simulated(store: Store, queue: list[Run], place: int, slots: int, pace: float) -> float | None:
    """Seconds until ``queue[place]`` begins; None if no slot will ever be free for it."""
    settings = current()
    computing = [
        run for run in store.runs.list(states=HELD) if run.state in ("starting", "running")
    ]
    ends = [(_left(run, pace), run.owner or "") for run in computing]
    heapq.heapify(ends)
    most = {run.owner: limits_of(store, settings, run.owner).running for run in queue}
    now, left, target = 0.0, list(queue[: place + 1]), queue[place]
    while True:
        busy = Counter(owner for _, owner in ends)
        fits = next((r for r in left if busy[r.owner or ""] < most[r.owner]), None)
        if len(ends) < slots and fits is not None:
            if fits is target:
                return now
            left.remove(fits)
            heapq.heappush(ends, (now + _whole(fits, pace), fits.owner or ""))
        elif ends:
            now = max(now, heapq.heappop(ends)[0])
        else:
            return None


def _whole(run: Run, pace: float) -> float:
    return work(run.config) * pace


def _left(run: Run, pace: float) -> float:
    return run.seconds_left or max(0.0, _whole(run, pace) * (1 - run.progress))
