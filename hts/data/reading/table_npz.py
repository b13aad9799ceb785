"""Reading a table from a NumPy archive, without ever running code from it.

Accepted arrays, names in any case: ``X`` and ``y``, or ``x_train, y_train, x_test, y_test``.
Axes after the first are flattened.
"""

from __future__ import annotations

import zipfile
from math import prod
from typing import Any, BinaryIO

import numpy as np

from hts.data.reading.dialect import Dialect
from hts.data.reading.npy_header import read_npy_header
from hts.data.reading.table_checks import Table, fits
from hts.foreign import guarded
from hts.validate import BadInput, choice

_PARTS = ["x_train", "y_train", "x_test", "y_test"]


class NpzTable:
    """The arrays in ``handle``, their sizes judged before anything is unpacked."""

    layout = None

    def __init__(self, handle: BinaryIO, told: Dialect) -> None:
        self._archive = zipfile.ZipFile(handle)
        self._absent = told.absent

    def shown(self, rows: int, columns: int) -> dict[str, Any]:
        """Names and shapes of the arrays, which is what there is to see before reading."""
        entries = [[name, e.file_size] for name, e in self._arrays().items()]
        return {"names": ["array", "bytes"], "rows": [list(map(str, one)) for one in entries]}

    def written(self) -> dict[str, Any]:
        return {}

    def _arrays(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._archive.infolist()
        return {e.filename[:-4].lower(): e for e in entries if e.filename.endswith(".npy")}

    def read(self, label: str | int | None) -> Table:
        """The table; ``label`` names the array of labels if that is not ``y``."""
        named = self._arrays()
        wanted, default = _wanted(list(named), label)
        arrays = [_array(self._archive, named[name]) for name in wanted]
        for k in range(0, len(wanted), 2):
            _same_length(arrays[k], arrays[k + 1], wanted[k : k + 2])
        x, y = arrays[:2]
        test_from = None
        if len(arrays) == 4:
            if x.shape[1:] != arrays[2].shape[1:]:
                raise BadInput(
                    f"x_train has examples of shape {x.shape[1:]} and x_test of "
                    f"{arrays[2].shape[1:]}: they must be the same."
                )
            test_from = len(x)
            x = np.concatenate([x, arrays[2]])
            y = np.concatenate([y.reshape(-1), arrays[3].reshape(-1)])
        width = prod(x.shape[1:])
        return Table(
            features=x.reshape(len(x), width),
            labels=_texts(y),
            columns=[f"column {k + 1}" for k in range(width)],
            label=wanted[1],
            place=lambda row: _place(row, test_from),
            absent=self._absent,
            default_label=default,
            test_from=test_from,
        )


def _place(row: int, test_from: int | None) -> str:
    if test_from is None:
        return f"row {row}"
    return f"training row {row}" if row < test_from else f"test row {row - test_from}"


def _wanted(names: list[str], label: str | int | None) -> tuple[list[str], bool]:
    holds = ", ".join(names) or "no arrays"
    if label is not None and str(label).lower() != "y":
        name = choice("label array", str(label).lower(), names, why="the archive has no other")
        if "x" not in names:
            raise BadInput(f"the archive has no array X beside {label!r}: it holds {holds}.")
        return ["x", name], False
    for wanted in (_PARTS, ["x", "y"]):
        if set(wanted) <= set(names):
            return wanted, True
    lacks = "needs the arrays X and y, or x_train, y_train, x_test and y_test;"
    if "x" in names:
        lacks = "has no label array y:"
    raise BadInput(f"the archive {lacks} it holds {holds}.")


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    """One array, its header checked against the bytes there are before room is made for it."""
    name = entry.filename[:-4]
    with guarded(f"array {name}", "The archive is damaged."), archive.open(entry) as member:
        shape, axes, dtype = read_npy_header(member, name)
        if prod(shape) * dtype.itemsize != entry.file_size - member.tell():
            raise BadInput(f"array {name} is damaged: its header does not fit its size.")
        fits(shape[0] if shape else 1, prod(shape[1:]), 0, dtype.itemsize)
        array = np.frombuffer(member.read(), dtype).reshape(shape, order=axes)
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
        y = np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind == "b":
        y = y.astype(np.int64)
    if y.dtype.kind not in "iufU":
        raise BadInput(f"labels are {y.dtype}: whole numbers or text are needed.")
    return [str(value).strip() for value in y.reshape(-1).tolist()]
