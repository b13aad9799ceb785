"""Where a dataset is published, and what correct arrays look like: plain records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# x_train, y_train, x_test, y_test
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
# From the paths by file name.  Raises ValueError where a file is not of its format.
Reader = Callable[[Mapping[str, Path]], Arrays]


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """One published file.  ``addresses`` are tried in order; none: it is only found on disk."""

    name: str
    addresses: tuple[str, ...] = ()
    checksum: str | None = None  # "md5:..." of the file
    size: int | None = None  # bytes, for the progress bar


@dataclass(frozen=True, kw_only=True)
class Release:
    """A set of files that together hold the whole dataset, and how to read them."""

    files: tuple[RemoteFile, ...]
    read: Reader
    subfolder: str = ""  # where an unpacked archive would have put them

    @property
    def downloadable(self) -> bool:
        return all(file.addresses for file in self.files)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What complete and correct arrays look like."""

    shape: tuple[int, ...]  # of one example
    dtype: str
    train_counts: tuple[int, ...]  # examples per class
    test_counts: tuple[int, ...]
    sha256: str | None = None  # of the bytes of the four arrays, in the order of `Raw`


@dataclass(frozen=True, kw_only=True)
class Subset:
    """A file in ``HTS_DATA_DIR`` with a stated part of a family, used where only it is there."""

    file: str
    words: str
    expected: Expected


@dataclass(frozen=True, kw_only=True)
class Family:
    """One dataset as published; two sources may read the same family."""

    name: str
    title: str
    expected: Expected
    releases: tuple[Release, ...]
    loose: bool = True  # False: its file names are another dataset's too, so only in a subfolder
    folders: tuple[str, ...] = ()  # what such a subfolder may be called beside ``name``
    subset: Subset | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Raw:
    """The four arrays as their makers published them, and one line on where they came from.

    Images are uint8 with rows, columns and channels last; series are float32.
    """

    x_train: np.ndarray  # (train, *shape)
    y_train: np.ndarray  # (train,) uint8 from 0
    x_test: np.ndarray
    y_test: np.ndarray
    source: str
