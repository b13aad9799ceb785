"""Hill's estimator."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincinv

from hts.tails.estimators.inversion import LIGHTEST
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.upper_tail import Uppers, hill_xi


class Hill(TailOnly):
    """The mean of the k largest logarithms over the next one."""

    name = "hill"
    place = 70
    title = "Hill"
    label = "Hill"
    citation = (
        "Hill (1975); k by share, stability (Reiss and Thomas 2007), double bootstrap "
        "(Danielsson et al. 2001) or KS distance (Clauset et al. 2009)"
    )
    assumes = "i.i.d. values whose largest k follow a power law; no shape is assumed below"
    interval = "exact (gamma) for a Pareto tail; the choice of k and the bias are not in it"
    bias = (
        "badly biased for stable laws near 2: at k = 5 % of 10 000 it reads +0.6 at 1.75, "
        "+1.75 at 1.9 and about 6 at 2"
    )
    cost = "one selection and k logarithms; the double bootstrap two hundred sorts"
    chooses = True
    law = "Hill's power law"
    expected_sd = (0.05, 0.08, 0.12, 0.21)

    def index(self, tail: Uppers, k: np.ndarray) -> np.ndarray:
        """Never negative."""
        return hill_xi(tail, k)

    def band(self, xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Under a Pareto tail ``k xi alpha`` has a Gamma(k) law."""
        xi, half = np.maximum(xi, 1 / LIGHTEST), 0.5 - level / 2
        return gammaincinv(k, half) / (k * xi), gammaincinv(k, 1 - half) / (k * xi)


HILL = ESTIMATORS.register(Hill())
