"""What the head says of a cluster while it computes a sweep; a page reads it, without Ray.

It is one small file beside the store, replaced every second, not rows: it is of interest only
while it is new.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import msgspec

from hts.records import decode, encode
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store

SILENT_SECONDS = 15.0  # a head that said nothing for so long may be gone


@dataclass(frozen=True, kw_only=True)
class RunNow:
    """How a run stands that is being computed; what was not measured yet is None."""

    position: int  # in the sweep
    step: int
    loss: float | None  # nats, of the batch of that step
    train_accuracy: float | None  # percent, of the last evaluation
    test_accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class NodeStatus:
    """One machine of the cluster; ``alive`` is False once it was lost."""

    id: str  # Ray's, shortened
    host: str
    cpus: float
    gpus: float
    alive: bool
    groups: int  # being computed there
    runs: int  # in these groups
    steps_per_second: float  # of these runs together
    refused: str = ""  # why it gets no work


@dataclass(frozen=True, kw_only=True)
class ClusterStatus:
    """The cluster as the head saw it at ``updated`` (unix seconds)."""

    address: str
    began: float
    updated: float
    ended: bool  # the head has left the cluster
    nodes: list[NodeStatus] = field(default_factory=list)
    places: int = 0  # groups that the nodes can compute at a time
    computing: int = 0  # groups that a worker has begun
    pending: int = 0  # groups handed to the cluster that wait for a place
    recorded: int = 0  # results received since ``began``
    received_bytes: int = 0  # of these, records and weights
    lost_workers: int = 0  # since ``began``; what they computed went to others
    lost_nodes: int = 0
    saved: int = 0  # states of groups received, to go on from
    saved_bytes: int = 0
    resumed: int = 0  # groups that went on from one
    runs_per_minute: float | None = None  # over the last minutes
    runs: list[RunNow] = field(default_factory=list)  # of those being computed, some

    @property
    def refused(self) -> list[NodeStatus]:
        """The nodes that are there and get no work."""
        return [node for node in self.nodes if node.alive and node.refused]

    @property
    def alive(self) -> list[NodeStatus]:
        """The nodes that are there."""
        return [node for node in self.nodes if node.alive]

    @property
    def steps_per_second(self) -> float:
        """Of all runs together, as their workers said last."""
        return sum(node.steps_per_second for node in self.nodes)

    def silent(self, now: float | None = None) -> float | None:
        """For how many seconds the head has said nothing, if for long; None otherwise."""
        waited = (time.time() if now is None else now) - self.updated
        return waited if not self.ended and waited > SILENT_SECONDS else None


def write_status(store: Store, sweep_id: str, status: ClusterStatus) -> None:
    """Replace what is said of the cluster that computes the sweep."""
    with replacing(store.home.sweep_cluster(sweep_id)) as file:
        file.write(encode(status))


def read_status(store: Store, sweep_id: str) -> ClusterStatus | None:
    """What was said last; None if no cluster ever computed the sweep, or it cannot be read."""
    try:
        return decode(store.home.sweep_cluster(sweep_id).read_bytes(), ClusterStatus)
    except (OSError, msgspec.DecodeError):
        return None
