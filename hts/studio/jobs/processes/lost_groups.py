"""Groups and sweeps whose process is gone: what is tried again, and what is given up, in words.

Members that have ended stay so.  What remains of a group goes to another worker, and

- when memory ran out (SIGKILL, which the system sends then, among others) in two halves;
- after `MOST_ATTEMPTS` workers have ended with it, its members one by one;
- a member that ends `MOST_ATTEMPTS` workers when alone has failed.

A worker that has kept a state of its group does not count: the next one goes on from there.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence

from hts.studio.jobs.processes.escalation import Escalation
from hts.studio.jobs.processes.identity import alive
from hts.studio.jobs.processes.lost import how_it_ended
from hts.studio.store import Group, Store

MOST_ATTEMPTS = 3
NO_ROOM = 4  # a worker's exit code when the store could not be written

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


def lost_groups(store: Store, sweep_id: str | None = None) -> list[Group]:
    """Groups that are said to have a worker, by pid and start time, that is not there."""
    held = store.groups.held(sweep_id)
    return [group for group in held if not alive(group.pid, group.pid_started, store.home)]


def settle(store: Store, group: Group, code: int | None, *, forced: bool = False) -> None:
    """Decide what becomes of a group whose worker ended with exit ``code`` (None: not known).

    ``forced``: we ended it, because it did not answer a request to stop.
    """
    assert group.pid is not None
    left = [member.position for member in store.groups.remaining(group)]
    how = how_it_ended(code, forced=forced)
    log.info("sweep %s: worker %d of group %d %s", group.sweep, group.pid, group.number, how)
    innocent = forced or code == NO_ROOM or not store.sweeps.goes_on(group.sweep)
    if innocent or not left:
        store.groups.leave(group.number, pid=group.pid, counts=False)
    elif group.attempts == 0:  # it got further
        store.groups.leave(group.number, pid=group.pid)
    elif len(left) > 1 and code == -signal.SIGKILL:
        store.groups.leave(group.number, pid=group.pid, parts=halves(left))
    elif group.attempts < MOST_ATTEMPTS:
        store.groups.leave(group.number, pid=group.pid)
    elif len(left) > 1:
        store.groups.leave(group.number, pid=group.pid, parts=[[position] for position in left])
    else:
        words = f"{MOST_ATTEMPTS} workers that had only this run ended; the last one {how}."
        with store.db.writing():
            store.members.fail(group.sweep, left[0], words)
            store.groups.leave(group.number, pid=group.pid)


def halves(positions: Sequence[int]) -> list[Sequence[int]]:
    """Two parts of two or more positions."""
    middle = len(positions) // 2
    return [positions[:middle], positions[middle:]]


def stop_groups(
    store: Store, held: list[Group], escalation: Escalation, now: float
) -> set[int | None]:
    """See that workers of stopped sweeps end; returns the pids of those ended by force."""
    forced = set()
    for group in held:
        what, asked = (
            f"group {group.number} of sweep {group.sweep}",
            not store.sweeps.goes_on(group.sweep),
        )
        if escalation.due(what, group.pid, group.pid_started, now, asked=asked):
            forced.add(group.pid)
    return forced


def stop_lost_sweeps(store: Store) -> None:
    """Mark sweeps as stopped that a process had for itself, if it is gone."""
    for sweep in store.sweeps.list(states=("queued", "running")):
        if sweep.pid is not None and not alive(sweep.pid, sweep.pid_started, store.home):
            store.sweeps.stop(
                sweep.id,
                f"Process {sweep.pid}, which computed it, is gone. What had ended is kept; resume "
                "continues from there.",
            )
