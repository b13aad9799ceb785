"""Pickands' estimator."""

from __future__ import annotations

import math

import numpy as np

from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.upper_tail import Uppers, from_xi


@ESTIMATORS.register
class Pickands(TailOnly):
    """From the values of rank m, 2m and 4m with ``m = k // 4``."""

    name = "pickands"
    place = 90
    title = "Pickands"
    label = "Pickands"
    citation = "Pickands (1975), four times k values"
    assumes = "i.i.d. values in the domain of attraction of an extreme-value law"
    interval = "normal, in the extreme-value index xi = 1/alpha; xi <= 0 means no power law"
    bias = "unbiased by shifts, but so variable that it needs very large samples; fails at 2"
    cost = "one selection"

    def index(self, tail: Uppers, k: np.ndarray) -> np.ndarray:
        """The logarithm, to base 2, of a ratio of differences."""
        m = np.maximum(1, k // 4)
        x = np.exp(tail.logs - tail.logs[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (x[m - 1] - x[2 * m - 1]) / (x[2 * m - 1] - x[4 * m - 1])
            xi: np.ndarray = np.log(ratio) / math.log(2)
        return xi

    def band(self, xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        small = np.where(np.abs(xi) < 1e-6, 1e-6, xi)
        spread = small * np.sqrt(2 ** (2 * small + 1) + 1) / (2 * (2**small - 1) * math.log(2))
        return from_xi(xi, spread / np.sqrt(np.maximum(1, k // 4)), level)
