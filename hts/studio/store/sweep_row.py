"""`Sweep`, `Member` and `Group`: many runs made together, as frozen records."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Literal

from hts.config import RunConfig
from hts.foreign import guarded
from hts.records import RunResult, decode
from hts.studio.store.run_row import Unknown, Visibility, record_of, result_of, seconds_left

_SWEEP = re.compile(r"s[0-9]{1,18}")

SweepState = Literal["queued", "running", "finished", "stopped"]
MemberState = Literal["waiting", "running", "done", "failed"]


class UnknownSweep(Unknown):
    """No sweep has this id."""

    kind = "sweep"


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A sweep as it stands.  ``total`` = waiting + running + done + failed members.

    States: ``queued``; ``running`` (some member has begun); ``finished`` (nothing is left to do);
    ``stopped`` (by somebody, or because its process ended: it can be resumed).
    """

    id: str
    name: str
    spec: str  # JSON, as it was asked for
    created: float  # unix seconds
    state: SweepState
    message: str
    total: int
    done: int  # with a result, also a divergence; reused ones among them
    failed: int
    running: int
    reused: int  # done by runs that were there before
    seconds: float  # in which something was computed, up to the last change
    pid: int | None  # the process that computes it by itself; None: the scheduler sees to it
    pid_started: float | None
    revision: int  # grows with every change of the sweep or of one of its members
    owner: str | None = None  # who asked for it; None: whoever has the machine
    visibility: Visibility = "private"

    @property
    def waiting(self) -> int:
        """Members that have not begun."""
        return self.total - self.done - self.failed - self.running

    @property
    def active(self) -> bool:
        """Something is going on or will: worth watching."""
        return self.state in ("queued", "running")

    @property
    def progress(self) -> float:
        """Share of the members that have ended, 0 to 1."""
        return (self.done + self.failed) / self.total if self.total else 1.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the pace so far; None when unknown."""
        if not self.active:
            return None
        computed = self.done + self.failed - self.reused
        return seconds_left(self.seconds, computed, self.total - self.reused)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One run of a sweep, as it stands."""

    position: int  # from 0, in the order of the sweep's configurations
    config: RunConfig
    state: MemberState
    run: str | None  # the id of the finished run, while that is there
    result: RunResult | None
    message: str  # why it failed
    seconds: float  # of training
    reused: bool  # the run was there before


@dataclass(frozen=True, kw_only=True)
class Group:
    """Members that are computed together, by one worker.  A group whose members ended is gone."""

    number: int
    sweep: str
    positions: tuple[int, ...]
    pid: int | None  # its worker; None: it waits
    pid_started: float | None
    attempts: int  # how many workers have begun it

    @property
    def held(self) -> bool:
        """It was given to a worker."""
        return self.pid is not None


def number_of(sweep_id: object) -> int:
    """The number in the database of the sweep ``s<number>``; `UnknownSweep` for other texts."""
    if isinstance(sweep_id, str) and _SWEEP.fullmatch(sweep_id):
        return int(sweep_id[1:])
    raise UnknownSweep(sweep_id)


def member_from_row(row: sqlite3.Row) -> Member:
    """The record of a row of ``members``; raises `BadInput` if its texts cannot be read."""
    with guarded(f"the record of network {row['position']} of sweep s{row['sweep']}"):
        config, result = RunConfig.from_json(row["config"]), result_of(row["result"])
        return record_of(Member, row, config=config, result=result, reused=bool(row["reused"]))


def group_from_row(row: sqlite3.Row) -> Group:
    """The record of a row of ``groups_of_members``."""
    with guarded(f"the record of group {row['number']}"):
        positions = decode(row["positions"], tuple[int, ...])
        return record_of(Group, row, sweep=f"s{row['sweep']}", positions=positions)
