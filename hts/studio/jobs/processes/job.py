"""Background work: what a job is, and what every kind of job can do.

=======================  ==========================  ===========================================
kind                     which process has it        when that process is gone
=======================  ==========================  ===========================================
run (`RunJobs`)          ``pid`` of its row          waits again, from its checkpoint or from the
                                                     beginning; one that ends every worker is
                                                     interrupted, in words
group (`GroupJobs`)      ``pid`` of its row          waits again, whole or in parts, from its
                                                     state; a member that ends every worker fails
sweep (`SweepJobs`)      ``pid`` of its row          stopped, in words; one that a cluster
                                                     computes (`Heads`) gets another head
small job (`SmallJobs`)  the owner of its lock       failed, in words
=======================  ==========================  ===========================================

A process is known by its pid and its mark (`hts.studio.jobs.processes.identity`).
"""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.identity import alive, same_start
from hts.studio.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of background work, as it stood when it was read."""

    kind: Jobs
    subject: Any = field(repr=False)  # the run, group, sweep or small job
    task: tuple[str, str]  # what a worker is told: "run" and its id
    what: str  # for the log
    log: Path  # of the process that has it
    owner: str | None = None
    pid: int | None = None
    mark: float | None = None
    stopping: bool = False  # somebody wants its process to leave it

    def is_at(self, other: Job) -> bool:
        """Whether one process has both; other containers have processes with its pid too."""
        return self.pid == other.pid and same_start(self.mark, other.mark)


class Jobs(ABC):
    """The jobs of one kind in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @abstractmethod
    def held(self) -> list[Job]:
        """Those that processes have."""

    @abstractmethod
    def lost(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """The process that had it has ended.  ``go_on``: we ended it, which is not its fault."""

    def ended(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """A process of ours that was given ``job`` has ended; what it still has is lost."""
        for found in self.held():
            if found.is_at(job):
                self.lost(found, end, go_on=go_on)


class WorkerJobs(Jobs):
    """Jobs that warm workers are given."""

    @abstractmethod
    def claim(self, pid: int, mark: float, wanted: Any = None) -> Job | None:
        """Give a process the job ``wanted``, or the next one; None if there is none."""

    @abstractmethod
    def take_back(self, job: Job) -> None:
        """Its process never began it: it waits again."""


class OwnProcessJobs(Jobs):
    """Jobs that have a process started for each."""

    most: int  # at a time

    @abstractmethod
    def waiting(self, going: Sequence[Job]) -> list[Job]:
        """Those that wait, in the order in which they begin; ``going``: those begun here."""

    @abstractmethod
    def start(self, job: Job) -> subprocess.Popen[bytes]:
        """A process that does it."""


def lost_jobs(kinds: Iterable[Jobs]) -> list[Job]:
    """Those that are said to have a process which is not there."""
    held = [job for kind in kinds for job in kind.held()]
    return [job for job in held if not alive(job.pid, job.mark, job.kind.store.home)]


def settle_lost(kinds: Iterable[Jobs]) -> list[Job]:
    """Decide what becomes of `lost_jobs`, of whose processes nothing is known; returns them."""
    found = lost_jobs(kinds)
    for job in found:
        job.kind.lost(job, End())
    return found
