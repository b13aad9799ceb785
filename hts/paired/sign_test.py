"""The exact sign test of a median against a margin, whatever the law of the values.

It is the dual of the interval in `hts.paired.median`: at a margin that the 95 % interval leaves out
its one-sided p-value is at most 2.5 %.  Values at the margin count for neither side.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.paired.median import Median, median_of
from hts.paired.recorded import decimal, finest
from hts.paired.verdict import heads_p, share_needed, throws_needed


@dataclass(frozen=True)
class SignTest:
    """Is the median of ``values``, one a seed, above ``margin``?  With ``below``: below it?

    ``most``: how far from the margin a value can be at all.
    """

    values: tuple[float, ...]
    margin: float = 0.0
    below: bool = False
    most: float = math.inf

    @functools.cached_property
    def effect(self) -> Median:
        """The median of the values; raises `BadInput` where there are none."""
        return median_of(self.values)

    @property
    def seeds(self) -> int:
        return len(self.values)

    @property
    def agree(self) -> int:
        return sum((v < self.margin) if self.below else (v > self.margin) for v in self.values)

    @property
    def p_for(self) -> float:
        return heads_p(self.agree, self.seeds)

    @property
    def p_against(self) -> float:
        return heads_p(self._disagree, self.seeds)

    @property
    def _disagree(self) -> int:
        return sum((v > self.margin) if self.below else (v < self.margin) for v in self.values)

    def smallest_effect(self, level: float) -> float:
        """Distance of the median from the margin, the values being spread as they are.

        Infinite where it would be larger than any deviation there is, or than there can be: a few
        values do not say how large it is then.  Never 0: at least the finest difference of values.
        """
        share = share_needed(self.seeds, level)
        if share is None:
            return math.inf
        middle = self.effect.median
        sign = -1.0 if self.below else 1.0
        apart = sorted(sign * (middle - value) for value in self.values)
        # on average a sample leaves k / (seeds + 1) below its value of rank k
        rank = share * (self.seeds + 1)
        if rank > self.seeds + 0.5:
            return math.inf
        found = apart[min(self.seeds, math.ceil(rank - 1e-9)) - 1]
        effect = found if found > 0 else finest(self.values)
        return effect if effect <= self.most else math.inf

    def seeds_needed(self, level: float) -> int | None:
        """As many as decide the share of seeds that agree now, or that disagree."""
        return throws_needed(max(self.agree, self._disagree) / self.seeds, level)


def sign_test(
    values: Sequence[float] | np.ndarray,
    margin: float = 0.0,
    *,
    below: bool = False,
    most: float = math.inf,
) -> SignTest:
    """`SignTest` of ``values`` (seeds,), whose exact ties with the margin are ties."""
    return SignTest(tuple(decimal(values).tolist()), margin, below, most)
