"""The k largest values, and what estimators that look at these alone have in common.

alpha is the tail index, ``P(|X| > x) ~ C x^-alpha``; xi = 1/alpha is the extreme-value index.  They
assume nothing below the threshold, and for stable laws near alpha = 2, whose power law begins very
far out, they are badly biased; their intervals hold sampling error only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.tails.estimators.inversion import LIGHTEST, z_of
from hts.validate import BadInput

FEWEST_UPPER = 10
MOST_UPPER = 50_000  # that a curve over k reads
SHARE = 0.05  # of the values, unless another k is asked for
NO_POWER_LAW = (
    "The extreme-value index is not above 0, so no power law is seen: alpha is infinite, written "
    f"as {LIGHTEST:g}."
)


@dataclass(frozen=True)
class Uppers:
    """The ``k + 1`` largest of ``size`` absolute values as logarithms, descending."""

    logs: np.ndarray
    size: int

    @property
    def most(self) -> int:
        """The largest k there are logarithms for."""
        return len(self.logs) - 1


def uppers(values: np.ndarray, most: int) -> Uppers:
    """The ``most + 1`` largest absolute values that are above 0."""
    size = np.abs(values)
    most = min(most, size.size - 1)
    largest = np.partition(size, size.size - most - 1)[size.size - most - 1 :]
    largest = np.sort(largest.astype(float))[::-1]
    largest = largest[largest > 0]
    if len(largest) <= FEWEST_UPPER:
        raise BadInput(
            f"a tail needs more than {FEWEST_UPPER} values that differ from the centre, got "
            f"{len(largest)}."
        )
    return Uppers(np.log(largest), size.size)


def hill_xi(tail: Uppers, k: np.ndarray) -> np.ndarray:
    """Hill's xi at every ``k``: the mean of the k largest logarithms over the next one."""
    means = np.cumsum(tail.logs[:-1]) / np.arange(1, len(tail.logs))
    xi: np.ndarray = (means - tail.logs[1:])[k - 1]
    return xi


def from_xi(xi: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of alpha from the normal one of ``xi`` with standard ``error``."""
    reach = z_of(level) * error
    return alpha_of(xi + reach), alpha_of(xi - reach)


def alpha_of(xi: np.ndarray) -> np.ndarray:
    """1/xi, at most `LIGHTEST`, which also stands for xi <= 0."""
    return 1 / np.maximum(xi, 1 / LIGHTEST)
