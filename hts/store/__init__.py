"""Runs and sweeps on disk: SQLite (WAL) for rows, one folder per run for files; torch-free."""

from __future__ import annotations

from hts.store.arrays import Checkpoint
from hts.store.database import NewerStore
from hts.store.paths import Home, default_home
from hts.store.run import ENDED, HELD, Run, State, UnknownRun, Want
from hts.store.series import Unreadable
from hts.store.store import Store
from hts.store.sweep import Group, Member, MemberState, Sweep, SweepState, UnknownSweep
from hts.store.tail import Tail, View

__all__ = [
    "ENDED",
    "HELD",
    "Checkpoint",
    "Group",
    "Home",
    "Member",
    "MemberState",
    "NewerStore",
    "Run",
    "State",
    "Store",
    "Sweep",
    "SweepState",
    "Tail",
    "UnknownRun",
    "UnknownSweep",
    "Unreadable",
    "View",
    "Want",
    "default_home",
]
