"""How often is each verdict given, on laws where the right one is known?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.records import MODEST, VERDICTS
from hts.tails.verdicts import verdict
from hts.validate import choice
from hts.verify.families import FAMILIES, draw

MOST_WRONG = 0.10  # share of samples of one law


@dataclass(frozen=True, kw_only=True)
class VerdictRates:
    """Shares of ``repeats`` samples of ``n`` values that got each verdict."""

    family: str
    n: int
    repeats: int
    shares: dict[str, float]
    right: float  # share of verdicts that are true of the family
    median_p: float  # of the fit
    seconds_each: float

    @property
    def wrong(self) -> float:
        """Share of verdicts that claim what is not true."""
        return 1.0 - self.right - sum(self.shares[kind] for kind in MODEST)

    @property
    def passed(self) -> bool:
        return self.wrong <= MOST_WRONG


def verdict_rates(
    family: str,
    n: int,
    repeats: int = 100,
    *,
    seed: int = 1,
    progress: Callable[[float], None] = lambda share: None,
) -> VerdictRates:
    """Verdicts on ``repeats`` samples of ``n`` values of one of `hts.verify.families.FAMILIES`."""
    drawn = FAMILIES[choice("family", family, FAMILIES)]
    counts = dict.fromkeys(VERDICTS, 0)
    p_values, seconds = [], 0.0
    for repeat in range(repeats):
        x = draw(drawn, n, seed, repeat)
        began = time.perf_counter()
        given = verdict(x)
        seconds += time.perf_counter() - began
        counts[given.kind] += 1
        p_values.append(given.p_value)
        progress((repeat + 1) / repeats)
    return VerdictRates(
        family=family,
        n=n,
        repeats=repeats,
        shares={kind: count / repeats for kind, count in counts.items()},
        right=sum(counts[kind] for kind in drawn.right) / repeats,
        median_p=float(np.median(p_values)),
        seconds_each=seconds / repeats,
    )
