"""The pruning criteria that there are, one file each."""

from __future__ import annotations

from hts.pruning.criterion import Criterion, Scored, UnitCriterion
from hts.registry import Registry

__all__ = ["CRITERIA", "Criterion", "Scored", "UnitCriterion", "of_units"]

CRITERIA = Registry(
    "criterion",
    Criterion,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)


def of_units() -> dict[str, Criterion]:
    """Those that remove whole units, after which a network can be exported."""
    return {name: criterion for name, criterion in CRITERIA.items() if criterion.whole_units}
