"""When to look: after so many steps, or so seldom that looks cost a share of the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hts.validate import BadInput, whole

SHARE = 0.01  # of the wall time, which decides over the sample where steps are counted
FEWEST, MOST = 4_000, 200_000  # entries of a layer that its tail index rests on
_APART = 1.0  # seconds between two looks, at least
_FURTHER = 1.01  # and so much later each: about 1400 looks from a second to a week
_VERDICT = 8.0  # times what a look costs without verdicts
_MARGIN = 1.5  # times the last look, that the next one may take
_ROOM = 6.0  # looks like the last one that the time left would pay, before the next is finer
_SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*%")


@dataclass(frozen=True)
class Every:
    """How often: every so many ``steps``, or for a ``share`` in (0, 0.5] of the wall time."""

    text: str
    steps: int | None = None
    share: float = SHARE


def every_of(given: Any) -> Every:
    """``100`` (steps) or ``"1 %"`` (of the time); `BadInput` for anything else."""
    if isinstance(given, str) and (found := _SHARE.fullmatch(given.strip())):
        percent = float(found[1])
        if 0 < percent <= 50:
            return Every(f"{percent:g} % of the time", share=percent / 100)
    elif not isinstance(given, (str, bool, float)):
        steps = whole("every", given, low=1, high=10**12, why="it counts steps")
        return Every(f"every {steps} steps" if steps > 1 else "every step", steps=steps)
    raise BadInput(
        f"every must be a number of steps such as 100 or a share of the time from above 0 to "
        f"50 % such as '1 %', got {given!r}."
    )


class Pace:
    """Keeps the account of one training.  Times are in seconds since the watch began.

    With a share the first looks go without verdicts, which take most of the time, at twice the
    time each, until one with verdicts is paid for.
    """

    def __init__(self, every: Every) -> None:
        self.every = every
        self.entries = FEWEST  # of each layer, at the next look
        self.verdicts = every.steps is not None  # whether the next look has them
        self.complete = False  # whether the last look had them
        self.spent = 0.0  # on looks and on writing
        self.last_step = 0  # at which it was looked
        self._took = 0.0  # by the last look
        self._looked: float | None = None  # when it ended

    def due(self, step: int, now: float) -> bool:
        """Whether to look at ``step``: always after the first one."""
        if self._looked is None:
            return True
        if self.every.steps is not None:
            return step - self.last_step >= self.every.steps
        if now < max(self._looked + _APART, self._looked * _FURTHER):
            return False
        looks = (self.every.share * now - self.spent) / (_MARGIN * self._took)  # that are paid for
        self.verdicts = self.complete or looks >= _VERDICT
        return looks >= 1 and (self.verdicts or now >= 2 * self._looked)

    def soon(self, step: int, now: float) -> bool:
        """Whether a look comes with the next step, or would come with this one."""
        if self.every.steps is not None:
            return step + 1 - self.last_step >= self.every.steps
        return self.due(step, now)

    def looked(self, step: int, took: float, now: float) -> None:
        """A look at ``step`` took so long; the next one is finer where time allows."""
        self.spent += took
        self.last_step, self._took, self._looked = step, took, now
        self.complete = self.verdicts
        left = self.every.share * now - self.spent
        if self.complete and left > _ROOM * took:
            self.entries = min(MOST, 3 * self.entries)
        elif left < 0 and self.every.steps is not None:
            self.entries = max(FEWEST, self.entries // 3)
