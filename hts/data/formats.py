"""Readers of the files that the makers of the datasets publish: bytes to arrays, nothing else.

Each takes the paths by file name and returns ``x_train, y_train, x_test, y_test``.  Raises
ValueError where a file is not of its format.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Reader = Callable[[Mapping[str, Path]], Arrays]
Members = Mapping[str, "str | None"]  # names of batches, with their MD5 where it is published


def idx(content: bytes) -> np.ndarray:
    """Array from an IDX file of unsigned bytes (LeCun's format), compressed by gzip or not."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise ValueError("not an IDX file of unsigned bytes")
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if values.size != int(np.prod(shape)):
        raise ValueError(f"IDX header says {shape}, the file holds {values.size} values")
    return values.reshape(shape)


def read_idx(paths: Mapping[str, Path]) -> Arrays:
    """The four IDX files of MNIST and its relatives."""
    parts = {name.split("-idx")[0]: idx(path.read_bytes()) for name, path in paths.items()}
    return (
        parts["train-images"],
        parts["train-labels"],
        parts["t10k-images"],
        parts["t10k-labels"],
    )


def cifar(content: bytes, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) and labels (n,) of a CIFAR binary batch.

    A record is ``labels`` label bytes, of which the last is the class, then 3072 bytes of
    channels, rows, columns.
    """
    size = labels + 3072
    if len(content) % size:
        raise ValueError(f"not a CIFAR binary batch: {len(content)} bytes are no whole records")
    records = np.frombuffer(content, np.uint8).reshape(-1, size)
    images = records[:, labels:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), records[:, labels - 1].copy()


def _cifar_batches(batches: Mapping[str, bytes], labels: int, members: Members) -> Arrays:
    for name, md5 in members.items():
        if md5 is not None and hashlib.md5(batches[name], usedforsecurity=False).hexdigest() != md5:
            raise ValueError(f"{name} is damaged: its MD5 is not {md5}")
    test_name = "test_batch.bin" if "test_batch.bin" in batches else "test.bin"
    train = [cifar(batches[name], labels) for name in sorted(batches) if name != test_name]
    x_test, y_test = cifar(batches[test_name], labels)
    x_train = np.concatenate([images for images, _ in train])
    return x_train, np.concatenate([named for _, named in train]), x_test, y_test


def read_cifar(labels: int, members: Members) -> Reader:
    """Reader of loose CIFAR binary batches with ``labels`` label bytes per record."""
    return lambda paths: _cifar_batches(
        {name: path.read_bytes() for name, path in paths.items()}, labels, members
    )


def read_cifar_archive(labels: int, members: Members) -> Reader:
    """Reader of the published tar archive; ``members`` are the batches to take from it."""

    def read(paths: Mapping[str, Path]) -> Arrays:
        (path,) = paths.values()
        batches: dict[str, bytes] = {}
        try:
            with tarfile.open(path, "r:gz") as archive:
                for member in archive:
                    name = Path(member.name).name
                    opened = archive.extractfile(member) if name in members else None
                    if opened is not None:
                        batches[name] = opened.read()
        except (tarfile.TarError, EOFError) as error:
            raise ValueError(f"not a whole tar.gz archive: {error}") from error
        missing = [name for name in members if name not in batches]
        if missing:
            raise ValueError(f"the archive lacks {', '.join(missing)}")
        return _cifar_batches(batches, labels, members)

    return read


def series(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Series (n, length) float32 and labels (n,) uint8 from 0, from the archive's text files.

    Takes .txt (the label first, blanks between), .ts (values, then ``:label``) and .arff (values,
    then the label, commas between); the label is a number from 1.
    """
    lines = [line.strip() for line in text.splitlines()]
    rows = [line for line in lines if line and line[0] not in "@#%"]
    if not rows:
        raise ValueError("holds no series")
    label_first = "," not in rows[0] and ":" not in rows[0]
    joined = "\n".join(rows).replace(":", ",").replace("'", "")
    table = np.loadtxt(
        io.StringIO(joined), delimiter=None if label_first else ",", dtype=np.float64, ndmin=2
    )
    column = 0 if label_first else -1
    values = np.delete(table, column, axis=1)
    return values.astype(np.float32), (table[:, column] - 1).astype(np.uint8)


def read_series(paths: Mapping[str, Path]) -> Arrays:
    """Two text files whose names hold TRAIN and TEST."""
    (train,) = (path for name, path in paths.items() if "TRAIN" in name)
    (test,) = (path for name, path in paths.items() if "TEST" in name)
    return (*series(train.read_text("utf-8")), *series(test.read_text("utf-8")))


def read_series_archive(paths: Mapping[str, Path]) -> Arrays:
    """The archive's zip file: its .txt members, else .ts, else .arff."""
    (path,) = paths.values()
    try:
        with zipfile.ZipFile(path) as archive:
            for ending in (".txt", ".ts", ".arff"):
                members = {
                    part: name
                    for part in ("TRAIN", "TEST")
                    for name in archive.namelist()
                    if name.endswith(f"_{part}{ending}")
                }
                if len(members) == 2:
                    train = archive.read(members["TRAIN"]).decode("utf-8")
                    test = archive.read(members["TEST"]).decode("utf-8")
                    return (*series(train), *series(test))
    except zipfile.BadZipFile as error:
        raise ValueError(f"not a whole zip archive: {error}") from error
    raise ValueError("the archive holds no pair of _TRAIN and _TEST text files")
