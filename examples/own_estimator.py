"""A tail-index estimator of one's own: Hill's with a harmonic mean.

HTS_PLUGINS=examples/own_estimator.py streamlit run app.py
"""

import numpy as np

from hts.tails import ESTIMATORS, TailOnly
from hts.tails.estimators.upper_tail import from_xi


@ESTIMATORS.register
class HarmonicHill(TailOnly):
    name = "t-hill"
    title = label = "t-Hill"
    citation = "Fabian and Stehlik (2009)"
    assumes = "i.i.d. values whose largest k follow a power law"
    interval = "normal, in xi = 1/alpha, for a Pareto tail"
    bias = "like Hill's, but single values weigh less"
    cost = "one selection and k logarithms"

    def index(self, tail, k):
        means = np.exp(tail.logs[k]) * np.cumsum(np.exp(-tail.logs))[k - 1] / k
        return 1 / means - 1

    def band(self, xi, k, level):
        return from_xi(xi, xi * (1 + xi) / np.sqrt((1 + 2 * xi) * k), level)
