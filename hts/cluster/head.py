"""`SweepOnRay`: a sweep computed by a Ray cluster, watched by the head, which writes the store.

Retries are the head's, not Ray's: the store counts attempts, as for workers of this machine, and a
group that comes back is given only what it still lacks.  So every member is recorded once,
whatever is lost on the way.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from hts.cluster.compute import Trouble
from hts.cluster.ended import Ended
from hts.cluster.flight import Flight, put_back, settle_loss, settle_trouble
from hts.cluster.nodes import AtWork, Nodes
from hts.cluster.pace import Pace
from hts.cluster.share import Share, in_flight
from hts.cluster.status import ClusterStatus, write_status
from hts.cluster.task import MOST_UNREAD, Assignment, Began, News, Progress, work_on_node
from hts.cluster.versions import Differs, code_version, data_checksum
from hts.data import load
from hts.experiments.sweep_spec import SweepSpec
from hts.jobs.explain import explain
from hts.jobs.identity import this_process
from hts.jobs.lost_groups import lost_groups, settle
from hts.jobs.sweep_worker import WRITE_SECONDS
from hts.store import Store, Sweep

WAIT_SECONDS = 0.1  # for news, before a tick ends
DRAIN_SECONDS = 1.0  # of reading news, before a tick ends
LOOK_SECONDS = 1.0  # between two looks at the nodes, and two statuses
SOFT_SECONDS = 1.5  # that workers have to leave by themselves once they are told to
GIVE_UP_SECONDS = 3.5  # after which nobody waits for them any more: leaving Ray ends them

log = logging.getLogger("hts.cluster")

_T = TypeVar("_T")


class SweepOnRay:
    """Gives the groups of one sweep to the cluster that ``ray`` is connected to.

    The sweep must have been left to this process.  ``share``: what each group takes of a node.
    If this process is killed, Ray ends its workers; what had ended is kept.
    """

    def __init__(
        self, store: Store, sweep_id: str, ray: Any, *, share: Share, address: str
    ) -> None:
        self.store, self.sweep_id, self.ray = store, sweep_id, ray
        self.share, self.address = share, address
        self.flights: dict[int, Flight] = {}
        self.refusal: str | None = None
        self._nodes = Nodes(ray)
        self._own_node = ray.get_runtime_context().get_node_id()
        self._task = ray.remote(work_on_node)
        self._planned: dict[int, tuple[int, ...]] = {}
        self._data: dict[str, tuple[Any, str]] = {}
        self._configs = [member.config for member in store.members(sweep_id)]
        spec = SweepSpec.from_json(store.sweep(sweep_id).spec)
        self._base, self._keep_weights = spec.base, spec.keep_weights
        self._stop_asked: float | None = None
        self._look_at = 0.0
        self._began = time.time()
        self._pace = Pace(time.monotonic())
        self._recorded = self._bytes = self._lost_workers = 0

    # -- as `hts.jobs.foreground.SweepHere` ---------------------------------------------------

    def tick(self) -> Sweep:
        """Do what is due now; returns the sweep as it stands.

        Raises `Differs` once a worker refused because its code or data are others, and the rest
        have left; the sweep is stopped then.
        """
        for group in lost_groups(self.store, self.sweep_id):  # of an earlier head
            settle(self.store, group, None)
        if not self.store.goes_on(self.sweep_id):
            self._stop()
        if time.monotonic() >= self._look_at:
            self._look()
        if self._stop_asked is None:
            self._submit()
        self._receive()
        if self.refusal is not None and not self.flights:
            raise Differs(self.refusal)
        return self.store.sweep(self.sweep_id)

    @property
    def busy(self) -> bool:
        """A group is still with the cluster."""
        return bool(self.flights)

    def close(self) -> None:
        """Take back at once what is still with the cluster, and say that the head has left."""
        for flight in self.flights.values():
            with suppress(Exception):  # the cluster may be gone
                self.ray.cancel(flight.news, force=True)
            put_back(self.store, flight, counts=False)
        self.flights.clear()
        with suppress(OSError):
            write_status(self.store, self.sweep_id, self._status(ended=True))

    # -- what goes out ------------------------------------------------------------------------

    @property
    def places(self) -> int:
        """Groups that the nodes can compute at a time."""
        return self.share.places((node.resources for node in self._nodes.alive()), self._base)

    def _submit(self) -> None:
        if self.store.draining() is not None:  # nothing new is to begin
            return
        most = in_flight(self.places)
        pid, started = this_process()
        while len(self.flights) < most:
            group = self.store.take_group(pid=pid, pid_started=started, sweep_id=self.sweep_id)
            if group is None:
                return
            planned = self._planned.setdefault(group.number, group.positions)
            left = frozenset(member.position for member in self.store.remaining(group))
            config = self._configs[planned[0]]
            flight = Flight(group=group, news=None, runs=len(planned))
            if not left:
                put_back(self.store, flight)
                continue
            try:
                data, checksum = self._dataset(config.data)
            except Exception as error:
                log.warning("%s cannot be had: %s", config.data, error)
                with self.store.db.writing():
                    for position in left:
                        self.store.fail_member(self.sweep_id, position, explain(error))
                    put_back(self.store, flight)
                continue
            assignment = Assignment(
                group=group.number,
                configs=tuple(self._configs[position].to_json() for position in planned),
                positions=planned,
                wanted=left,
                keep_weights=self._keep_weights,
                threads=self.share.threads,
                code=code_version(),
                data=checksum,
            )
            task = self._task.options(
                num_returns="streaming",
                num_cpus=self.share.cpus,
                num_gpus=self.share.gpus_for(config),
                max_retries=0,
                scheduling_strategy="SPREAD",
                name=f"hts {self.sweep_id}",
                _generator_backpressure_num_objects=MOST_UNREAD,
            )
            flight.news = task.remote(assignment, [data])
            self.flights[group.number] = flight

    def _dataset(self, name: str) -> tuple[Any, str]:
        """A reference to the data in the object store, and their checksum."""
        if name not in self._data:
            dataset = load(name)
            self._data[name] = self.ray.put(dataset), data_checksum(dataset)
        return self._data[name]

    # -- what comes in ------------------------------------------------------------------------

    def _receive(self) -> None:
        """Read news until there are none, for a while."""
        give_up, wait = time.monotonic() + DRAIN_SECONDS, WAIT_SECONDS
        while self.flights and time.monotonic() < give_up:
            streams = {flight.news: flight for flight in self.flights.values()}
            ready, _ = self.ray.wait(list(streams), num_returns=1, timeout=wait)
            if ready and len(streams) > 1:
                ready, _ = self.ray.wait(list(streams), num_returns=len(streams), timeout=0)
            if not ready:
                return
            for stream in ready:
                self._read(streams[stream])
            wait = 0.0

    def _read(self, flight: Flight) -> None:
        """One word of one worker, or its end."""
        errors = self.ray.exceptions
        try:
            news = self.ray.get(next(flight.news))
        except StopIteration:
            self._landed(flight)
        except errors.RayTaskError as error:
            self._refused(flight, error)
        except errors.RayError as error:
            self._lost(flight, error)
        else:
            self._hear(flight, news)

    def _hear(self, flight: Flight, news: News) -> None:
        if isinstance(news, Ended):
            if self._patiently(lambda: news.record(self.store, self.sweep_id)) is not None:
                self._recorded += 1
                self._bytes += news.size
                self._pace.count(time.monotonic())
        elif isinstance(news, Began):
            flight.node, flight.pid = news.node, news.pid
        elif isinstance(news, Progress):
            flight.runs, flight.steps_per_second = news.left, news.steps_per_second
        elif isinstance(news, Trouble):
            flight.trouble = news

    def _landed(self, flight: Flight) -> None:
        """Its worker came to an end of its own."""
        del self.flights[flight.group.number]
        if self._stop_asked is not None:
            self._patiently(lambda: put_back(self.store, flight, counts=False))
        elif flight.trouble is not None:
            trouble = flight.trouble
            self._patiently(lambda: settle_trouble(self.store, flight, trouble))
        else:
            self._patiently(lambda: put_back(self.store, flight))

    def _refused(self, flight: Flight, error: Any) -> None:
        """Its worker could not even begin: no other group would fare better there."""
        del self.flights[flight.group.number]
        put_back(self.store, flight, counts=False)
        if self._stop_asked is None:
            cause = getattr(error, "cause", None)
            self.refusal = str(cause) if isinstance(cause, Differs) else (
                f"a worker could not begin: {_last_line(error)} The package and what it needs must "
                "be installed on every machine of the cluster."
            )  # fmt: skip
            self.store.stop_sweep(self.sweep_id, f"Stopped: {self.refusal} What had ended is kept.")

    def _lost(self, flight: Flight, error: Exception) -> None:
        """Its worker, or the node with it, is gone; or it was cancelled."""
        del self.flights[flight.group.number]
        errors = self.ray.exceptions
        if self._stop_asked is not None or isinstance(error, errors.TaskCancelledError):
            self._patiently(lambda: put_back(self.store, flight, counts=False))
            return
        self._lost_workers += 1
        memory = isinstance(error, errors.OutOfMemoryError)
        how = f"{type(error).__name__}, {_first_line(error)}"
        self._patiently(lambda: settle_loss(self.store, flight, how, memory=memory))

    def _patiently(self, write: Callable[[], _T]) -> _T | None:
        """Write into the store; wait if the disk is full or the database locked, then stop."""
        give_up = time.monotonic() + WRITE_SECONDS
        while True:
            try:
                return write()
            except (OSError, sqlite3.OperationalError) as error:
                log.warning("the store cannot be written now: %s", error)
                if time.monotonic() > give_up:
                    raise
                time.sleep(1.0)

    # -- stopping, and what is said -----------------------------------------------------------

    def _stop(self) -> None:
        """Tell workers to leave; then force them; then wait no longer."""
        now = time.monotonic()
        if self._stop_asked is None:
            self._stop_asked = now
            self._cancel(force=False)
            return
        waited = now - self._stop_asked
        if waited > GIVE_UP_SECONDS:
            self.close()
        elif waited > SOFT_SECONDS:
            self._cancel(force=True)

    def _cancel(self, *, force: bool) -> None:
        for flight in self.flights.values():
            with suppress(self.ray.exceptions.RayError):
                self.ray.cancel(flight.news, force=force)
            if force and flight.pid is not None and flight.node == self._own_node:
                # Ray asks the worker to end itself, which on a crowded machine takes its time.
                with suppress(OSError):
                    os.kill(flight.pid, signal.SIGKILL)

    def _look(self) -> None:
        self._nodes.look()
        with suppress(OSError):  # a full disk: the store says so
            write_status(self.store, self.sweep_id, self._status(ended=False))
        self._look_at = time.monotonic() + LOOK_SECONDS

    def _status(self, *, ended: bool) -> ClusterStatus:
        begun = [flight for flight in self.flights.values() if flight.node is not None]
        work = [
            AtWork(node=f.node or "", runs=f.runs, steps_per_second=f.steps_per_second)
            for f in begun
        ]
        return ClusterStatus(
            address=self.address,
            began=self._began,
            updated=time.time(),
            ended=ended,
            nodes=self._nodes.status(work),
            places=self.places,
            computing=len(begun),
            pending=len(self.flights) - len(begun),
            recorded=self._recorded,
            received_bytes=self._bytes,
            lost_workers=self._lost_workers,
            lost_nodes=self._nodes.lost,
            runs_per_minute=self._pace.per_minute(time.monotonic()),
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[-1]
