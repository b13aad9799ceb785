"""A layer as a matrix (units, inputs), read in blocks of rows: a large one is never whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from hts.weights import Weight

BLOCK = 2**21  # entries that are read at a time


@dataclass(frozen=True, eq=False)
class Matrix:
    """``read(start, stop)`` gives those rows as float32 or float64 (stop - start, inputs)."""

    units: int
    inputs: int
    read: Callable[[int, int], np.ndarray]

    @property
    def size(self) -> int:
        return self.units * self.inputs

    def blocks(self) -> Iterator[tuple[int, np.ndarray]]:
        """(first row, rows), from top to bottom, of about `BLOCK` entries."""
        rows = max(1, BLOCK // self.inputs)
        for start in range(0, self.units, rows):
            yield start, self.read(start, min(start + rows, self.units))

    def chosen(self, rows: np.ndarray) -> np.ndarray:
        """The rows with these numbers, which ascend."""
        if len(rows) == self.units:
            return self.read(0, self.units)
        parts = []
        for start, block in self.blocks():
            first, last = np.searchsorted(rows, (start, start + len(block)))
            parts.append(block[rows[first:last] - start])
        return np.concatenate(parts)


def matrix_of(weight: Weight) -> Matrix:
    """The units of ``weight`` by its ``units_axis``; read from its file only so much at a time
    where that can be done.  Raises `BadInput` where the file turns out to be damaged."""
    units = weight.shape[weight.units_axis]
    inputs = weight.size // units
    rows = weight.rows
    if rows is not None and weight.units_axis == 0 and weight.size > BLOCK:
        return Matrix(units, inputs, lambda start, stop: rows(start, stop).reshape(-1, inputs))
    whole = np.moveaxis(weight.load(), weight.units_axis, 0).reshape(units, inputs)
    return Matrix(units, inputs, lambda start, stop: whole[start:stop])
