"""What a worker does with groups of sweeps: one after the other, until a run needs its place.

Each member's result is recorded as it ends.  A group that cannot be computed as a whole is given
back in parts, so that the member that cannot be computed is found and the others are.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hts.records import Evaluation
from hts.runs.group_state import GroupState
from hts.studio.jobs.processes.explain import explain, is_out_of_memory
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.lost_groups import NO_ROOM, halves
from hts.studio.jobs.processes.niceness import step_back
from hts.studio.jobs.workers.group_control import GroupControl
from hts.studio.jobs.workers.group_keeper import GroupKeeper
from hts.studio.jobs.workers.saved_state import from_saved
from hts.studio.store import Group, Member, Store
from hts.studio.sweeps.code_version import code_version
from hts.studio.sweeps.spec import SweepSpec

if TYPE_CHECKING:
    from hts.data import Dataset
    from hts.runs.outcome import Outcome

NICE = 5  # more than a run's worker, unless this sweep is watched too: in a terminal
MOST_POINTS = 50  # evaluations kept of each member
WRITE_SECONDS = 60.0  # how long a full disk or a locked database is waited for

log = logging.getLogger("hts.studio.jobs.workers.run_worker")

_T = TypeVar("_T")


class NoRoom(Exception):
    """The store could not be written for a while."""


def work_on_groups(store: Store, number: int, *, threads: int | None) -> int:
    """Compute the group that this process was given, and others after it; returns an exit code."""
    control = GroupControl(store)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: control.end())
    group = store.groups.get(number)
    if group is None or group.pid != os.getpid():
        log.error("group %d was given to another process", number)
        return 3
    if store.sweeps.get(group.sweep).pid is None:
        step_back(NICE)
    crew = Crew(store, control, threads)
    try:
        while group is not None:
            group = crew.compute(group)
    except NoRoom as trouble:
        log.error("%s", trouble)
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            assert group is not None
            store.sweeps.stop(group.sweep, f"Stopped: {trouble}. What had ended is kept.")
        return NO_ROOM
    return 0


class Crew:
    """Computes groups in this process."""

    def __init__(self, store: Store, control: GroupControl, threads: int | None) -> None:
        self.store, self.control, self.threads = store, control, threads
        self._data: tuple[str, Dataset] | None = None

    def compute(self, group: Group) -> Group | None:
        """Compute what remains of the group, leave it, and take the next one if there is one."""
        self.control.watch(self.store.sweeps.get(group.sweep))
        members = self.store.groups.remaining(group)
        log.info("group %d of sweep %s: %d runs", group.number, group.sweep, len(members))
        parts = self._train(group, members) if members else None
        pid, started = this_process()
        sweep = self.store.sweeps.get(group.sweep)
        own = None if sweep.pid is None else sweep.id

        def leave() -> Group | None:
            with self.store.db.writing():
                self.store.groups.leave(
                    group.number, pid=pid, parts=parts, counts=not self.control.stopping()
                )
                if self.control.ending or (own is None and self._is_to_leave()):
                    return None
                return self.store.groups.take(pid=pid, pid_started=started, sweep_id=own)

        return self._patiently(leave)

    def _is_to_leave(self) -> bool:
        """A run needs the place, or nothing new is to begin."""
        if self.store.queue.draining() is not None:
            return True
        return any(
            run.active for run in self.store.runs.list(states=("queued", "starting", "running"))
        )

    def _train(self, group: Group, members: Sequence[Member]) -> list[Sequence[int]] | None:
        """Returns the parts in which what remains is to be tried again, or None."""
        from hts.runs.group import run_group

        members, state = self._begun(group, members)
        positions = [member.position for member in members]
        keeper = GroupKeeper(self.store, group.sweep, positions, self.control.stopping)
        keep_weights = SweepSpec.from_json(self.store.sweeps.get(group.sweep).spec).keep_weights

        def record(outcome: Outcome) -> None:
            member = members[outcome.member]
            weights = outcome.tensors() if keep_weights and outcome.snapshot is not None else None
            self._patiently(
                lambda: self.store.members.finish(
                    group.sweep,
                    member.position,
                    outcome.result,
                    snapshot=outcome.snapshot,
                    evaluations=thin(outcome.evaluations),
                    weights=weights,
                    device=self._device(member),
                    threads=self.threads,
                )
            )

        configs = [member.config for member in members]
        try:
            dataset = self._load(configs[0].data)
        except Exception as error:
            traceback.print_exc()
            self._fail(group, explain(error))
            return None
        try:
            run_group(
                configs, dataset, on_end=record, control=self.control, onlooker=keeper, state=state
            )
        except NoRoom:
            raise
        except Exception as error:
            traceback.print_exc()
            left = [member.position for member in self.store.groups.remaining(group)]
            if len(left) > 1:
                return halves(left) if is_out_of_memory(error) else [[p] for p in left]
            self._fail(group, explain(error))
        else:
            if not self.control.stopping():
                self._fail(group, "The training of its group ended without a result for it.")
        return None

    def _begun(
        self, group: Group, members: Sequence[Member]
    ) -> tuple[Sequence[Member], GroupState | None]:
        """Where an earlier worker left it, with those of its runs that are trained along."""
        saved = self.store.saved_groups.get(group.sweep, [m.position for m in members])
        state = None if saved is None else from_saved(saved, code=code_version())
        if saved is None:
            return members, None
        if state is None:
            log.warning("group %d begins anew: its state is of another version", group.number)
            return members, None
        log.info("group %d goes on from step %d", group.number, state.step)
        every = self.store.sweeps.members(group.sweep)
        return [every[position] for position in saved.positions], state

    def _load(self, name: str) -> Dataset:
        from hts.data import load

        if self._data is None or self._data[0] != name:
            self._data = (name, load(name))
        return self._data[1]

    def _device(self, member: Member) -> str:
        from hts.training.device import choose_device

        return str(choose_device(member.config.device))

    def _fail(self, group: Group, words: str) -> None:
        """What remains of the group has failed."""
        for member in self.store.groups.remaining(group):
            fail = partial(self.store.members.fail, group.sweep, member.position, words)
            self._patiently(fail)

    def _patiently(self, write: Callable[[], _T]) -> _T:
        """Write into the store; wait a while if the disk is full or the database locked."""
        give_up = time.monotonic() + WRITE_SECONDS
        while True:
            try:
                return write()
            except (OSError, sqlite3.OperationalError) as error:
                log.warning("the store cannot be written now: %s", error)
                if time.monotonic() > give_up or self.control.ending:
                    raise NoRoom(f"results could not be written ({error})") from error
                time.sleep(1.0)


def thin(evaluations: Sequence[Evaluation], most: int = MOST_POINTS) -> list[Evaluation]:
    """At most ``most`` points, evenly among them, with the last."""
    n = len(evaluations)
    if n <= most:
        return list(evaluations)
    return [evaluations[(place + 1) * n // most - 1] for place in range(most)]
