"""Units in a random order: the control."""

from __future__ import annotations

import numpy as np

from hts.pruning.columns import unit_norms
from hts.pruning.criteria import CRITERIA, Scored, UnitCriterion
from hts.seeds import generator


@CRITERIA.register
class Random(UnitCriterion):
    """The same seed removes the same units."""

    name = "random"
    place = 40
    label = "Random"
    title = "Random units"
    sentence = "Units go in a random order: the control that every criterion has to beat."
    dash = "dot"

    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        """Uniform numbers from the layer's own stream."""
        lots = generator(seed, "pruning", "random", layer).random(len(weights))
        return Scored(lots, unit_norms(weights) ** 2)
