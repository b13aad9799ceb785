"""The rule behind every verdict: exact one-sided tests over seeds, corrected within their family.

A claim's parts that are judged together are a *family*.  Of each part two one-sided p-values are
taken, for the claim and against it, and each side is corrected by Holm's method (Scand. J. Statist.
6 (1979), 65-70) at 2.5 %.  So with a probability of at most 5 % a family holds any verdict that is
wrong, and a part alone is supported exactly when the 95 % interval of its median lies beyond the
margin.  A part is

    supported        its corrected p-value for the claim is at most 2.5 %
    not supported    its corrected p-value against the claim is at most 2.5 %
    undecided        otherwise: then its power says how large an effect would have been seen
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.stats import binom

from hts.paired.median import Median

Ruling = Literal["supported", "not supported", "undecided"]
RULINGS: tuple[Ruling, ...] = ("supported", "not supported", "undecided")

SIDE = 0.025  # of each side of a family; twice that for both
POWER = 0.8
MOST_SEEDS = 2000  # a question that more of them would settle is called open


class SeedTest(Protocol):
    """A test over seeds of one part of a claim."""

    @property
    def effect(self) -> Median:
        """The effect with its interval, in the unit of the part."""

    @property
    def margin(self) -> float:
        """Where the claimed side begins."""

    @property
    def below(self) -> bool:
        """Whether that is the side of smaller effects."""

    @property
    def seeds(self) -> int:
        """How many seeds it rests on."""

    @property
    def agree(self) -> int:
        """In how many of them the effect is on the claimed side."""

    @property
    def p_for(self) -> float:
        """How often as much would speak for the claim at its boundary."""

    @property
    def p_against(self) -> float:
        """How often as much would speak against it there."""

    def smallest_effect(self, level: float) -> float:
        """Smallest effect decided at ``level`` with `POWER`, these seeds given.

        Infinite: none is, or none that the spread over these seeds can tell.
        """

    def seeds_needed(self, level: float) -> int | None:
        """Seeds that decide an effect as it was seen with `POWER`; None: `MOST_SEEDS` do not."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a test came to in its family.  ``p``: of the side it leans to, corrected."""

    ruling: Ruling
    p: float
    smallest_effect: float  # with 80 % power at the level of the family's first step
    seeds_needed: int | None  # None: more than `MOST_SEEDS`, or it is decided


def decide(family: Sequence[SeedTest]) -> list[Verdict]:
    """A verdict on each test of a family."""
    level = SIDE / max(1, len(family))
    return [
        Verdict(
            ruling=ruling,
            p=p,
            smallest_effect=test.smallest_effect(level),
            seeds_needed=test.seeds_needed(level) if ruling == "undecided" else None,
        )
        for test, (ruling, p) in zip(family, rulings(family), strict=True)
    ]


def rulings(family: Sequence[SeedTest]) -> list[tuple[Ruling, float]]:
    """What each test of a family is ruled, and the corrected p-value of the side it leans to."""
    sides = (holm([t.p_for for t in family]), holm([t.p_against for t in family]))
    found: list[tuple[Ruling, float]] = []
    for p_for, p_against in zip(*sides, strict=True):
        ruling: Ruling = "undecided"
        if p_for <= SIDE:
            ruling = "supported"
        elif p_against <= SIDE:
            ruling = "not supported"
        found.append((ruling, min(p_for, p_against)))
    return found


def holm(ps: Sequence[float]) -> list[float]:
    """The p-values ``ps`` (tests,) corrected for being taken together, each at most 1."""
    given = np.asarray(ps, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    times = np.arange(len(given), 0, -1)
    corrected = np.empty(len(given))
    corrected[order] = np.minimum(np.maximum.accumulate(given[order] * times), 1.0)
    return [float(p) for p in corrected]


def all_of(rulings: Iterable[Ruling]) -> Ruling:
    """What parts that must all hold come to."""
    given = list(rulings)
    if "not supported" in given:
        return "not supported"
    return "supported" if given and all(r == "supported" for r in given) else "undecided"


@functools.cache
def heads_p(heads: int, n: int) -> float:
    """Probability of at least ``heads`` heads in ``n`` throws of a fair coin."""
    return float(binom.sf(heads - 1, n, 0.5)) if n else 1.0


@functools.cache
def heads_needed(n: int, level: float) -> int | None:
    """The fewest heads of ``n`` whose `heads_p` is at most ``level``; None if all are too few."""
    needed = int(binom.isf(level, n, 0.5)) + 1
    while needed > 1 and heads_p(needed - 1, n) <= level:
        needed -= 1
    return needed if needed <= n else None


@functools.cache
def share_needed(n: int, level: float) -> float | None:
    """The probability of heads at which ``n`` throws are decided with `POWER`."""
    needed = heads_needed(n, level)
    if needed is None:
        return None
    low, high = 0.5, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if binom.sf(needed - 1, n, middle) >= POWER else (middle, high)
    return high


@functools.cache
def throws_needed(share: float, level: float) -> int | None:
    """The fewest throws that decide a coin of heads with probability ``share``, with `POWER`."""
    throws, needed = _enough(level)
    found = np.flatnonzero(binom.sf(needed - 1, throws, share) >= POWER)
    return int(throws[found[0]]) if share > 0.5 and len(found) else None


@functools.cache
def _enough(level: float) -> tuple[np.ndarray, np.ndarray]:
    """Every number of throws up to `MOST_SEEDS`, and the fewest heads that decide it."""
    throws = np.arange(1, MOST_SEEDS + 1)
    return throws, binom.isf(level, throws, 0.5).astype(np.int64) + 1
