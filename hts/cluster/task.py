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
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from hts.cluster.compute import Trouble, compute
from hts.cluster.ended import Ended
from hts.cluster.versions import check_code, check_data
from hts.config import RunConfig
from hts.data import Dataset

NICE = 10  # as workers of one machine: a node may be somebody's desk
NEWS_SECONDS = 1.0  # between two words about progress
POLL_SECONDS = 0.1  # within which a request to cancel is noticed
MOST_UNREAD = 64  # results that wait here for the head; training waits when there are more


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A group, with all that a worker needs to know."""

    group: int
    configs: tuple[str, ...]  # JSON
    positions: tuple[int, ...]  # of the configurations, in the sweep
    wanted: frozenset[int]  # positions whose results the store does not have
    keep_weights: bool
    threads: int
    code: str  # `hts.cluster.versions.code_version` of the head
    data: str  # `hts.cluster.versions.data_checksum` of the head's data


@dataclass(frozen=True, kw_only=True)
class Began:
    """A worker has the group and its data."""

    node: str  # Ray's id of it
    host: str
    pid: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the group is."""

    step: int
    left: int  # runs that have not ended
    steps_per_second: float  # of all its runs together, since the last word


News = Began | Progress | Ended | Trouble

_held: dict[str, Dataset] = {}  # this process's data, by checksum: one set


def work_on_node(assignment: Assignment, data: list[Any]) -> Iterator[News]:
    """`work`, as a Ray task; ``data`` holds one reference into the object store.

    It is asked for only when this process does not have the data yet; the node gets them from the
    head once, whatever the number of its processes.
    """
    import ray

    if hasattr(os, "nice") and os.nice(0) < NICE:
        os.nice(NICE - os.nice(0))
    yield from work(
        assignment,
        lambda: cast(Dataset, ray.get(data[0])),
        node=ray.get_runtime_context().get_node_id(),
    )


def work(assignment: Assignment, fetch: Callable[[], Dataset], *, node: str) -> Iterator[News]:
    """Compute the group; raises `hts.cluster.versions.Differs` if code or data are not the head's.

    ``fetch`` is called when this process does not have the data.
    """
    where = f"node {socket.gethostname()} ({node[:8]})"
    check_code(assignment.code, where=where)
    if assignment.data not in _held:
        shared = fetch()
        check_data(shared, assignment.data, where=where)
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
class _Training:
    assignment: Assignment
    dataset: Dataset
    outbox: queue.Queue[News | None] = field(default_factory=lambda: queue.Queue(MOST_UNREAD))
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._train, name="training", daemon=True)
        self.left = len(self.assignment.configs)
        self._told_at, self._told_step = time.monotonic(), 0

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

        torch.set_num_threads(self.assignment.threads)
        configs = map(RunConfig.from_json, self.assignment.configs)
        trouble = compute(
            list(zip(self.assignment.positions, configs, strict=True)),
            self.dataset,
            wanted=self.assignment.wanted,
            keep_weights=self.assignment.keep_weights,
            threads=self.assignment.threads,
            tell=self._tell,
            control=self,
        )
        if trouble is not None:
            self.outbox.put(trouble)
        self.outbox.put(None)

    def _tell(self, ended: Ended) -> None:
        self.left -= 1
        self.outbox.put(ended)

    def wanted(self, step: int) -> Literal["run", "stop"]:
        """Between two steps: go on unless cancelled, and say now and then how far it is."""
        now = time.monotonic()
        if now - self._told_at >= NEWS_SECONDS and not self.stopping.is_set():
            pace = max(0, step - self._told_step) * self.left / (now - self._told_at)
            with suppress(queue.Full):
                self.outbox.put_nowait(Progress(step=step, left=self.left, steps_per_second=pace))
            self._told_at, self._told_step = now, step
        return "stop" if self.stopping.is_set() else "run"

    def wait(self, step: int) -> Literal["run", "stop"]:
        """Groups are not paused."""
        return self.wanted(step)
