"""Groups of sweeps as jobs: who has them, and what is tried again when they come back unfinished.

Members that have ended stay so.  What remains of a group goes to another worker, and

- when memory ran out, in two halves;
- after `MOST_ATTEMPTS` workers have ended with it, its members one by one;
- a member that ends `MOST_ATTEMPTS` workers when alone has failed.

A worker that has kept a state of its group does not count: the next one goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from hts.studio.jobs.processes.ending import NO_ROOM, End
from hts.studio.jobs.processes.job import Job, WorkerJobs
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group

MOST_ATTEMPTS = 3

Parts = list[Sequence[int]]

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class GroupJobs(WorkerJobs):
    """Groups of every sweep, or of ``sweep_id`` alone."""

    def __init__(self, store: Store, sweep_id: str | None = None) -> None:
        super().__init__(store)
        self._sweep_id = sweep_id
        self.without: frozenset[str] = frozenset()  # owners who compute as much as they may

    def held(self) -> list[Job]:
        return [self._job(group) for group in self.store.groups.held(self._sweep_id)]

    def waits(self) -> bool:
        return self.store.groups.waiting(self._sweep_id, without=self.without) is not None

    def claim(self, pid: int, mark: float, wanted: Any = None) -> Job | None:
        """Give the next one; which that is shows only when it is taken."""
        group = self.store.groups.take(
            pid=pid, pid_started=mark, sweep_id=self._sweep_id, without=self.without
        )
        return None if group is None else self._job(group)

    def take_back(self, job: Job) -> None:
        leave(self.store, job.subject, counts=False)

    def lost(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """Let what remains wait again."""
        group = job.subject
        log.info("%s: worker %s %s", job.what, job.pid, end)
        further = group.attempts == 0
        innocent = go_on or end.forced or end.code == NO_ROOM
        innocent = innocent or not self.store.sweeps.goes_on(group.sweep)
        settle_loss(
            self.store, group, str(end),
            memory=end.out_of_memory and not further, further=further, innocent=innocent,
        )  # fmt: skip

    def _job(self, group: Group) -> Job:
        return Job(
            kind=self,
            subject=group,
            task=("group", str(group.number)),
            what=f"group {group.number} of sweep {group.sweep}",
            log=self.store.home.sweep_log(group.sweep),
            pid=group.pid,
            mark=group.pid_started,
            stopping=not self.store.sweeps.goes_on(group.sweep),
        )


def leave(store: Store, group: Group, *, parts: Parts | None = None, counts: bool = True) -> None:
    """Let what remains of a group wait again, whole or in ``parts``; all done, it is gone."""
    assert group.pid is not None
    store.groups.leave(group.number, pid=group.pid, parts=parts, counts=counts)


def settle_loss(
    store: Store,
    group: Group,
    how: str,
    *,
    memory: bool,
    further: bool = False,
    innocent: bool = False,
) -> None:
    """Decide what becomes of a group whose worker ended as ``how`` says.

    ``memory`` ran out.  ``further``: it had kept a state.  ``innocent``: the group was not the
    reason.
    """
    left = store.groups.remaining(group)
    if innocent or not left:
        leave(store, group, counts=False)
    elif memory and len(left) > 1:
        leave(store, group, parts=halves(left))
    elif further or group.attempts < MOST_ATTEMPTS:
        leave(store, group, counts=not further)
    elif len(left) > 1:
        leave(store, group, parts=[[position] for position in left])
    else:
        words = f"{MOST_ATTEMPTS} workers that had only this run ended; the last one {how}."
        fail(store, group, words)


def settle_trouble(store: Store, group: Group, words: str, *, memory: bool) -> None:
    """A worker could not compute it: find the run that is to blame, and let it fail in words."""
    parts = parts_after_trouble(store.groups.remaining(group), memory=memory)
    if parts:
        leave(store, group, parts=parts)
    else:
        fail(store, group, words)


def fail(store: Store, group: Group, words: str) -> None:
    with store.db.writing():
        for position in store.groups.remaining(group):
            store.members.fail(group.sweep, position, words)
        leave(store, group)


def parts_after_trouble(left: Sequence[int], *, memory: bool) -> Parts:
    """In which parts these are tried again after an error; none if there is one run to blame."""
    if len(left) <= 1:
        return []
    return halves(left) if memory else [[position] for position in left]


def halves(positions: Sequence[int]) -> Parts:
    middle = len(positions) // 2
    return [positions[:middle], positions[middle:]]
