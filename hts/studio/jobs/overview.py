"""What an admin wants to know of a lab at one look; torch-free."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

import psutil

from hts.machine_memory import free_memory
from hts.studio.jobs.processes.pulse import SchedulerStatus, scheduler_status
from hts.studio.lab.access import owner_name
from hts.studio.lab.people import LOCAL, OPERATOR
from hts.studio.store.run_row import HELD, Run
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group

LOG_BYTES = 20_000


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The lab at this moment.  Sizes in MB (10^6 bytes)."""

    workers: SchedulerStatus | None
    held: list[Run]  # that workers have: starting, running, paused
    groups: list[Group]  # of sweeps, that workers have
    queue: list[Run]  # in the order in which they will start
    draining: str | None
    disk_free: float
    disk_total: float
    memory_free: float
    load: float  # processes that want a core, over the last minute; NaN where it is not known

    @property
    def computing(self) -> int:
        """Runs and groups that compute.

        For a moment there may be more than slots: a group leaves its slot to a run once it is
        done, and a paused run goes on at once.
        """
        return sum(run.state != "paused" for run in self.held) + len(self.groups)

    @property
    def in_use(self) -> int:
        """Slots in use."""
        return min(self.computing, self.workers.slots) if self.workers else self.computing


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one person has of the lab."""

    id: str | None
    name: str
    role: str
    seen: float | None  # unix seconds
    computing: int
    queued: int
    megabytes: float


def overview(store: Store) -> Overview:
    disk = shutil.disk_usage(store.home.root)
    return Overview(
        workers=scheduler_status(store),
        held=[run for run in store.runs.list(states=HELD) if run.held],
        groups=store.groups.held(),
        queue=store.queue.runs(),
        draining=store.queue.draining(),
        disk_free=disk.free / 1e6,
        disk_total=disk.total / 1e6,
        memory_free=free_memory() / 1e6,
        load=psutil.getloadavg()[0],
    )


def shares(store: Store) -> list[Share]:
    """Everybody who has been here and everybody who owns a run, the largest first.

    It looks at every file of every run, which takes a while in a large store.
    """
    known = {person.id: person for person in store.people.list()}
    found = []
    for owner in {*known, *store.owners.all()}:
        person = None if owner is None else known.get(owner)
        asked = store.owners.unfinished_of(owner or "")
        found.append(
            Share(
                id=owner,
                name=owner_name(store, owner) if person is None else person.name,
                role=_role(owner) if person is None else person.role,
                seen=None if person is None else person.seen,
                computing=asked.computing,
                queued=asked.queued,
                megabytes=store.owners.bytes_of(owner) / 1e6,
            )
        )
    return sorted(found, key=lambda share: -share.megabytes)


def _role(owner: str | None) -> str:
    """Of somebody whom no sign-in has made known."""
    return {LOCAL.id: "the only user", OPERATOR.id: "may do everything"}.get(
        owner or OPERATOR.id, ""
    )


def last_lines(store: Store, count: int = 40) -> list[str]:
    """The end of what scheduler and waiting workers said, oldest first."""
    try:
        with store.home.scheduler_log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_BYTES))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []
