"""What a run records of a problem in the plane: its decision regions and its hidden units.

Regions are at a fixed grid of points and at some pruned shares, as run lengths: a grid of 60 x 60
at 22 shares takes about 13 kB of JSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Grid = list[list[int]]  # classes, [y][x]


@dataclass(frozen=True, kw_only=True)
class PlaneUnits:
    """Units of the first hidden layer: the largest norms, and evenly spaced ranks of the rest."""

    total: int  # units of the layer
    rank: list[int]  # ascending; 0 is the unit of largest norm
    weights: list[list[float]]  # of each, from (x, y, 1)
    output: list[list[float]]  # of each, to the classes; empty where more layers follow

    @property
    def norms(self) -> list[float]:
        """The 2-norm of each unit's incoming weights."""
        return [float(np.hypot.reduce(row)) for row in self.weights]


@dataclass(frozen=True, kw_only=True)
class PlaneGrid:
    """A regular grid of points (row by row, y ascending) and a subsample of training points."""

    x: list[float]
    y: list[float]
    points_x: list[float]
    points_y: list[float]
    points_class: list[int]


@dataclass(frozen=True, kw_only=True)
class Boundary(PlaneGrid):
    """Decision regions of a two-dimensional problem.

    ``shares``, ``runs`` and ``units`` are missing in stores of before there were.
    """

    full: Grid  # predicted class
    pruned: Grid  # after pruning at squared error 0.1
    shares: list[float] = field(default_factory=list)  # pruned shares, ascending from 0 to 1
    runs: list[list[int]] = field(default_factory=list)  # at each share, as `run_lengths` gives
    units: PlaneUnits | None = None

    def nearest(self, pruned: float) -> tuple[float, Grid] | None:
        """The recorded share nearest to ``pruned`` and its regions; None where none is recorded.

        Also None where the lengths are not those of the grid, as in a damaged file.
        """
        if not self.shares:
            return None
        right = min(bisect_left(self.shares, pruned), len(self.shares) - 1)
        at = min((max(0, right - 1), right), key=lambda i: abs(self.shares[i] - pruned))
        flat, width = self.runs[at], len(self.x)
        if sum(flat[1::2]) != width * len(self.y):
            return None
        return self.shares[at], np.repeat(flat[::2], flat[1::2]).reshape(-1, width).tolist()


def run_lengths(classes: Sequence[int] | np.ndarray) -> list[int]:
    """``[class, how often, class, how often, ...]`` of a sequence that is not empty."""
    given = np.asarray(classes)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(given)) + 1])
    lengths = np.diff(np.concatenate([starts, [len(given)]]))
    return np.column_stack([given[starts], lengths]).ravel().tolist()
