"""A group that is with the cluster, and what becomes of it when it comes back unfinished."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hts.studio.cluster.news import Trouble
from hts.studio.cluster.status import RunNow
from hts.studio.jobs.processes.lost_groups import MOST_ATTEMPTS, halves
from hts.studio.store import Group, Store

log = logging.getLogger("hts.studio.cluster")


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


def put_back(
    store: Store,
    flight: Flight,
    *,
    parts: Sequence[Sequence[int]] | None = None,
    counts: bool = True,
) -> None:
    """Let what remains of the group wait again, whole or in parts; all done, it is gone."""
    pid = flight.group.pid
    assert pid is not None
    store.groups.leave(flight.group.number, pid=pid, parts=parts, counts=counts)


def settle_trouble(store: Store, flight: Flight, trouble: Trouble) -> None:
    """Its worker could not compute it: find the run that is to blame, and let it fail in words."""
    left = [member.position for member in store.groups.remaining(flight.group)]
    if len(left) > 1:
        parts = halves(left) if trouble.out_of_memory else [[position] for position in left]
        put_back(store, flight, parts=parts)
        return
    with store.db.writing():
        for position in left:
            store.members.fail(flight.group.sweep, position, trouble.words)
        put_back(store, flight)


def settle_loss(store: Store, flight: Flight, how: str, *, memory: bool) -> None:
    """Its worker, or the node with it, is gone: try again, in parts where it may be to blame."""
    left = [member.position for member in store.groups.remaining(flight.group)]
    log.warning("group %d of sweep %s: %s", flight.group.number, flight.group.sweep, how)
    if len(left) > 1 and memory:
        put_back(store, flight, parts=halves(left))
    elif not left or flight.saved or flight.group.attempts < MOST_ATTEMPTS:
        put_back(store, flight, counts=not flight.saved)
    elif len(left) > 1:
        put_back(store, flight, parts=[[position] for position in left])
    else:
        words = f"{MOST_ATTEMPTS} workers that had only this run were lost; the last one: {how}"
        with store.db.writing():
            store.members.fail(flight.group.sweep, left[0], words)
            put_back(store, flight)
