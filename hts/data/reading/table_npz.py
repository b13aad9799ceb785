"""Reading a table from a NumPy archive, without ever running code from it.

Accepted arrays, names in any case: ``X`` and ``y``, or ``x_train, y_train, x_test, y_test``.
Axes after the first are flattened.
"""

from __future__ import annotations

import zipfile
from math import prod
from typing import BinaryIO

import numpy as np

from hts.data.reading.dialect import Dialect, Layout
from hts.data.reading.npy_header import read_npy_header
from hts.data.reading.table_checks import Table, fits
from hts.foreign import guarded
from hts.validate import BadInput, choice

_WHOLE = ["x", "y"]
_PARTS = ["x_train", "y_train", "x_test", "y_test"]


class NpzTable:
    """The arrays in ``handle``, their sizes judged before anything is unpacked."""

    text = False

    def __init__(self, handle: BinaryIO, told: Dialect) -> None:
        self.told = told
        self._archive = zipfile.ZipFile(handle)
        self._arrays = {
            entry.filename[:-4].lower(): entry
            for entry in self._archive.infolist()
            if entry.filename.endswith(".npy")
        }
        rows = [[name, str(entry.file_size)] for name, entry in self._arrays.items()]
        self.layout = Layout(dialect=told, names=["array", "bytes"], rows=rows, skip=0)

    def read(self, label: str | int | None) -> Table:
        """The table; ``label`` names the array of labels if that is not ``y``."""
        wanted = self._wanted(label)
        x, y, *test = (self._array(name) for name in wanted)
        _check(wanted[0], x, wanted[1], y)
        first = len(x)
        if test:
            _check(wanted[2], test[0], wanted[3], test[1])
            if x.shape[1:] != test[0].shape[1:]:
                raise BadInput(
                    f"x_train has examples of shape {x.shape[1:]} and x_test of "
                    f"{test[0].shape[1:]}: they must be the same."
                )
            x, y = np.concatenate([x, test[0]]), np.concatenate([y.ravel(), test[1].ravel()])
        parts = ("training row", "test row") if test else ("row", "row")
        width = prod(x.shape[1:])
        return Table(
            features=x.reshape(len(x), width),
            labels=_texts(y),
            columns=[f"column {k + 1}" for k in range(width)],
            label=wanted[1],
            place=lambda row: f"{parts[row >= first]} {row % first if test else row}",
            absent=self.told.absent,
            default_label=wanted in (_PARTS, _WHOLE),
            test_from=first if test else None,
        )

    def _wanted(self, label: str | int | None) -> list[str]:
        """Names of the arrays of features and labels."""
        if label is not None and str(label).lower() != "y":
            why = "the archive has no other"
            return ["x", choice("label array", str(label).lower(), self._arrays, why=why)]
        for wanted in (_PARTS, _WHOLE):
            if set(wanted) <= set(self._arrays):
                return wanted
        raise BadInput(
            "the archive needs the arrays X and y, or x_train, y_train, x_test and y_test; it "
            f"holds {', '.join(self._arrays)}."
        )

    def _array(self, name: str) -> np.ndarray:
        """An array, its header checked against the bytes there are before room is made for it."""
        if name not in self._arrays:
            raise BadInput(f"the archive has no array {name}: it holds {', '.join(self._arrays)}.")
        entry = self._arrays[name]
        damaged = guarded(f"array {name}", "The archive is damaged.")
        with damaged, self._archive.open(entry) as member:
            shape, axes, dtype = read_npy_header(member, name)
            if prod(shape) * dtype.itemsize != entry.file_size - member.tell():
                raise BadInput(f"array {name} is damaged: its header does not fit its size.")
            fits(shape[0] if shape else 1, prod(shape[1:]), 0, dtype.itemsize)
            array = np.frombuffer(member.read(), dtype).reshape(shape, order=axes)
        if name.startswith("x") and array.dtype.kind not in "biuf":
            raise BadInput(f"array {name} is {array.dtype}: features must be real numbers.")
        return array


def _check(name: str, x: np.ndarray, label: str, y: np.ndarray) -> None:
    if x.ndim < 2 or not x.size or len(x) != y.size or y.ndim > 2 or y.size != max(y.shape):
        raise BadInput(
            f"{name} has shape {x.shape} and {label} {y.shape}: features are (examples, inputs) or "
            "more axes, labels (examples,), one class per example. Of one-hot labels take "
            "y.argmax(1)."
        )


def _texts(y: np.ndarray) -> list[str]:
    if y.dtype.kind not in "biufUS":
        raise BadInput(f"labels are {y.dtype}: whole numbers or text are needed.")
    if y.dtype.kind == "S":
        y = np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind == "b":
        y = y.astype(np.int64)
    return [str(value).strip() for value in y.ravel().tolist()]
