"""The examples of a price list: train, validation, test, and how far classes lie apart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from hts.data.sources import Dataset
from hts.price.records import Distances
from hts.price.settings import VALIDATION, PriceSettings
from hts.seeds import generator

_COMPARED = 2000  # training examples whose distances are measured


@dataclass(frozen=True, eq=False)
class Parts:
    """``dataset`` has the training part alone as its training set; ``x``, ``y`` are validation."""

    dataset: Dataset
    x: np.ndarray  # (validation, inputs) float32
    y: np.ndarray  # (validation,) int64
    distances: Distances


def split(dataset: Dataset, settings: PriceSettings) -> Parts:
    """The same split whatever the seeds of the networks, in random order of a fixed stream."""
    x, y = dataset.x_train[: settings.most_train], dataset.y_train[: settings.most_train]
    order = generator(1, "price", "validation", len(y)).permutation(len(y))
    held = round(VALIDATION * len(y))
    out, kept = np.sort(order[:held]), np.sort(order[held:])
    part = replace(dataset, x_train=x[kept], y_train=y[kept])
    return Parts(part, x[out], y[out], distances(part.x_train, part.y_train))


def distances(x: np.ndarray, y: np.ndarray) -> Distances:
    """Medians over examples of the distance to the nearest example of another class.

    ``x`` (examples, inputs), ``y`` (examples,); the first 2000 examples.
    """
    x, y = x[:_COMPARED].astype(np.float64), y[:_COMPARED]
    nearest: dict[str, list[float]] = {"l2": [], "linf": []}
    for point, label in zip(x, y, strict=True):
        apart = np.abs(x[y != label] - point)
        nearest["l2"].append(float(np.sqrt(np.square(apart).sum(axis=1).min())))
        nearest["linf"].append(float(apart.max(axis=1).min()))
    return Distances(**{norm: float(np.median(found)) for norm, found in nearest.items()})


def checksum(dataset: Dataset) -> str:
    """SHA-256 of the bytes of the four arrays as networks see them."""
    total = hashlib.sha256()
    for part in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
        total.update(np.ascontiguousarray(part).view(np.uint8).data)
    return total.hexdigest()
