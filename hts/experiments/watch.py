"""What is recorded when: the schedule of kept snapshots, the pace of live views, the clock.

Kept snapshots follow the count of evaluations, never the clock, so two runs of one configuration
have the same history.  Live views and checkpoints follow the clock; they never enter the history.
"""

from __future__ import annotations

import math
import time

SNAPSHOT_GROWTH = 1.08  # kept snapshots are 8 % of the evaluations apart, once that is over one
LIVE_SECONDS = 1.0
LIVE_SHARE = 0.05  # live views may take this share of the time
CHECKPOINT_SECONDS = 20.0


def snapshot_due(evaluation: int) -> bool:
    """Whether the snapshot at evaluation number ``evaluation`` (from 1) is kept."""
    due = 1
    while due < evaluation:
        due = max(due + 1, math.ceil(due * SNAPSHOT_GROWTH))
    return due == evaluation


class Clock:
    """Training seconds so far, pauses excluded; ``start`` carries on from an earlier part."""

    def __init__(self, start: float = 0.0) -> None:
        self._origin = time.perf_counter() - start

    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._origin

    def skip(self, seconds: float) -> None:
        """Leave ``seconds`` out."""
        self._origin += seconds


class Pace:
    """Says when something that costs time is due again: every ``every`` seconds at most, and
    within ``share`` of the time."""

    def __init__(self, every: float, share: float = 1.0) -> None:
        self._every = every
        self._share = share
        self._next = time.perf_counter() + every

    def due(self) -> bool:
        """Whether it is time."""
        return time.perf_counter() >= self._next

    def done(self, started: float) -> None:
        """It was done from perf_counter time ``started`` until now."""
        now = time.perf_counter()
        self._next = now + max(self._every, (now - started) * (1.0 / self._share - 1.0))
