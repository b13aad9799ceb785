"""`SweepOnRay`: a sweep computed by a Ray cluster, watched by the head, which writes the store.

Retries are the head's, not Ray's: the store counts attempts, as for workers of this machine, and a
group that comes back is given only what it still lacks.  So every member is recorded once,
whatever is lost on the way.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hts.studio.cluster.connect import first_line
from hts.studio.cluster.dispatch import Dispatch
from hts.studio.cluster.flight import Flight
from hts.studio.cluster.news import Began, Looks, News, Progress, Saved
from hts.studio.cluster.nodes import Nodes
from hts.studio.cluster.share import Share, in_flight
from hts.studio.cluster.status import ClusterStatus, write_status
from hts.studio.cluster.stopping import Stopping
from hts.studio.cluster.tally import Tally
from hts.studio.cluster.versions import code_version
from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.group_jobs import (
    GroupJobs,
    fail,
    leave,
    settle_loss,
    settle_trouble,
)
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.job import lost_jobs
from hts.studio.jobs.processes.patience import patiently
from hts.studio.jobs.workers.ended import Ended, Trouble
from hts.studio.jobs.workers.saved_state import to_save
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep, UnknownSweep
from hts.validate import BadInput, capitalised

WAIT_SECONDS = 0.1  # for news, before a tick ends
DRAIN_SECONDS = 1.0  # of reading news, before a tick ends
LOOK_SECONDS = 1.0  # between two looks at the nodes, and two statuses
SAVE_SECONDS = 30.0  # between two states that a group sends
MOST_RUNS_SHOWN = 500  # of those being computed, in the status

log = logging.getLogger("hts.studio.cluster")


class NoNode(BadInput):
    """No node of the cluster can compute the sweep."""


class SweepOnRay:
    """Gives the groups of one sweep to the cluster that ``ray`` is connected to.

    The sweep must have been left to this process.  ``share``: what each group takes of a node.
    ``say``: is told in a sentence what somebody should know.  If this process is killed, Ray ends
    its workers; what had ended is kept, and groups go on from the states they had sent.
    """

    def __init__(
        self,
        store: Store,
        sweep_id: str,
        ray: Any,
        *,
        share: Share,
        address: str,
        save_seconds: float = SAVE_SECONDS,
        say: Callable[[str], object] = log.warning,
    ) -> None:
        self.store, self.sweep_id, self.ray = store, sweep_id, ray
        self.address, self.say = address, say
        self.flights: dict[int, Flight] = {}
        self._groups, self._nodes = GroupJobs(store, sweep_id), Nodes(ray)
        self._dispatch = Dispatch(store, sweep_id, ray, share=share, save_seconds=save_seconds)
        self._stopping = Stopping(ray)
        self._no_node = ""  # why none can compute it
        self._look_at = 0.0
        self._began, self._tally = time.time(), Tally()

    # -- as `hts.studio.jobs.foreground.SweepHere` ----------------------------------------------

    def tick(self) -> Sweep:
        """Do what is due now; returns the sweep as it stands.

        Raises `NoNode`, and stops the sweep, once every node has refused its work.
        """
        for job in lost_jobs([self._groups]):  # of an earlier head
            self._groups.take_back(job)
        if self._stopping.asked or not self.store.sweeps.goes_on(self.sweep_id):
            self._stop()
        if time.monotonic() >= self._look_at:
            self._look()
        if not self._stopping.asked:
            self._submit()
        self._receive()
        if self._no_node and not self.flights:
            raise NoNode(self._no_node)
        return self.store.sweeps.get(self.sweep_id)

    @property
    def busy(self) -> bool:
        return bool(self.flights)

    def close(self) -> None:
        """Take back at once what is still with the cluster, and say that the head has left."""
        for flight in self.flights.values():
            with suppress(Exception):  # the cluster may be gone
                self.ray.cancel(flight.news, force=True)
            leave(self.store, flight.group, counts=False)
        self.flights.clear()
        with suppress(OSError, UnknownSweep):
            self.store.sweeps.get(self.sweep_id)  # nothing is said of one that was deleted
            write_status(self.store, self.sweep_id, self._status(ended=True))

    def _stop(self) -> None:
        if self._stopping.step(self.flights.values()):
            self.close()

    # -- what goes out ------------------------------------------------------------------------

    @property
    def places(self) -> int:
        """Groups that the nodes can compute at a time."""
        return self._dispatch.places(node.resources for node in self._nodes.fit())

    def _submit(self) -> None:
        if self.store.queue.draining() is not None:  # nothing new is to begin
            return
        places = self.places
        pid, started = this_process()
        while len(self.flights) < in_flight(places):
            group = self.store.groups.take(pid=pid, pid_started=started, sweep_id=self.sweep_id)
            if group is None:
                return
            left = frozenset(self.store.groups.remaining(group))
            if not left:
                leave(self.store, group)
                continue
            try:
                self.flights[group.number] = self._dispatch.send(
                    group, left, places=places, refused=self._nodes.refused
                )
            except Exception as error:
                log.warning("group %d cannot be sent: %s", group.number, error)
                fail(self.store, group, explain(error))

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
        except errors.RayError as error:
            self._lost(flight, error)
        else:
            self._hear(flight, news)

    def _hear(self, flight: Flight, news: News) -> None:
        if isinstance(news, Ended):
            flight.now.pop(news.position, None)
            if patiently(lambda: news.record(self.store, self.sweep_id)) is not None:
                self._tally.result(news.size)
        elif isinstance(news, Began):
            flight.node, flight.pid = news.node, news.pid
        elif isinstance(news, Progress):
            flight.step, flight.runs = news.step, news.left
            flight.steps_per_second = news.steps_per_second
        elif isinstance(news, Looks):
            flight.now = {one.position: one for one in news.runs}
        elif isinstance(news, Saved):
            self._save(flight, news)
        elif isinstance(news, Trouble):
            flight.trouble = news
        else:
            flight.refused = True
            self._refused(news["node"], news["host"], news["refused"])

    def _save(self, flight: Flight, news: Saved) -> None:
        state = to_save(news.positions, news.state, code=code_version())
        try:
            self.store.saved_groups.save(self.sweep_id, state)
        except OSError as error:  # a full disk costs the state, not the group
            log.warning("a state of group %d cannot be kept: %s", flight.group.number, error)
            return
        flight.saved = True
        self._tally.state(news.state.nbytes)

    def _landed(self, flight: Flight) -> None:
        """Its worker came to an end of its own."""
        del self.flights[flight.group.number]
        group, trouble = flight.group, flight.trouble
        if trouble is None or self._stopping.asked or flight.refused:
            counts = not (self._stopping.asked or flight.refused)
            patiently(lambda: leave(self.store, group, counts=counts))
        else:
            memory = trouble.out_of_memory
            patiently(lambda: settle_trouble(self.store, group, trouble.words, memory=memory))

    def _refused(self, node: str, host: str, why: str) -> None:
        """A node can compute nothing of this sweep; the others go on, if there are any."""
        words = self._nodes.refuse(node, host, why)
        if words is not None:
            self.say(capitalised(words))
            self._look()

    def _stop_without_nodes(self) -> None:
        """Once those that are left have all refused."""
        reasons = self._nodes.reasons()
        if self._no_node or not reasons or self.places > 0:
            return
        self._no_node = (
            f"no node of the cluster can compute this sweep: {' '.join(reasons)} The same version "
            "of hts, and what it needs, must be installed on every machine."
        )
        self.store.sweeps.stop(self.sweep_id, f"Stopped: {self._no_node} Finished runs were kept.")

    def _lost(self, flight: Flight, error: Exception) -> None:
        """Its worker, or the node with it, is gone; or it was cancelled."""
        del self.flights[flight.group.number]
        errors, group = self.ray.exceptions, flight.group
        innocent = self._stopping.asked or isinstance(error, errors.TaskCancelledError)
        self._tally.lost_workers += not innocent
        memory = isinstance(error, errors.OutOfMemoryError)
        how = f"was lost: {type(error).__name__}, {first_line(error)}"
        log.warning("group %d of sweep %s %s", group.number, group.sweep, how)
        patiently(
            lambda: settle_loss(
                self.store, group, how, memory=memory, further=flight.saved, innocent=innocent
            )
        )

    # -- what is said -------------------------------------------------------------------------

    def _look(self) -> None:
        self._nodes.look()
        self._stop_without_nodes()
        with suppress(OSError):  # a full disk: the store says so
            write_status(self.store, self.sweep_id, self._status(ended=False))
        self._look_at = time.monotonic() + LOOK_SECONDS

    def _status(self, *, ended: bool) -> ClusterStatus:
        begun = [flight for flight in self.flights.values() if flight.node is not None]
        return ClusterStatus(
            address=self.address,
            began=self._began,
            updated=time.time(),
            ended=ended,
            nodes=self._nodes.status(begun),
            places=self.places,
            computing=len(begun),
            pending=len(self.flights) - len(begun),
            lost_nodes=self._nodes.lost,
            resumed=self._dispatch.resumed,
            **self._tally.said(),
            runs=[one for flight in begun for one in flight.now.values()][:MOST_RUNS_SHOWN],
        )
