"""What is recorded when: which evaluations and snapshots are kept, live views, the clock.

What is kept follows the count of evaluations and a model of the work, never the clock, so two runs
of one configuration have the same history.  Live views and checkpoints follow the clock; they never
enter the history.
"""

from __future__ import annotations

import math
import time

from hts.budget.work import Work

LOOK_SHARE = 0.025  # of a run's work for evaluations, and as much for snapshots
SHORT = 2e12  # multiply-adds, about a minute
# Factor from one look to the next: at least, at most in a short run, at most in a long one.
EVALUATIONS = (1.0, 1.08, 2.0)
SNAPSHOTS = (1.08, 1.2, 2.0)
SNAPSHOTS_OF_SEVERAL = (1.5, 1.8, 2.0)
LIVE_SECONDS = 1.0
LIVE_SHARE = 0.05  # live views may take this share of the time
CHECKPOINT_SECONDS = 20.0


class Looks:
    """Which of a run's evaluations, counted from 1, are made and which come with a snapshot.

    As many as `LOOK_SHARE` of the run's work allows, close together at first and then further
    apart by a constant factor.  Only a short run may be looked at more often than that, since
    nobody waits for it: some dozens of looks span it whatever they cost, or a dozen snapshots of
    ``several`` networks.
    """

    def __init__(
        self, work: Work, *, iterations: int, eval_every: int, several: bool = False
    ) -> None:
        last = -(-iterations // eval_every)
        whole = iterations * work.step
        budget, short = LOOK_SHARE * whole, whole <= SHORT
        self.evaluations = _factor(budget / work.evaluation, last, EVALUATIONS, short)
        both = work.snapshot + work.evaluation
        factors = SNAPSHOTS_OF_SEVERAL if several else SNAPSHOTS
        self.snapshots = _factor(budget / both, last, factors, short)

    def evaluation_due(self, evaluation: int) -> bool:
        """Whether evaluation number ``evaluation`` is made."""
        return self.snapshot_due(evaluation) or due(evaluation, self.evaluations)

    def snapshot_due(self, evaluation: int) -> bool:
        """Whether a snapshot is kept with it."""
        return due(evaluation, self.snapshots)

    def gradients_due(self, evaluation: int) -> bool:
        """Whether its snapshot has the gradient noise too: the first from 1, 2, 4, 8, ... on."""
        power = 1 << (evaluation.bit_length() - 1)
        earlier = any(self.snapshot_due(number) for number in range(power, evaluation))
        return self.snapshot_due(evaluation) and not earlier


def due(number: int, growth: float) -> bool:
    """Whether ``number`` is one of 1, 2, ... that grow by the factor ``growth``, or by 1."""
    found = 1
    while found < number:
        found = max(found + 1, math.ceil(found * growth))
    return found == number


def _factor(
    affordable: float, last: int, factors: tuple[float, float, float], short: bool
) -> float:
    """The smallest factor with which at most ``affordable`` of ``last`` numbers are due."""
    factor, furthest = factors[0], factors[1] if short else factors[2]
    while factor < furthest and _count(factor, last) > affordable:
        factor = round(factor + 0.02, 2)
    return min(factor, furthest)


def _count(factor: float, last: int) -> int:
    if factor == 1:
        return last
    count, number = 1, 1
    while (number := max(number + 1, math.ceil(number * factor))) <= last:
        count += 1
    return count


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
