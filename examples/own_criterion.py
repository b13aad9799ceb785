"""A pruning criterion of one's own: units by their largest weight.

HTS_PLUGINS=examples/own_criterion.py python -m hts export RUN --criterion largest --out DIR
"""

import numpy as np

from hts.pruning.criteria import CRITERIA, Scored, UnitCriterion


@CRITERIA.register
class LargestWeight(UnitCriterion):
    name = "largest"
    label = "Largest weight"
    title = "Units by largest weight"
    sentence = "Units go whose largest weight is smallest."

    def score(self, weights, *, seed, layer):  # (units, inputs)
        norms = np.linalg.norm(weights, axis=1)
        return Scored(np.abs(weights).max(axis=1), norms**2)
