"""The datasets there are and what is known of each; reading them is `hts.data.load`.

A file of this folder, or one that ``HTS_PLUGINS`` names, adds one by ``DATASETS.register``.  The
user's own tables are asked for by their names, ``table:`` and 12 hex digits.
"""

from __future__ import annotations

from hts.data.sources.base import DatasetSource, Obtain, plane_inputs
from hts.data.sources.dataset import Dataset, DataUnavailable, stratified
from hts.data.sources.tables import OwnTable, tables
from hts.registry import Registry
from hts.validate import BadInput

__all__ = [
    "DATASETS",
    "DataUnavailable",
    "Dataset",
    "DatasetSource",
    "Obtain",
    "available",
    "info",
    "names",
    "overview",
    "plane_inputs",
    "stratified",
    "title_of",
]

DATASETS = Registry(
    "dataset",
    DatasetSource,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)


def names() -> list[str]:
    """Names of the registered datasets, then of the user's own tables."""
    return [*DATASETS, *(table.name for table in tables())]


def info(name: str) -> DatasetSource:
    """What is known of dataset ``name`` without loading it; raises `BadInput` for no such name.

    Where only a part of it is on this computer, that part is described.
    """
    if name.startswith(OwnTable.PREFIX):
        return OwnTable(name)
    return DATASETS.named(name, setting="data").here()


def title_of(name: str) -> str:
    """Title of dataset ``name``; the name itself where it is not there."""
    try:
        return info(name).title
    except BadInput:
        return name


def available(name: str) -> str | None:
    """Where dataset ``name`` lies on this computer, or None if loading it means a download."""
    return info(name).where()


def overview() -> list[dict[str, object]]:
    """One dictionary per dataset, for a table of choices."""
    return [
        {
            "name": known.name,
            "title": known.title,
            **known.sizes,
            "available": "download" if (where := known.where()) is None else f"yes ({where})",
        }
        for known in map(info, names())
    ]
