"""What has to agree between the head and its workers for their results to be comparable."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import numpy as np

import hts
from hts.data import Dataset
from hts.validate import BadInput

_DIGITS = 12


class Differs(BadInput):
    """Data of a worker are not those of the head."""


@functools.lru_cache(maxsize=1)
def code_version() -> str:
    """The package's version, ``+``, and the start of a SHA-256 over its sources as they lie here.

    Two installations with one version number and different sources differ.
    """
    root = Path(hts.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(f"{path.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{hts.__version__}+{found.hexdigest()[:_DIGITS]}"


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
