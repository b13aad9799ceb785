"""What runs on a worker of the cluster: one group, whose news are yielded as they come.

Training has a thread of its own, so that the main thread, which is where Ray's request to cancel
arrives, is never inside a long call into C.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from hts.config import RunConfig
from hts.data import Dataset
from hts.niceness import WORKER
from hts.platforms import step_back
from hts.process_variables import set_variables
from hts.runs.group_state import LARGEST, GroupState, Standing
from hts.runs.recorder import Undisturbed
from hts.studio.cluster.news import (
    Assignment,
    Began,
    Looks,
    News,
    Progress,
    Refusal,
    Saved,
    Saving,
)
from hts.studio.cluster.status import RunNow
from hts.studio.cluster.versions import Differs, check_data
from hts.studio.jobs.workers.compute import compute
from hts.studio.jobs.workers.ended import Ended

NEWS_SECONDS = 1.0  # between two words about progress
LOOK_SECONDS = 3.0  # between two looks at a group that trains
POLL_SECONDS = 0.1  # within which a request to cancel is noticed
MOST_UNREAD = 64  # results that wait here for the head; training waits when there are more

_held: dict[str, Dataset] = {}  # this process's data, by checksum: one set


def work_on_node(assignment: Assignment, data: Any, node: str) -> Iterator[News]:
    """`work` on this Ray node; ``data``: a reference into the object store.

    It is asked for only when this process does not have the data yet; the node gets them from the
    head once, whatever the number of its processes.
    """
    import ray

    step_back(WORKER, at_most=WORKER)  # a node may be somebody's desk
    set_variables(os.environ)  # nothing has loaded torch yet
    try:
        yield from work(assignment, lambda: cast(Dataset, ray.get(data)), node=node)
    except Differs as error:
        yield Refusal(node=node, host=socket.gethostname(), refused=str(error))


def work(assignment: Assignment, fetch: Callable[[], Dataset], *, node: str) -> Iterator[News]:
    """Compute the group; raises `hts.studio.cluster.versions.Differs` if the data differ.

    ``fetch`` is called when this process does not have the data.
    """
    if assignment.data not in _held:
        shared = fetch()
        check_data(shared, assignment.data)
        _held.clear()
        _held[assignment.data] = _own(shared)
    training = _Training(assignment, _held[assignment.data])
    yield Began(node=node, host=socket.gethostname(), pid=os.getpid())
    training.thread.start()
    try:
        yield from training.news()
    finally:  # also when cancelled
        training.end()


def _own(shared: Dataset) -> Dataset:
    """Copies that may be written to, which torch asks for: shared memory is read-only."""
    names = ("x_train", "y_train", "x_test", "y_test")
    return replace(shared, **{name: getattr(shared, name).copy() for name in names})


@dataclass
class _Training(Undisturbed):
    assignment: Assignment
    dataset: Dataset
    outbox: queue.Queue[News | None] = field(default_factory=lambda: queue.Queue(MOST_UNREAD))
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._train, name="training", daemon=True)
        self.left = len(self.assignment.configs)
        state = self.assignment.state
        self._told_at, self._told_step = time.monotonic(), 0 if state is None else state.step

    def news(self) -> Iterator[News]:
        while True:
            try:
                news = self.outbox.get(timeout=POLL_SECONDS)
            except queue.Empty:
                if not self.thread.is_alive() and self.outbox.empty():
                    return
                continue
            if news is None:
                return
            yield news

    def end(self) -> None:
        self.stopping.set()
        while self.thread.is_alive():
            with suppress(queue.Empty):  # it may wait for room
                self.outbox.get(timeout=POLL_SECONDS)

    # -- in the thread ------------------------------------------------------------------------

    def _train(self) -> None:
        import torch

        given = self.assignment
        torch.set_num_threads(given.threads)
        trouble = compute(
            dict(zip(given.positions, map(RunConfig.from_json, given.configs), strict=True)),
            self.dataset,
            wanted=given.wanted,
            keep_weights=given.keep_weights,
            threads=given.threads,
            tell=self._tell,
            control=self,
            onlooker=Onlooking(given.positions, given.saving, self._put),
            state=given.state,
        )
        if trouble is not None:
            self.outbox.put(trouble)
        self.outbox.put(None)

    def _put(self, news: News) -> None:
        if not self.stopping.is_set():
            self.outbox.put(news)

    def _tell(self, ended: Ended) -> None:
        self.left -= 1
        self.outbox.put(ended)

    def wanted(self, step: int) -> str:
        """Between two steps: go on unless cancelled, and say now and then how far it is."""
        now = time.monotonic()
        if now - self._told_at >= NEWS_SECONDS and not self.stopping.is_set():
            pace = max(0, step - self._told_step) * self.left / (now - self._told_at)
            with suppress(queue.Full):
                self.outbox.put_nowait(Progress(step=step, left=self.left, steps_per_second=pace))
            self._told_at, self._told_step = now, step
        return "stop" if self.stopping.is_set() else "run"


@dataclass
class Onlooking:
    """Sends through ``tell`` what there is of the runs at ``positions``."""

    positions: Sequence[int]
    saving: Saving
    tell: Callable[[Looks | Saved], None]

    def __post_init__(self) -> None:
        now = time.monotonic()
        self._look_at, self._saved_at = now + LOOK_SECONDS, now

    def wants_look(self) -> bool:
        return time.monotonic() >= self._look_at

    def look(self, step: int, runs: Sequence[Standing]) -> None:
        self._look_at = time.monotonic() + LOOK_SECONDS
        found = [asdict(one) for one in runs]
        now = (RunNow(position=self.positions[one.pop("run")], step=step, **one) for one in found)
        self.tell(Looks(runs=tuple(now)))

    def wants_state(self, nbytes: int) -> bool:
        """As often as the head asks for states of this size."""
        waited = time.monotonic() - self._saved_at
        return nbytes <= LARGEST and waited >= self.saving.due_after(nbytes)

    def state(self, runs: Sequence[int], state: GroupState) -> None:
        self.tell(Saved(positions=tuple(self.positions[run] for run in runs), state=state))
        self._saved_at = time.monotonic()
