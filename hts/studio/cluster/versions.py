"""What has to agree between the head and its workers for their results to be comparable."""

from __future__ import annotations

import hashlib

import numpy as np

from hts.data import Dataset
from hts.validate import BadInput
from hts.version import code_version

__all__ = ["Differs", "check_data", "code_version", "data_checksum"]

_DIGITS = 12


class Differs(BadInput):
    """Data of a worker are not those of the head."""


def data_checksum(dataset: Dataset) -> str:
    """SHA-256 of the arrays, their shapes and types, and the names of the classes."""
    found = hashlib.sha256()
    for array in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
        found.update(f"{array.dtype.str} {array.shape}\0".encode())
        found.update(np.ascontiguousarray(array).view(np.uint8).reshape(-1).data)
    found.update("\0".join(dataset.classes).encode())
    return found.hexdigest()


def check_data(dataset: Dataset, wanted: str) -> None:
    """Raise `Differs` unless the data's checksum is ``wanted``."""
    got = data_checksum(dataset)
    if got != wanted:
        raise Differs(
            f"{dataset.name} came there with checksum {got[:_DIGITS]}, the head's has "
            f"{wanted[:_DIGITS]}"
        )
