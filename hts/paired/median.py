"""A median with the distribution-free interval between two of the values themselves.

Between the k-th smallest and the k-th largest of n independent values lies the median of their
law with probability ``1 - 2 P(Bin(n, 1/2) < k)``, whatever the law (David and Nagaraja, *Order
Statistics*, 7.1).  Fewer than six values cannot reach 95 %: then the interval is their whole range
and ``level`` says what it holds.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.validate import BadInput

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Median:
    """The median of ``n`` values and the interval [low, high] that holds its law's median.

    NaN is the median halfway between -inf and inf.

    ``level``: with which probability, at least 0.95 from six values on.
    """

    median: float
    low: float
    high: float
    level: float
    n: int


def median_of(values: Sequence[float] | np.ndarray, *, level: float = LEVEL) -> Median:
    """Median and interval of ``values`` (n,), in their unit; infinite ones keep their rank.

    Raises `BadInput` without values, and for values that are not numbers.
    """
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1:
        raise BadInput(f"values must be a list of one number or more, got {values!r}.")
    return medians_of(given[:, None], level=level)[0]


def medians_of(values: np.ndarray, *, level: float = LEVEL) -> list[Median]:
    """`median_of` of every column of ``values`` (n, columns)."""
    ordered = np.sort(values, axis=0)
    n = len(ordered)
    if not n or np.isnan(ordered).any():
        raise BadInput(f"values must be a list of one number or more, got {values!r}.")
    rank, held = _ends(n, level)
    below, above = ordered[(n - 1) // 2], ordered[n // 2]
    with np.errstate(invalid="ignore"):  # there is nothing between -inf and inf
        middle = np.where(below == above, below, below / 2 + above / 2)  # also where infinite
    rows = (middle, ordered[rank - 1], ordered[n - rank])
    return [
        Median(median=median, low=low, high=high, level=held, n=n)
        for median, low, high in zip(*(row.tolist() for row in rows), strict=True)
    ]


@functools.cache
def _ends(n: int, level: float) -> tuple[int, float]:
    """Rank of the value where the interval begins, and with which probability it holds.

    Counted in whole numbers: scipy's distributions would take 70 MB of each process.
    """
    rank, ways, below = 1, n, 1  # below: of 2**n ways to throw n coins those with fewer heads
    while 2 * (below + ways) / 2**n <= 1 - level:
        below += ways
        ways = ways * (n - rank) // (rank + 1)
        rank += 1
    return rank, 1 - 2 * below / 2**n
