"""What an estimator is given: centred values, norms or vectors, and what they were taken from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hts.tails.samples.binning import FEWEST, checked
from hts.validate import BadInput, choice

Of = Literal["values", "norms", "vectors"]
OF: tuple[Of, ...] = ("values", "norms", "vectors")
_SURE = 5.0  # standard errors beyond which rows are said to share draws
_ENOUGH_ROWS = 30


@dataclass(frozen=True)
class Sample:
    """Independent observations.  ``values``: ``(n,)``, signed and centred, or norms."""

    of: Of
    values: np.ndarray
    vectors: np.ndarray | None = None  # (n, inputs), centred, of norms and vectors
    location: float = 0.0
    inputs: int = 1
    unit: str = "entries"
    design: float = 1.0  # how many values count as one, where values of a row share draws
    counted: str = ""
    on: str = ""  # what of a layer this is, where it is one

    @property
    def size(self) -> int:
        return len(self.values)


def take(x: np.ndarray, of: Of | None) -> Sample:
    """A sample from ``x``: ``(n,)``, or ``(n, inputs)`` with ``of`` saying how to read the rows.

    Raises `BadInput` for fewer than 50 observations, values not finite or all equal, or a matrix
    without ``of``.
    """
    x = np.asarray(x)
    if x.ndim > 2:
        raise BadInput(f"the sample must be (n,) or (n, inputs), got shape {x.shape}.")
    if of is None:
        if x.ndim == 2 and min(x.shape) > 1:
            raise BadInput(
                f"of must be given for a matrix, got shape {x.shape}: 'values' if all its entries "
                "are independent, 'norms' or 'vectors' if only its rows are. Counting entries of "
                "rows that share a draw gives intervals many times too narrow."
            )
        of = "values"
    choice("of", of, OF, why="it says what is independent")
    if of == "values":
        flat = checked(x)
        location = float(np.median(flat))
        design = design_effect(x) if x.ndim == 2 else 1.0
        return Sample("values", flat - flat.dtype.type(location), None, location, design=design)
    if x.ndim != 2:
        raise BadInput(f"{of} need a matrix (n, inputs), got shape {x.shape}.")
    if len(x) < FEWEST:
        raise BadInput(f"the sample must hold at least {FEWEST} rows, got {len(x)}.")
    rows = checked(x).reshape(x.shape)
    medians = np.median(rows, axis=0)
    return of_rows(rows - medians, of, float(np.median(medians)), "rows")


def of_rows(centred: np.ndarray, of: Of, location: float, unit: str) -> Sample:
    """Norms, and the vectors themselves, of the rows ``centred (n, inputs)``."""
    norms = checked(norms_of(centred), "the rows' norms")
    return Sample(of, norms, centred, location, centred.shape[1], unit)


def norms_of(centred: np.ndarray) -> np.ndarray:
    """2-norms of the rows, safe from overflow: an exact power of two is taken out first."""
    unit = 2.0 ** math.frexp(float(np.abs(centred).max()))[1]
    scaled = centred / centred.dtype.type(unit)
    return np.sqrt(np.einsum("ij,ij->i", scaled, scaled, dtype=float)) * unit


def design_effect(x: np.ndarray) -> float:
    """How many entries of ``x (n, inputs)`` count as one independent value; 1 if all do.

    The variance of the rows' mean ``log |x|`` over that of independent entries (Kish 1965); 1 where
    it exceeds 1 by no more than chance.
    """
    rows, inputs = x.shape
    if rows < _ENOUGH_ROWS or inputs < 2:
        return 1.0
    size = np.abs(x - np.median(x, axis=0)).astype(float)
    logs = np.log(np.maximum(size, np.finfo(float).tiny))
    logs -= logs.mean(axis=0)
    all_of_them = float(np.mean(logs * logs))
    if all_of_them == 0:
        return 1.0
    effect = inputs * float(np.var(logs.mean(axis=1), ddof=1)) / all_of_them
    return effect if effect > 1 + _SURE * math.sqrt(2 / rows) else 1.0
