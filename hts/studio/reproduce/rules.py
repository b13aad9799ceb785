"""The rule behind every verdict: the interval of a mean difference, paired by seed.

Runs of one seed share their start, their data order and their random bits, so their difference is
free of what the seed brings along.  The interval is Student's t over the seeds.  A claim "more than
``margin``" is

    supported        the whole interval lies above the margin
    not supported    the whole interval lies at or below it
    undecided        anything else, and fewer than `FEWEST` seeds

A claim made of several parts is supported if every part is, not supported if one is not, and
undecided otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import Literal

from scipy.special import stdtrit

Ruling = Literal["supported", "not supported", "undecided"]

LEVEL = 0.95
FEWEST = 3  # seeds; two differences have an interval that says nothing


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A mean difference over seeds against a margin, and what it decides."""

    mean: float | None  # None: nothing to compare
    low: float | None  # interval of `level`; None with fewer than `FEWEST` seeds
    high: float | None
    level: float
    margin: float
    seeds: int  # pairs compared
    agree: int  # of them on the claimed side of the margin
    ruling: Ruling


def more_than(
    differences: Sequence[float], margin: float = 0.0, *, level: float = LEVEL
) -> Comparison:
    """Is the mean of ``differences``, one per seed, above ``margin``?"""
    n, low, high = len(differences), None, None
    mean = fmean(differences) if n else None
    ruling: Ruling = "undecided"
    if mean is not None and n >= FEWEST:
        half = float(stdtrit(n - 1, (1 + level) / 2)) * stdev(differences, mean) / math.sqrt(n)
        low, high = mean - half, mean + half
        if low > margin:
            ruling = "supported"
        elif high <= margin:
            ruling = "not supported"
    agree = sum(difference > margin for difference in differences)
    return Comparison(
        mean=mean, low=low, high=high, level=level, margin=margin, seeds=n, agree=agree,
        ruling=ruling,
    )  # fmt: skip


def at_most(differences: Sequence[float], margin: float, *, level: float = LEVEL) -> Comparison:
    """Is the mean of ``differences``, one per seed, below ``margin``?"""
    found = more_than([-d for d in differences], -margin, level=level)
    low = None if found.high is None else -found.high
    high = None if found.low is None else -found.low
    mean = None if found.mean is None else -found.mean
    return replace(found, mean=mean, low=low, high=high, margin=margin)


def doubted(found: Comparison) -> Comparison:
    """The comparison where runs were lost: what they would have said is not known."""
    return replace(found, ruling="undecided") if found.ruling == "supported" else found


def all_of(rulings: Iterable[Ruling]) -> Ruling:
    """What parts that must all hold come to."""
    given = list(rulings)
    if "not supported" in given:
        return "not supported"
    return "supported" if given and all(r == "supported" for r in given) else "undecided"


def any_of(rulings: Iterable[Ruling]) -> Ruling:
    """What parts come to of which one must hold."""
    given = list(rulings)
    if "supported" in given:
        return "supported"
    return "not supported" if given and all(r == "not supported" for r in given) else "undecided"
