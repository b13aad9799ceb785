"""Units of smallest norm: the paper's column pruning."""

from __future__ import annotations

import numpy as np

from hts.pruning.columns import unit_norms
from hts.pruning.criteria import CRITERIA, Scored, UnitCriterion


@CRITERIA.register
class Columns(UnitCriterion):
    """A column of the paper is one unit's incoming weight vector, here a row."""

    name = "columns"
    place = 10
    label = "Columns"
    title = "Columns by norm"
    sentence = (
        "Units of smallest 2-norm go, with everything that flows into and out of them: the "
        "paper's criterion."
    )

    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        """The units' norms."""
        norms = unit_norms(weights)
        return Scored(norms, norms**2)
