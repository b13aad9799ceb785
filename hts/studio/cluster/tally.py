"""What a head has received since it began, and how many runs end in a minute, lately."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

WINDOW_SECONDS = 120.0


class Pace:
    """Counts over a window that moves, or since the beginning while that is shorter."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._ends: deque[float] = deque()

    def count(self, now: float) -> None:
        self._ends.append(now)

    def per_minute(self, now: float) -> float | None:
        """None before anything has ended."""
        while self._ends and self._ends[0] < now - WINDOW_SECONDS:
            self._ends.popleft()
        seconds = min(WINDOW_SECONDS, now - self._began)
        return 60.0 * len(self._ends) / seconds if self._ends and seconds > 0 else None


@dataclass
class Tally:
    """Counts since it was made."""

    recorded: int = 0  # results
    received_bytes: int = 0  # of these
    saved: int = 0  # states of groups
    saved_bytes: int = 0
    lost_workers: int = 0
    _pace: Pace = field(default_factory=lambda: Pace(time.monotonic()))

    def result(self, nbytes: int) -> None:
        self.recorded += 1
        self.received_bytes += nbytes
        self._pace.count(time.monotonic())

    def state(self, nbytes: int) -> None:
        self.saved += 1
        self.saved_bytes += nbytes

    def said(self) -> dict[str, Any]:
        """The fields of a `hts.studio.cluster.status.ClusterStatus` that it knows."""
        counts = {name: count for name, count in vars(self).items() if name != "_pace"}
        return {**counts, "runs_per_minute": self._pace.per_minute(time.monotonic())}
