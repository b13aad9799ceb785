"""Runs and sweeps on disk: SQLite (WAL) for rows, one folder per run for files; torch-free."""

from __future__ import annotations

from hts.studio.store.arrays import Checkpoint
from hts.studio.store.boards import Asked, Prediction
from hts.studio.store.classes import STAGES, Class, Classmate, Stage, UnknownClass
from hts.studio.store.database import NewerStore
from hts.studio.store.paths import Home, default_home
from hts.studio.store.people import Known
from hts.studio.store.run_row import (
    ENDED,
    HELD,
    VISIBILITIES,
    Run,
    State,
    UnknownRun,
    Visibility,
    Want,
)
from hts.studio.store.saved_groups import SavedGroup
from hts.studio.store.series import Unreadable
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group, Member, MemberState, Sweep, SweepState, UnknownSweep
from hts.studio.store.tail import Tail, View

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
