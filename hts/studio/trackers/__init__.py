"""Experiment trackers that runs can be sent to, one file each; each imports its own when it sends.

They are written with the trackers' own packages, which this program does not need and does not
install: without one, a sentence says what to install.
"""

from __future__ import annotations

from hts.registry import Registry
from hts.studio.trackers.base import Tracker

__all__ = ["TRACKERS", "Tracker"]

TRACKERS = Registry(
    "tracker",
    Tracker,  # type: ignore[type-abstract]
    why="it is where runs are sent",
    package=__name__,
    path=__path__,
)
