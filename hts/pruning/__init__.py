"""Which units go, by which criterion, and what error remains; masks for PyTorch modules.

`prune_columns_`, `remove_columns` and `ColumnPruning` load torch when they are first used, the
others need NumPy only.  ``weights`` are (units, inputs), ``norms`` the 2-norms (units,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.lazy import lazily
from hts.pruning.columns import (
    pruned_count,
    pruning_ratio,
    relative_error,
    removal_order,
    unit_norms,
)

if TYPE_CHECKING:
    from hts.pruning.modules.masks import ColumnPruning, prune_columns_
    from hts.pruning.modules.smaller import remove_columns

__all__ = [
    "ColumnPruning",
    "prune_columns_",
    "pruned_count",
    "pruning_ratio",
    "relative_error",
    "removal_order",
    "remove_columns",
    "unit_norms",
]

_HOMES = {
    "ColumnPruning": "hts.pruning.modules.masks",
    "prune_columns_": "hts.pruning.modules.masks",
    "remove_columns": "hts.pruning.modules.smaller",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES, __all__)
