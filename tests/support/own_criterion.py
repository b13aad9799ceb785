"""A criterion from elsewhere, as the README shows one: units by their largest weight."""

from __future__ import annotations

import numpy as np

from hts.pruning.criteria import CRITERIA, Scored, UnitCriterion


@CRITERIA.register
class LargestWeight(UnitCriterion):
    name = "largest"
    label = "Largest weight"
    title = "Units by largest weight"
    sentence = "Units go whose largest weight is smallest."

    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        norms = np.linalg.norm(weights, axis=1)
        return Scored(np.abs(weights).max(axis=1), norms**2)
