"""Which units go: criteria, and what accuracy and error remain.

Names here need NumPy only.  ``weights`` are (units, inputs), ``norms`` the 2-norms (units,).
"""

from hts.pruning.columns import (
    pruned_count,
    pruning_ratio,
    relative_error,
    removal_order,
    unit_norms,
)

__all__ = ["pruned_count", "pruning_ratio", "relative_error", "removal_order", "unit_norms"]
