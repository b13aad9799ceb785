"""How many runs end in a minute, lately."""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 120.0


class Pace:
    """Counts over a window that moves, or since the beginning while that is shorter."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._ends: deque[float] = deque()

    def count(self, now: float) -> None:
        """One more has ended."""
        self._ends.append(now)

    def per_minute(self, now: float) -> float | None:
        """None before anything has ended."""
        while self._ends and self._ends[0] < now - WINDOW_SECONDS:
            self._ends.popleft()
        seconds = min(WINDOW_SECONDS, now - self._began)
        return 60.0 * len(self._ends) / seconds if self._ends and seconds > 0 else None
