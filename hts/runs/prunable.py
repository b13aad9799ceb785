"""How many units can go within a point of test accuracy."""

from __future__ import annotations

import numpy as np

from hts.models.network import one_layer
from hts.pruning.choose import most_within
from hts.pruning.columns import removal_order, unit_norms
from hts.pruning.every_level import at_every_level
from hts.records import Snapshot
from hts.runs.session import Session

POINTS = 1.0


def prunable(session: Session, last: Snapshot) -> float:
    """Percent of the units, smallest norms first, that can go within `POINTS` of test accuracy.

    By every smaller share too (`most_within`); without retraining, on the whole test set.  With
    one hidden layer to the unit, with more at the shares of ``last``'s curve.
    """
    network = one_layer(session.network)
    if network is None:
        place = most_within(np.array(last.curve.test_accuracy), POINTS)
        return 100.0 * last.curve.pruned[place]
    norms = unit_norms(network.hidden[0].detach().cpu().numpy())
    order = removal_order(norms)[::-1].copy()
    kept = at_every_level(network, order, *session.sample("test", None)).accuracy
    return 100.0 * most_within(kept[::-1], POINTS) / len(norms)
