"""Single weights of a layer as a sample: from all rows alike, whatever the layer's size.

Whole rows would stand for a layer whose rows differ in scale as badly as that many numbers do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeGuard

import numpy as np

from hts.seeds import generator
from hts.tails.samples.binning import checked
from hts.tails.samples.clusters import Clusters
from hts.tails.samples.sample import Sample, of_values
from hts.tails.samples.steps import on_grids, row_steps

_BLOCK = 2**21  # entries that are read at a time
_GRID_ROWS = 16  # that settle whether each row was rounded on a grid of its own
_MEDIAN_ROWS = 2000  # that settle the medians of columns


class Rows(Protocol):
    """A matrix (units, inputs) that is read by rows, such as one in a file."""

    @property
    def units(self) -> int: ...

    @property
    def inputs(self) -> int: ...

    def read(self, start: int, stop: int, /) -> np.ndarray: ...

    def chosen(self, rows: np.ndarray, /) -> np.ndarray: ...


class Whole:
    """An array as `Rows`."""

    def __init__(self, weights: np.ndarray) -> None:
        self._weights = weights
        self.units, self.inputs = weights.shape

    def read(self, start: int, stop: int, /) -> np.ndarray:
        return self._weights[start:stop]

    def chosen(self, rows: np.ndarray, /) -> np.ndarray:
        chosen: np.ndarray = self._weights[rows]
        return chosen


def is_read_by_rows(weights: object) -> TypeGuard[Rows]:
    """Whether these are `Rows` already, and no array."""
    return hasattr(weights, "chosen") and hasattr(weights, "read")


def entries_sample(matrix: Rows, most: int | None, seed: str) -> Sample:
    """At most about ``most`` single weights, centred: all, or a choice that ``seed`` names, in
    which each row gives one entry of every stretch of equal length.  Raises `BadInput` as
    `hts.tails.estimate` does."""
    units, inputs = matrix.units, matrix.inputs
    draw = generator(0, "tails", "entries", seed)
    each = inputs
    if most is not None and units > most:
        chosen, each = np.sort(draw.choice(units, most, replace=False)), 1
    else:
        chosen = np.arange(units)
        if most is not None and units * inputs > most:
            each = max(1, most // units)
    values, columns = [], []
    for start, block in _blocks(matrix):
        first, last = np.searchsorted(chosen, (start, start + len(block)))
        where = np.broadcast_to(np.arange(inputs), (last - first, inputs))
        if each < inputs:
            between = (np.arange(each) + draw.random((last - first, each))) * (inputs / each)
            where = np.minimum(between.astype(np.int64), inputs - 1)
        values.append(block[chosen[first:last, None] - start, where].ravel())
        columns.append(where.ravel())
    flat = checked(np.concatenate(values), "the layer's weights")
    rows = np.repeat(np.arange(len(chosen), dtype=np.int32), each)
    clusters = None
    if min(units, inputs) > 1:
        clusters = Clusters(rows, np.concatenate(columns).astype(np.int32))

    def steps() -> np.ndarray | None:
        if not on_grids(_some_rows(matrix, _GRID_ROWS)):
            return None
        return np.concatenate([row_steps(block) for _, block in _blocks(matrix)])[chosen[rows]]

    def medians() -> np.ndarray:
        found: np.ndarray = np.median(_some_rows(matrix, _MEDIAN_ROWS), axis=0)
        return found

    return of_values(flat, clusters, steps, medians)


def _blocks(matrix: Rows) -> Iterator[tuple[int, np.ndarray]]:
    rows = max(1, _BLOCK // matrix.inputs)
    for start in range(0, matrix.units, rows):
        yield start, matrix.read(start, min(start + rows, matrix.units))


def _some_rows(matrix: Rows, most: int) -> np.ndarray:
    """At most so many rows, evenly spaced."""
    if matrix.units <= most:
        return matrix.read(0, matrix.units)
    places = np.linspace(0, matrix.units - 1, most).astype(int)
    return np.concatenate([matrix.read(k, k + 1) for k in places])
