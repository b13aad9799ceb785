"""Reading a table from a NumPy archive, without ever running code from it.

Accepted arrays, names in any case: ``X`` and ``y``, or ``x_train, y_train, x_test, y_test``.
Axes after the first are flattened.
"""

from __future__ import annotations

import zipfile
from math import prod
from typing import BinaryIO

import numpy as np

from hts.data.reading.npy_header import read_npy_header
from hts.data.reading.table_checks import LARGEST_VALUES, Table
from hts.validate import BadInput, choice

_WHOLE = ("x", "y")
_PARTS = ("x_train", "y_train", "x_test", "y_test")


def read_npz_table(handle: BinaryIO, label: str | int | None, limit: int) -> Table:
    """The table in ``handle``; raises `BadInput`.

    ``label`` names the array of labels if it is not ``y``.  ``limit``: largest sum of the
    unpacked arrays in bytes, checked against the archive's directory before anything is unpacked.
    """
    handle.seek(0)
    try:
        with zipfile.ZipFile(handle) as archive:
            _check_sizes(archive, limit)
            named = {
                entry.filename[:-4].lower(): entry
                for entry in archive.infolist()
                if entry.filename.endswith(".npy")
            }
            wanted, default = _wanted(list(named), label)
            arrays = [_array(archive, named[name]) for name in wanted]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadInput(f"the file is no NumPy archive (.npz), or a damaged one: {error}.") from None
    x, y, *rest = arrays
    _same_length(x, y, wanted[:2])
    test_from = None
    if rest:
        x_test, y_test = rest
        _same_length(x_test, y_test, wanted[2:])
        if x.shape[1:] != x_test.shape[1:]:
            raise BadInput(
                f"x_train has examples of shape {x.shape[1:]} and x_test of {x_test.shape[1:]}: "
                "they must be the same."
            )
        test_from = len(x)
        x, y = np.concatenate([x, x_test]), np.concatenate([y.reshape(-1), y_test.reshape(-1)])
    features = x.reshape(len(x), -1).astype(np.float64)
    return Table(
        features=features,
        labels=_texts(y),
        columns=[f"column {k + 1}" for k in range(features.shape[1])],
        label=wanted[1],
        place=lambda row: _place(row, test_from),
        default_label=default,
        test_from=test_from,
    )


def _place(row: int, test_from: int | None) -> str:
    if test_from is None:
        return f"row {row}"
    return f"training row {row}" if row < test_from else f"test row {row - test_from}"


def _check_sizes(archive: zipfile.ZipFile, limit: int) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limit:
        raise BadInput(
            f"the archive unpacks to {unpacked / 2**20:,.0f} MB, at most {limit / 2**20:,.0f} MB "
            "are accepted: it would not fit beside the network. Take fewer examples."
        )


def _wanted(names: list[str], label: str | int | None) -> tuple[list[str], bool]:
    holds = ", ".join(names) or "no arrays"
    if label is not None and str(label).lower() != "y":
        name = choice("label array", str(label).lower(), names, why="the archive has no other")
        if "x" not in names:
            raise BadInput(f"the archive has no array X beside {label!r}: it holds {holds}.")
        return ["x", name], False
    for wanted in (_PARTS, _WHOLE):
        if all(name in names for name in wanted):
            return list(wanted), True
    lacks = "needs the arrays X and y, or x_train, y_train, x_test and y_test;"
    if "x" in names:
        lacks = "has no label array y:"
    raise BadInput(f"the archive {lacks} it holds {holds}.")


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    """One array, its header checked against the bytes there are before room is made for it."""
    name = entry.filename[:-4]
    with archive.open(entry) as member:
        shape, axes, dtype = read_npy_header(member, name)
        if prod(shape) * dtype.itemsize != entry.file_size - member.tell():
            raise BadInput(f"array {name} is damaged: its header does not fit its size.")
        if prod(shape) > LARGEST_VALUES:
            raise BadInput(
                f"array {name} holds {prod(shape):,} values, at most {LARGEST_VALUES:,} are "
                "accepted: take fewer examples."
            )
        flat = np.frombuffer(member.read(), dtype)
    array = flat.reshape(shape, order=axes)
    if name.lower().startswith("x") and array.dtype.kind not in "biuf":
        raise BadInput(f"array {name} is {array.dtype}: features must be real numbers.")
    return array


def _same_length(x: np.ndarray, y: np.ndarray, names: list[str]) -> None:
    if x.ndim < 2:
        raise BadInput(
            f"{names[0]} has shape {x.shape}, it must be (examples, inputs) or more axes."
        )
    if x.size == 0 or y.size == 0:
        raise BadInput(f"{names[0]} {x.shape} or {names[1]} {y.shape} is empty: nothing to learn.")
    if y.ndim > 2 or y.size != max(y.shape):
        raise BadInput(
            f"{names[1]} has shape {y.shape}, it must be (examples,): one class per example. Of "
            "one-hot labels take y.argmax(1)."
        )
    if len(x) != y.size:
        raise BadInput(
            f"{names[0]} has {len(x)} examples and {names[1]} {y.size} labels: they must agree."
        )


def _texts(y: np.ndarray) -> list[str]:
    if y.dtype.kind == "S":
        return [bytes(value).decode("utf-8", "replace") for value in y.reshape(-1)]
    if y.dtype.kind == "b":
        y = y.astype(np.int64)
    if y.dtype.kind not in "iufU":
        raise BadInput(f"labels are {y.dtype}: whole numbers or text are needed.")
    return [str(value) for value in y.reshape(-1).tolist()]
