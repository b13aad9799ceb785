"""Dekkers, Einmahl and de Haan's moment estimator."""

from __future__ import annotations

import numpy as np

from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.upper_tail import Uppers, from_xi


@ESTIMATORS.register
class Moment(TailOnly):
    """Hill's index with a correction that lets xi be negative."""

    name = "moment"
    place = 80
    title = "Moment (DEdH)"
    label = "Moment"
    citation = "Dekkers, Einmahl and de Haan (1989)"
    assumes = "i.i.d. values in the domain of attraction of an extreme-value law"
    interval = "normal, in the extreme-value index xi = 1/alpha; xi <= 0 means no power law"
    bias = "biased like Hill's near 2, with a wider spread; fails at 2"
    cost = "one selection and k logarithms"

    def index(self, tail: Uppers, k: np.ndarray) -> np.ndarray:
        """``M1 + 1 - 1/(2 (1 - M1^2/M2))``."""
        logs = tail.logs - tail.logs[-1]  # small numbers, so that squares keep their digits
        counts = np.arange(1, len(logs))
        first = np.cumsum(logs[:-1]) / counts
        second = np.cumsum(logs[:-1] ** 2) / counts
        below = logs[1:]
        m1, m2 = first - below, second - 2 * below * first + below**2
        with np.errstate(divide="ignore", invalid="ignore"):
            xi: np.ndarray = (m1 + 1 - 0.5 / (1 - m1**2 / m2))[k - 1]
        return xi

    def band(self, xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """From the normal interval of xi, whose variance differs below 0."""
        a = np.minimum(xi, 0.0)
        light = (1 - a) ** 2 * (1 - 2 * a)
        light *= (
            4
            - 8 * (1 - 2 * a) / (1 - 3 * a)
            + (5 - 11 * a) * (1 - 2 * a) / ((1 - 3 * a) * (1 - 4 * a))
        )
        return from_xi(xi, np.sqrt(np.where(xi >= 0, 1 + xi**2, light) / k), level)
