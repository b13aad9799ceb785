"""What the head and a worker tell each other about a group: an assignment, and news."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from hts.runs.group_state import GroupState
from hts.studio.cluster.status import RunNow
from hts.studio.jobs.workers.ended import Ended, Trouble


@dataclass(frozen=True, kw_only=True)
class Saving:
    """How often a group sends a state that it can go on from."""

    seconds: float  # between two states, at least
    bytes_per_second: float  # its part of what the head can take, so that large states come seldom

    def due_after(self, nbytes: int) -> float:
        """Seconds between two states of so many bytes."""
        return max(self.seconds, nbytes / self.bytes_per_second)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A group, with all that a worker needs to know."""

    group: int
    configs: tuple[str, ...]  # JSON
    positions: tuple[int, ...]  # of the configurations, in the sweep
    wanted: frozenset[int]  # positions whose results the store does not have
    keep_weights: bool
    threads: int
    data: str  # `hts.studio.cluster.versions.data_checksum` of the head's data
    saving: Saving
    state: GroupState | None = field(default=None, repr=False)  # to go on from


class Refusal(TypedDict):
    """A node cannot compute what it was given.  A plain dictionary: code may differ there."""

    node: str  # Ray's id of it
    host: str
    refused: str  # why


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


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Loss and accuracy of its runs that have not ended."""

    runs: tuple[RunNow, ...]


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the group can go on from, by another worker; results told before are not in it."""

    positions: tuple[int, ...]
    state: GroupState


News = Refusal | Began | Progress | Looks | Saved | Ended | Trouble
