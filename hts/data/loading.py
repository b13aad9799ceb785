"""The datasets by name: what there is, what is known of it, and the arrays."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from hts.data import local, own_tables, scaling, toys
from hts.data.catalogue import CIFAR10_SUBSET, FAMILIES
from hts.data.dataset import Dataset, DatasetInfo, Progress
from hts.data.digits import digits
from hts.data.raw import Raw
from hts.data.registry import BUILT_IN
from hts.validate import choice


def names() -> list[str]:
    """Names of the built-in datasets, then of the user's own tables."""
    return [*BUILT_IN, *(table.name for table in own_tables.tables())]


def info(name: str) -> DatasetInfo:
    """What is known of dataset ``name`` without loading it; raises `BadInput` for no such name.

    Where only the subset of CIFAR-10 is on this computer, that is what is described.
    """
    if name.startswith("table:"):
        return own_tables.table_info(name)
    known = BUILT_IN[choice("data", name, BUILT_IN, why="no other dataset is known")]
    if name == "cifar10":
        found = local.find(FAMILIES[name])
        if found is not None and found.kind == "subset":
            return dataclasses.replace(
                known,
                title="CIFAR-10 (subset of 4000+1000)",
                train=sum(CIFAR10_SUBSET.train_counts),
                test=sum(CIFAR10_SUBSET.test_counts),
                says=f"{known.says} Only a subset of 4000+1000 is on this computer.",
            )
    return known


def available(name: str) -> str | None:
    """Where dataset ``name`` lies on this computer, or None if loading it means a download."""
    known = info(name)
    if known.name.startswith("table:"):
        return "your tables"
    if known.kind == "toy":
        return "made on the spot"
    if name not in FAMILIES:
        return "with scikit-learn"
    found = local.find(FAMILIES[name])
    return found.where if found is not None else None


def overview() -> list[dict[str, Any]]:
    """One dictionary per dataset, for a table of choices."""
    rows = []
    for name in names():
        known, where = info(name), available(name)
        rows.append(
            {
                "name": name,
                "title": known.title,
                "inputs": known.inputs,
                "classes": known.classes,
                "train": known.train,
                "test": known.test,
                "available": "download" if where is None else f"yes ({where})",
            }
        )
    return rows


def load(name: str, *, progress: Progress | None = None) -> Dataset:
    """Dataset ``name`` in memory, downloading it if need be.

    The data, splits included, never depend on a run's seed: runs that differ only in their seed
    are replicates.  ``progress(bytes, total)`` is called during a download; what it raises ends
    the download, which a later call continues.  Raises `BadInput` for no such name and
    `DataUnavailable` if the data cannot be had.
    """
    if name.startswith("table:"):
        return own_tables.load_table(name)
    known = info(name)
    if known.kind == "toy":
        return _dataset(
            known, *toys.draw(name, "train"), *toys.draw(name, "test"), source=known.origin
        )
    if name == "digits":
        return _dataset(known, *digits(), source="with scikit-learn; fixed stratified 80/20 split")
    raw = local.obtain(FAMILIES[name], progress)
    inputs = [_inputs(name, x) for x in (raw.x_train, raw.x_test)]
    labels = [_classes(name, y) for y in (raw.y_train, raw.y_test)]
    return _dataset(known, inputs[0], labels[0], inputs[1], labels[1], source=_source(known, raw))


def _inputs(name: str, x: np.ndarray) -> np.ndarray:
    constants = scaling.CONSTANTS.get(name)
    return x.astype(np.float32) if constants is None else scaling.images(x, constants)


def _classes(name: str, y: np.ndarray) -> np.ndarray:
    return (y != 0).astype(np.int64) if name == "ecg5000-binary" else y.astype(np.int64)


def _source(known: DatasetInfo, raw: Raw) -> str:
    return f"{known.title}: {raw.source}; {known.origin}"


def _dataset(
    known: DatasetInfo,
    x_train: np.ndarray,
    y_train: np.ndarray,
    x_test: np.ndarray,
    y_test: np.ndarray,
    *,
    source: str,
) -> Dataset:
    return Dataset(
        name=known.name,
        title=known.title,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        classes=known.class_names,
        source=source,
        image_shape=known.image_shape,
    )
