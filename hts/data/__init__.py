"""Datasets: what there is, where it comes from, and its arrays.  NumPy only.

`info`, `names`, `available` and `overview` load nothing; `load` gives a `Dataset`.
`register_table` takes in a user's own table.  `batch_indices` says which examples a step sees.
"""

from __future__ import annotations

from hts.data.batches import batch_indices, order, steps_per_epoch
from hts.data.dataset import Dataset, DatasetInfo, DataUnavailable, Progress
from hts.data.loading import available, info, load, names, overview
from hts.data.own_tables import forget_table, register_table, tables
from hts.data.toys import plane_inputs

__all__ = [
    "DataUnavailable",
    "Dataset",
    "DatasetInfo",
    "Progress",
    "available",
    "batch_indices",
    "forget_table",
    "info",
    "load",
    "names",
    "order",
    "overview",
    "plane_inputs",
    "register_table",
    "steps_per_epoch",
    "tables",
]
