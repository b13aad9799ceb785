"""An estimator from elsewhere, as the README shows one: Hill's with harmonic means."""

from __future__ import annotations

import numpy as np

from hts.tails import ESTIMATORS, TailOnly
from hts.tails.estimators.upper_tail import Uppers, from_xi


@ESTIMATORS.register
class HarmonicHill(TailOnly):
    name = "t-hill"
    title = label = "t-Hill"
    citation = "Fabian and Stehlik (2009)"
    assumes = "i.i.d. values whose largest k follow a power law"
    interval = "normal, in xi = 1/alpha, for a Pareto tail"
    bias = "like Hill's, but single values weigh less"
    cost = "one selection and k logarithms"

    def index(self, tail: Uppers, k: np.ndarray) -> np.ndarray:
        means = np.exp(tail.logs[k]) * np.cumsum(np.exp(-tail.logs))[k - 1] / k
        return 1 / means - 1

    def band(self, xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        return from_xi(xi, xi * (1 + xi) / np.sqrt((1 + 2 * xi) * k), level)
