"""One named array of a network, loaded when asked for, as numbers a tail fit can use."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import numpy as np

from hts.weights.float8 import float8_values, is_float8
from hts.weights.limits import LIMITS

# By what the names of types begin with.
_REFUSED = {
    ("float8", "float6", "float4"): "a float of 8 bits or fewer has at most 3 bits of precision, "
    "too coarse for a tail, and its scale is stored apart; convert to bfloat16 or float32 first",
    ("unknown",): "this version cannot read its numbers; convert to bfloat16 or float32 first",
    ("complex",): "complex weights have no sign or order; give real and imaginary part apart",
    ("int", "uint", "bool", "qint", "quint"): "whole numbers are counters or the codes of "
    "quantised weights, not weights; dequantise to float16 or float32 first",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Weight:
    """A named array.  ``refused`` says why it cannot be measured; then `load` is not called.

    ``shape`` is that of the arrays as stored.  `load` returns float32 or float64 of that shape; it
    may raise `BadInput` where the file turns out to be damaged.  ``units_axis``: the axis that
    counts units or filters (PyTorch keeps them first).  ``rows(start, stop)`` reads as much of the
    first axis and no more, where that can be done.  ``place``: weights of equal places are the same
    numbers; None where that is not known.  ``checksum``: those of equal ones may be.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    kind: str
    load: Callable[[], np.ndarray] = field(repr=False)
    refused: str = ""
    units_axis: int = 0
    note: str = ""
    damaged: bool = False  # it is refused since its bytes are not what the file says
    rows: Callable[[int, int], np.ndarray] | None = field(default=None, repr=False)
    place: Hashable = None
    checksum: Hashable = None

    @classmethod
    def unread(cls, name: str, why: str, *, damaged: bool = False) -> Weight:
        """An array of which nothing is known but why it cannot be read."""
        return cls(name=name, shape=(), dtype="", kind="", load=_nothing, refused=why.rstrip("."),
                   damaged=damaged)  # fmt: skip

    @property
    def size(self) -> int:
        return prod(self.shape)


def _nothing() -> np.ndarray:
    raise AssertionError("a refused weight is not loaded")


@dataclass(frozen=True, kw_only=True, eq=False)
class FileWeights:
    """What a file holds: ``weights`` in the order of the file, ``notes`` for its reader."""

    source: str  # what to call it on screen
    format: str  # "safetensors", "npz", "npy", "pt"
    weights: tuple[Weight, ...]
    notes: tuple[str, ...] = ()
    path: Path | None = None  # the file that is read, a converted one for .pt


def kind_of_shape(shape: tuple[int, ...]) -> str:
    """What an array is taken for where nothing but its shape is known."""
    if len(shape) == 2:
        return "matrix"
    return f"conv {len(shape) - 2}-D" if 3 <= len(shape) <= 5 else f"{len(shape)}-D array"


def in_file(
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    load: Callable[[], np.ndarray],
    most: int,
    rows: Callable[[int, int], np.ndarray] | None = None,
) -> Weight:
    """An array of a file, of which the header alone is known; refused beyond ``most`` entries that
    have to be read at once."""
    kind = kind_of_shape(shape)
    refused = refusal(dtype, shape, most if rows is None else most * max(1, shape[0]))
    return Weight(
        name=name, shape=shape, dtype=dtype, kind=kind, refused=refused, load=load, rows=rows
    )


def refusal(dtype: str, shape: tuple[int, ...], most: int = LIMITS.entries) -> str:
    """Why an array of this type (NumPy's name or torch's) and shape is left out, or ""."""
    size = prod(shape)
    if size == 0:
        return f"empty: shape {shape} has no entries"
    if size > most:
        return f"too large: {size:,} entries, at most {most:,} are loaded at a time"
    if dtype in ("float16", "bfloat16", "float32", "float64"):
        return ""
    found = (why for starts, why in _REFUSED.items() if dtype.startswith(starts))
    return f"{dtype}: {next(found, 'not a type of real numbers')}"


def stored_type(dtype: str) -> np.dtype:
    """What an array of ``dtype`` is read as, little-endian: its codes where NumPy has no such."""
    plain = "u2" if dtype == "bfloat16" else "u1" if is_float8(dtype) else dtype
    return np.dtype(plain).newbyteorder("<")


def as_floats(array: np.ndarray, dtype: str) -> np.ndarray:
    """``array`` in native float32 or float64, exact; of `stored_type` where that is read."""
    if dtype == "bfloat16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    if is_float8(dtype):
        return float8_values(dtype)[array]
    if dtype in ("float64", "int32", "int64", "uint32", "uint64"):
        return array.astype(np.float64, copy=False)
    with np.errstate(invalid="ignore"):  # NaN that signals
        return array.astype(np.float32, copy=False)
