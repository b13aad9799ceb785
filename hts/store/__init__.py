"""Runs and sweeps on disk: SQLite (WAL) for rows, one folder per run for files; torch-free."""

from __future__ import annotations

from hts.store.arrays import Checkpoint
from hts.store.boards import Asked, Prediction
from hts.store.classes import STAGES, Class, Classmate, Stage, UnknownClass
from hts.store.database import NewerStore
from hts.store.owners import Known
from hts.store.paths import Home, default_home
from hts.store.run import ENDED, HELD, VISIBILITIES, Run, State, UnknownRun, Visibility, Want
from hts.store.saved_groups import SavedGroup
from hts.store.series import Unreadable
from hts.store.sight import Sight
from hts.store.store import Store
from hts.store.sweep import Group, Member, MemberState, Sweep, SweepState, UnknownSweep
from hts.store.tail import Tail, View

__all__ = [
    "ENDED",
    "HELD",
    "STAGES",
    "VISIBILITIES",
    "Asked",
    "Checkpoint",
    "Class",
    "Classmate",
    "Group",
    "Home",
    "Known",
    "Member",
    "MemberState",
    "NewerStore",
    "Prediction",
    "Run",
    "SavedGroup",
    "Sight",
    "Stage",
    "State",
    "Store",
    "Sweep",
    "SweepState",
    "Tail",
    "UnknownClass",
    "UnknownRun",
    "UnknownSweep",
    "Unreadable",
    "View",
    "Visibility",
    "Want",
    "default_home",
]
