"""What a worker does with groups of sweeps: one after the other, until a run needs its place.

Each member's result is recorded as it ends.  A group that cannot be computed as a whole is given
back in parts, so that the member that cannot be computed is found and the others are.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import sqlite3
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hts.config import RunConfig
from hts.data.sources.tables import place_of
from hts.niceness import GROUP
from hts.platforms import step_back
from hts.registry import PLUGINS
from hts.runs.group_state import GroupState
from hts.studio.jobs.limits import busy_owners
from hts.studio.jobs.processes.ending import NO_ROOM, told_to_end
from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.group_jobs import Parts, fail, parts_after_trouble
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.patience import NoRoom, patiently
from hts.studio.jobs.workers.ended import Ended
from hts.studio.jobs.workers.group_control import GroupControl
from hts.studio.jobs.workers.group_keeper import GroupKeeper
from hts.studio.jobs.workers.saved_state import from_saved
from hts.studio.lab.holdings import tables_of
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput
from hts.version import code_version

if TYPE_CHECKING:
    from hts.data import Dataset

log = logging.getLogger("hts.studio.jobs.workers.worker")


def work_on_groups(store: Store, number: str, threads: int | None) -> int:
    """Compute the group that this process was given, and others after it; returns an exit code."""
    control = GroupControl(store)
    with told_to_end(control.end):
        group = store.groups.get(int(number))
        if group is None or group.pid != os.getpid():
            log.error("group %s was given to another process", number)
            return 3
        if store.sweeps.get(group.sweep).pid is None:
            step_back(GROUP)
        crew = Crew(store, control, threads)
        try:
            while group is not None:
                group = crew.compute(group)
        except NoRoom as trouble:
            log.error("%s", trouble)
            with contextlib.suppress(OSError, sqlite3.OperationalError):
                assert group is not None
                if store.sweeps.get(group.sweep).pid is not None:  # others wait for room
                    store.sweeps.stop(group.sweep, f"Stopped: {trouble}. Finished runs were kept.")
            return NO_ROOM
    return 0


@functools.lru_cache(maxsize=1)
def _load(name: str, _folder: Path | None) -> Dataset:
    from hts.data import load

    return load(name)


class Crew:
    """Computes groups in this process."""

    def __init__(self, store: Store, control: GroupControl, threads: int | None) -> None:
        self.store, self.control, self.threads = store, control, threads

    def compute(self, group: Group) -> Group | None:
        """Compute what remains of the group, leave it, and take the next one if there is one."""
        self.control.watch(self.store.sweeps.get(group.sweep))
        left = self.store.groups.remaining(group)
        log.info("group %d of sweep %s: %d runs", group.number, group.sweep, len(left))
        parts = self._train(group, left) if left else []
        pid, started = this_process()
        sweep = self.store.sweeps.get(group.sweep)
        own = None if sweep.pid is None else sweep.id

        def leave() -> Group | None:
            with self.store.db.writing():
                self.store.groups.leave(
                    group.number, pid=pid, parts=parts or None, counts=not self.control.stopping()
                )
                if self.control.ending or (own is None and self._is_to_leave()):
                    return None
                others = busy_owners(self.store) if own is None else ()
                return self.store.groups.take(
                    pid=pid, pid_started=started, sweep_id=own, without=others
                )

        return patiently(leave, self.control.is_ending)

    def _is_to_leave(self) -> bool:
        """A run needs the place, or nothing new is to begin."""
        if self.store.queue.draining() is not None:
            return True
        return any(
            run.active for run in self.store.runs.list(states=("queued", "starting", "running"))
        )

    def _train(self, group: Group, left: list[int]) -> Parts:
        """Returns the parts in which what remains is to be tried again, if there are any."""
        from hts.studio.jobs.workers.compute import compute

        try:
            members, state = self._begun(group, left)
        except BadInput as error:  # a kind that is not known in this process
            words = f"Stopped: {error} Resume it where its plugins are named by {PLUGINS}."
            self.store.sweeps.stop(group.sweep, words)
            return []

        def record(ended: Ended) -> None:
            patiently(lambda: ended.record(self.store, group.sweep), self.control.is_ending)

        data = members[left[0]].data
        try:
            with tables_of(self.store, self.store.sweeps.get(group.sweep).owner):
                dataset = _load(data, place_of(data))
        except Exception as error:
            traceback.print_exc()
            return self._fail(group, explain(error))
        trouble = compute(
            members,
            dataset,
            wanted=frozenset(left),
            keep_weights=SweepSpec.from_json(self.store.sweeps.get(group.sweep).spec).keep_weights,
            threads=self.threads,
            tell=record,
            control=self.control,
            onlooker=GroupKeeper(self.store, group.sweep, list(members), self.control.stopping),
            state=state,
        )
        if trouble is None:
            return []
        parts = parts_after_trouble(
            self.store.groups.remaining(group), memory=trouble.out_of_memory
        )
        return parts or self._fail(group, trouble.words)

    def _begun(
        self, group: Group, left: list[int]
    ) -> tuple[Mapping[int, RunConfig], GroupState | None]:
        """Where an earlier worker left it, with those of its runs that are trained along."""
        saved = self.store.saved_groups.get(group.sweep, left)
        state = None if saved is None else from_saved(saved, code=code_version())
        positions = left if saved is None or state is None else saved.positions
        if state is not None:
            log.info("group %d goes on from step %d", group.number, state.step)
        elif saved is not None:
            log.warning("group %d begins anew: its state is of another version", group.number)
        every = self.store.sweeps.members(group.sweep)
        return {position: every[position].config for position in positions}, state

    def _fail(self, group: Group, words: str) -> Parts:
        patiently(lambda: fail(self.store, group, words), self.control.is_ending)
        return []
