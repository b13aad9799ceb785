"""Sizes of a layer's weights in one or a few passes over its blocks: exact, in bounded memory.

Order statistics are found digit by digit: the bits of a positive float, read as a whole number, are
in the order of the values, so counting the leading 16 bits of all |w| says in which of 65 536 bins
the median lies, and one more pass for each further 16 bits says where in it.  Of bfloat16 weights
the first pass says everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.inspection.matrix import Matrix
from hts.pruning.columns import unit_norms

_DIGIT = 16  # bits


@dataclass(frozen=True, eq=False)
class Sizes:
    """What `sizes_of` found; where ``wrong`` (NaN, infinite) is not 0 the rest means nothing."""

    wrong: int
    largest: float  # |w|
    mean_abs: float
    norms: np.ndarray  # (units,)
    counts: np.ndarray  # of the leading 16 bits of |w|
    rough: bool  # whether there are bits after these
    dtype: np.dtype


def sizes_of(matrix: Matrix) -> Sizes:
    """One pass over ``matrix``."""
    norms = np.zeros(matrix.units)
    counts = np.zeros(2**_DIGIT, np.int64)
    total, highest, low = 0.0, 0, 0
    dtype = np.dtype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        for start, block in matrix.blocks():
            bits, dtype = _bits(block), block.dtype
            shift = 8 * dtype.itemsize - _DIGIT
            counts += np.bincount(bits >> shift, minlength=2**_DIGIT)
            highest = max(highest, int(bits.max()))
            low |= int(np.bitwise_or.reduce(bits)) & ((1 << shift) - 1)
            total += float(np.abs(block).sum(dtype=np.float64))
            norms[start : start + len(block)] = unit_norms(block)
    beyond = int(_bits(np.full(1, np.inf, dtype))[0]) >> (8 * dtype.itemsize - _DIGIT)
    return Sizes(
        wrong=int(counts[beyond:].sum()),
        largest=float(_values(np.array([highest]), dtype)[0]),
        mean_abs=total / matrix.size,
        norms=norms,
        counts=counts,
        rough=low != 0,
        dtype=dtype,
    )


def median_abs(matrix: Matrix, sizes: Sizes) -> float:
    """The median of |w|, the mean of the middle two where their number is even."""
    middle = _select(matrix, sizes, ((matrix.size - 1) // 2, matrix.size // 2))
    return float(_values(middle, sizes.dtype).mean(dtype=np.float64))


def largest_squares(matrix: Matrix, sizes: Sizes, share: float) -> float:
    """The sum of squares of the largest ``share`` of the weights, of at least one."""
    top = max(1, round(share * matrix.size))
    (edge,) = _select(matrix, sizes, (matrix.size - top,))
    beyond, total = 0, 0.0
    if sizes.rough:
        for _, block in matrix.blocks():
            large = np.abs(block[_bits(block).reshape(block.shape) > edge]).astype(np.float64)
            beyond, total = beyond + large.size, total + float(np.square(large).sum())
    else:
        shift = 8 * sizes.dtype.itemsize - _DIGIT
        bins = np.arange((int(edge) >> shift) + 1, int(np.flatnonzero(sizes.counts)[-1]) + 1)
        values = _values(bins << shift, sizes.dtype).astype(np.float64)
        beyond, total = int(sizes.counts[bins].sum()), float(sizes.counts[bins] @ np.square(values))
    return total + (top - beyond) * float(_values(np.array([edge]), sizes.dtype)[0]) ** 2


def _select(matrix: Matrix, sizes: Sizes, ranks: tuple[int, ...]) -> np.ndarray:
    """The bits of the |w| of these ranks, the smallest having rank 0."""
    found = [_within(sizes.counts, rank) for rank in ranks]
    for shift in range(8 * sizes.dtype.itemsize - 2 * _DIGIT, -1, -_DIGIT):
        counts = {digits: np.zeros(2**_DIGIT, np.int64) for digits, _ in found}
        if sizes.rough:
            for _, block in matrix.blocks():
                bits = _bits(block) >> shift
                for digits, total in counts.items():
                    there = bits[bits >> _DIGIT == digits] & (2**_DIGIT - 1)
                    total += np.bincount(there, minlength=2**_DIGIT)
        found = [
            ((digits << _DIGIT) + digit, left)
            for digits, rank in found
            for digit, left in [_within(counts[digits], rank) if sizes.rough else (0, rank)]
        ]
    return np.array([digits for digits, _ in found])


def _within(counts: np.ndarray, rank: int) -> tuple[int, int]:
    """(the bin in which this rank lies, its rank there)."""
    below = np.cumsum(counts)
    found = int(np.searchsorted(below, rank, side="right"))
    return found, rank - (int(below[found - 1]) if found else 0)


def _bits(block: np.ndarray) -> np.ndarray:
    """|w| (flat) as whole numbers in the same order, of the width of the values."""
    width = 8 * block.dtype.itemsize
    whole = np.ascontiguousarray(block).ravel().view(f"i{width // 8}")
    return whole & ((1 << (width - 1)) - 1)


def _values(bits: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return bits.astype(f"i{dtype.itemsize}").view(dtype)
