"""Page's test of a trend over ordered treatments, ranked within each seed.

Page, JASA 58 (1963), 216-230: L is the sum over seeds of the products of a treatment's number and
its rank within the seed.  Its law without a trend is worked out exactly, given the ties there are:
every order of a seed's ranks is equally likely.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.stats import norm, rankdata

from hts.paired.median import Median, median_of
from hts.paired.recorded import decimal, finest
from hts.paired.verdict import MOST_SEEDS, POWER
from hts.seeds import generator
from hts.validate import BadInput

MOST_TREATMENTS = 6  # every order of them is gone through
TRIED = 400  # samples behind a statement about power
MANY = 60  # seeds


@dataclass(frozen=True, eq=False)
class TrendTest:
    """Do ``values`` (seeds, treatments) grow from the first treatment to the last?"""

    values: np.ndarray
    margin: ClassVar[float] = 0.0
    below: ClassVar[bool] = False

    @functools.cached_property
    def effect(self) -> Median:
        """The last minus the first, of each seed."""
        return median_of(self.values[:, -1] - self.values[:, 0])

    @property
    def seeds(self) -> int:
        return len(self.values)

    @property
    def agree(self) -> int:
        return int((self.values[:, -1] > self.values[:, 0]).sum())

    @functools.cached_property
    def _ranks(self) -> np.ndarray:
        return _ranked(self.values)

    @functools.cached_property
    def _tails(self) -> tuple[float, float]:
        """Probabilities of an L at least, and at most, as large."""
        seen = int((self._ranks @ _numbers(self.values.shape[1])).sum())
        law, least = _law(tuple(tuple(sorted(row)) for row in self._ranks.tolist()))
        upper = math.fsum(law[seen - least :])
        return min(1.0, upper), min(1.0, math.fsum(law[: seen - least + 1]))

    @property
    def p_for(self) -> float:
        return self._tails[0]

    @property
    def p_against(self) -> float:
        return self._tails[1]

    def smallest_effect(self, level: float) -> float:
        """Growth from the first treatment to the last, in equal steps, of rows without any.

        These are the rows there are, less the median of each treatment, and shuffled.  Infinite
        where it would be larger than any difference within them, at least the finest difference
        between values.
        """
        seeds, treatments = self.values.shape
        needed = _needed(seeds, treatments, level)
        if needed is None:
            return math.inf
        rng = generator(0, "power of a trend", seeds, treatments)
        still = self.values - np.median(self.values, axis=0)
        rows = rng.permuted(still[rng.integers(seeds, size=(TRIED, seeds))], axis=2)
        ramp = np.linspace(0.0, 1.0, treatments)
        widest = max(float(np.ptp(still, axis=1).max()), 1e-9)
        low, high = 0.0, 1.001 * (treatments - 1) * widest  # with which every row is in order
        for _ in range(12):
            middle = (low + high) / 2
            enough = _decided(rows + middle * ramp, needed) >= POWER
            low, high = (low, middle) if enough else (middle, high)
        return max(high, finest(self.values)) if high <= widest else math.inf

    def seeds_needed(self, level: float) -> int | None:
        """Resampling the seeds there are; of a fall as of a growth."""
        ranks = self._ranks if self.p_for <= self.p_against else self._ranks[:, ::-1]
        treatments = ranks.shape[1]
        sums = ranks @ _numbers(treatments)
        rng = generator(0, "seeds of a trend", *ranks.shape)
        n = 4
        while n <= MOST_SEEDS:
            needed = _needed(n, treatments, level)
            picked = sums[rng.integers(len(sums), size=(TRIED, n))].sum(axis=1)
            if needed is not None and (picked >= needed).mean() >= POWER:
                return n
            n = max(n + 1, math.floor(1.1 * n))
        return None


def trend_test(values: Sequence[Sequence[float]] | np.ndarray) -> TrendTest:
    """`TrendTest` of ``values`` (seeds, treatments), treatments in the order of the claim.

    Raises `BadInput` for fewer than two treatments, more than `MOST_TREATMENTS`, without seeds, and
    for values that are not finite.
    """
    given = decimal(values)
    if given.ndim != 2 or not len(given) or not 2 <= given.shape[1] <= MOST_TREATMENTS:
        raise BadInput(
            f"a trend needs seeds with 2 to {MOST_TREATMENTS} values each, got an array of shape "
            f"{given.shape}."
        )
    if not np.isfinite(given).all():
        raise BadInput("a trend needs finite values, got some that are infinite or no numbers.")
    return TrendTest(given)


def _numbers(treatments: int) -> np.ndarray:
    return np.arange(1, treatments + 1)


def _ranked(values: np.ndarray) -> np.ndarray:
    """Twice the ranks within the last axis, which are whole numbers with ties too."""
    found: np.ndarray = np.rint(2 * rankdata(values, axis=-1)).astype(np.int64)
    return found


@functools.lru_cache(maxsize=4096)
def _of_one(ranks: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """Probabilities of twice L of one seed with these ranks, from the least on."""
    numbers = range(1, len(ranks) + 1)
    sums = [
        sum(i * r for i, r in zip(numbers, order, strict=True))
        for order in itertools.permutations(ranks)
    ]
    return np.bincount(np.array(sums) - min(sums)) / len(sums), min(sums)


@functools.lru_cache(maxsize=256)
def _law(rows: tuple[tuple[int, ...], ...]) -> tuple[np.ndarray, int]:
    """Probabilities of twice L over seeds with these ranks, from the least on."""
    law, least = np.ones(1), 0
    for row in rows:
        one, start = _of_one(row)
        law, least = np.convolve(law, one), least + start
    return law, least


@functools.cache
def _needed(seeds: int, treatments: int, level: float) -> int | None:
    """The smallest twice L whose p-value without ties is at most ``level``; None: there is none.

    From `MANY` seeds on by the normal law with the exact mean and variance.
    """
    plain = tuple(2 * i for i in range(1, treatments + 1))
    if seeds >= MANY:
        one, least = _of_one(plain)
        values = least + np.arange(len(one))
        mean = float(one @ values)
        spread = math.sqrt(seeds * float(one @ (values - mean) ** 2))
        return math.ceil(seeds * mean + float(norm.isf(level)) * spread)
    law, least = _law((plain,) * seeds)
    tails = np.cumsum(law[::-1])[::-1]
    enough = np.flatnonzero(tails <= level)
    places = enough[law[enough] > 0]
    return least + int(places[0]) if len(places) else None


def _decided(samples: np.ndarray, needed: int) -> float:
    """Share of ``samples`` (samples, seeds, treatments) with an L that is large enough."""
    sums = (_ranked(samples) @ _numbers(samples.shape[2])).sum(axis=1)
    return float((sums >= needed).mean())
