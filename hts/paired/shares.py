"""Shares of seeds with their exact intervals, and two such shares compared pair by pair."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta, norm, rankdata

from hts.paired.median import LEVEL, Median
from hts.paired.verdict import MOST_SEEDS, POWER, heads_needed, heads_p, throws_needed

_SCORE = float(norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True, kw_only=True)
class Share:
    """``count`` of ``n`` seeds, with the interval of Clopper and Pearson; all but counts in %."""

    count: int
    n: int
    share: float
    low: float
    high: float


def share_of(hits: Sequence[bool]) -> Share:
    """The share of ``hits`` (seeds,) that are true; Biometrika 26 (1934), 404-413."""
    n, count = len(hits), sum(hits)
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, count, n - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, n - count)) if count < n else 1.0
    middle = count / n if n else 0.0
    return Share(count=count, n=n, share=100 * middle, low=100 * low, high=100 * high)


@dataclass(frozen=True)
class ShareTest:
    """Are more of ``ours`` true than of ``theirs``, seed by seed?

    McNemar's test in its exact form (Psychometrika 12 (1947), 153-157): only pairs that differ
    count.  The effect is in points of the share of seeds.
    """

    ours: tuple[bool, ...]
    theirs: tuple[bool, ...]
    margin: ClassVar[float] = 0.0
    below: ClassVar[bool] = False

    @property
    def seeds(self) -> int:
        return len(self.ours)

    @property
    def agree(self) -> int:
        return sum(a and not b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def _disagree(self) -> int:
        return sum(b and not a for a, b in zip(self.ours, self.theirs, strict=True))

    @functools.cached_property
    def effect(self) -> Median:
        """Difference of the shares with Tango's interval (Statist. Med. 17 (1998), 891-908)."""
        n, won, lost = self.seeds, self.agree, self._disagree
        low, high = (_score_bound(won, lost, n, side) for side in (-1, 1))
        return Median(
            median=100 * (won - lost) / n, low=100 * low, high=100 * high, level=LEVEL, n=n
        )

    @property
    def p_for(self) -> float:
        return heads_p(self.agree, self.agree + self._disagree)

    @property
    def p_against(self) -> float:
        return heads_p(self._disagree, self.agree + self._disagree)

    def smallest_effect(self, level: float) -> float:
        """Points by which the shares differ where all pairs that differ do so in one way."""
        fewest = next((k for k in range(1, self.seeds + 1) if heads_needed(k, level) == k), None)
        if fewest is None:
            return math.inf
        # `POWER` of samples have as many such pairs (Clopper and Pearson's bound, turned round)
        return 100 * float(beta.ppf(POWER, fewest, self.seeds - fewest + 1))

    def seeds_needed(self, level: float) -> int | None:
        differ = self.agree + self._disagree
        if not differ:
            return None
        pairs = throws_needed(max(self.agree, self._disagree) / differ, level)
        seeds = None if pairs is None else math.ceil(pairs * self.seeds / differ)
        return None if seeds is None or seeds > MOST_SEEDS else seeds


def _score_bound(won: int, lost: int, n: int, side: int) -> float:
    """The difference of shares, below (``side`` -1) or above what was seen, that is just possible.

    Its score is as far from 0 as the interval's level allows.
    """

    def beyond(difference: float) -> float:
        a, b = 2 * n, (2 * n - won + lost) * difference - won - lost
        c = -lost * difference * (1 - difference)
        share = (math.sqrt(b * b - 4 * a * c) - b) / (
            2 * a
        )  # of lost pairs, were it the difference
        spread = math.sqrt(max(n * (2 * share + difference * (1 - difference)), 1e-300))
        return side * (n * difference - won + lost) / spread - _SCORE

    seen = (won - lost) / n
    if seen == side:
        return float(side)
    end = side * (1 - 1e-12)
    return float(brentq(beyond, *sorted((seen, end)))) if beyond(end) > 0 else float(side)


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's correlation of ranks; 0 where one of them does not vary."""
    a, b = (np.asarray(rankdata(values)) for values in (one, other))
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
