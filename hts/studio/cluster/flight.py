"""A group that is with the cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hts.studio.cluster.status import RunNow
from hts.studio.jobs.workers.ended import Trouble
from hts.studio.store.sweep_row import Group


@dataclass
class Flight:
    """One group in flight.  ``news`` is the stream of what its worker says."""

    group: Group
    news: Any  # an ObjectRefGenerator
    runs: int  # that are trained, those trained along included
    step: int = 0
    node: str | None = None  # None: it waits for a place
    pid: int | None = None
    steps_per_second: float = 0.0
    now: dict[int, RunNow] = field(default_factory=dict)  # by position: those that have not ended
    trouble: Trouble | None = None
    saved: bool = False  # a state of it came, so that whoever gets it next does not begin anew
    refused: bool = False  # by a node that can compute nothing of this sweep
