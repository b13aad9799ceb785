"""Datasets: what there is, where it comes from, and its arrays.  NumPy only.

`info`, `names`, `available` and `overview` load nothing; `load` gives a `Dataset`.
`register_table` takes in a user's own table, which `preview_table` shows first.  `batch_indices`
says which examples a step sees.
What needs no arrays imports from `hts.data.sources`, which brings no readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.data.batches import batch_indices, order, steps_per_epoch
from hts.data.reading.download import Progress
from hts.data.reading.obtain import obtain
from hts.data.sources import (
    DATASETS,
    Dataset,
    DatasetSource,
    DataUnavailable,
    available,
    info,
    names,
    overview,
    plane_inputs,
    title_of,
)
from hts.data.sources.tables import forget_table, tables
from hts.lazy import lazily

if TYPE_CHECKING:
    from hts.data.reading.own_table import preview_table, register_table

__all__ = [
    "DATASETS",
    "DataUnavailable",
    "Dataset",
    "DatasetSource",
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
    "preview_table",
    "register_table",
    "steps_per_epoch",
    "tables",
    "title_of",
]

_HOMES = dict.fromkeys(("preview_table", "register_table"), "hts.data.reading.own_table")  # pyarrow

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES, __all__)


def load(name: str, *, progress: Progress | None = None) -> Dataset:
    """Dataset ``name`` in memory, downloading it if need be.

    The data, splits included, never depend on a run's seed: runs that differ only in their seed
    are replicates.  ``progress(bytes, total)`` is called during a download; what it raises ends
    the download, which a later call continues.  Raises `BadInput` for no such name and
    `DataUnavailable` if the data cannot be had.
    """
    return info(name).load(lambda family: obtain(family, progress))
