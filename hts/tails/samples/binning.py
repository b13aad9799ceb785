"""One pass from a sample to log-spaced counts; everything later works on the counts.

Arrays are plain NumPy.  Values are centred in double precision where that matters and may be as
large as 1e30: only logarithms of magnitudes are used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hts.validate import BadInput

FEWEST = 50
_CHUNK = 1 << 16  # values at a time, so that temporaries stay in the cache


@dataclass(frozen=True)
class LogCounts:
    """Counts of ``log |x|`` in cells of equal width, positive and negative values apart.

    Cell k covers ``[start + k * width, start + (k + 1) * width)``, natural logarithms.  ``inner``
    values lie below ``start`` (zeros among them): too close to 0 to say anything about a tail.
    """

    start: float
    width: float
    positive: np.ndarray
    negative: np.ndarray
    inner: int

    @property
    def counts(self) -> np.ndarray:
        """Counts of ``|x|``."""
        return self.positive + self.negative

    @property
    def size(self) -> int:
        """All values, ``inner`` ones too."""
        return self.inner + int(self.counts.sum())

    @property
    def edges(self) -> np.ndarray:
        """Cell edges, one more than cells."""
        return self.start + self.width * np.arange(len(self.positive) + 1)


def coarser(counts: LogCounts) -> LogCounts:
    """The same counts in cells twice as wide, which is half the work for a likelihood."""
    even = len(counts.positive) + len(counts.positive) % 2
    halves = []
    for side in (counts.positive, counts.negative):
        padded = np.zeros(even, side.dtype)
        padded[: len(side)] = side
        halves.append(padded.reshape(-1, 2).sum(axis=1))
    positive, negative = halves
    return LogCounts(counts.start, 2 * counts.width, positive, negative, counts.inner)


def checked(x: np.ndarray, what: str = "the sample") -> np.ndarray:
    """``x`` as a flat float array, or `BadInput`: too few, not finite, or all equal."""
    flat = np.asarray(x).ravel()
    if flat.dtype.kind not in "fiu":
        raise BadInput(f"{what} must hold numbers, got values of type {flat.dtype}.")
    if flat.dtype not in (np.float32, np.float64):
        flat = flat.astype(float)
    if flat.size < FEWEST:
        raise BadInput(
            f"{what} must hold at least {FEWEST} values, got {flat.size}: "
            "fewer say nothing about a tail."
        )
    low, high = float(flat.min()), float(flat.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise BadInput(f"{what} must be finite, got values from {low:g} to {high:g}.")
    if low == high:
        raise BadInput(f"{what} must vary, got {flat.size} values all equal to {low:g}.")
    return flat


def log_counts(centred: np.ndarray, start: float, width: float) -> LogCounts:
    """Count ``log |x|`` from ``start`` up in cells of ``width``; ``centred`` is a flat array."""
    biggest = float(np.abs(centred).max())
    top = math.log(biggest) if biggest > 0 else start
    cells = max(1, int((top - start) / width) + 2)
    total = np.zeros(2 * (cells + 1), np.int64)
    for first in range(0, centred.size, _CHUNK):
        part = centred[first : first + _CHUNK]
        with np.errstate(divide="ignore"):
            place = np.log(np.abs(part))
        place -= start
        place *= 1.0 / width
        np.clip(place, -0.5, cells - 0.5, out=place)
        place += 1.0  # so that truncation is a floor, and cell 0 is for inner values
        k = place.astype(np.int32)
        k += (part < 0) * np.int32(cells + 1)
        total += np.bincount(k, minlength=len(total))
    positive, negative = total[: cells + 1], total[cells + 1 :]
    return LogCounts(start, width, positive[1:], negative[1:], int(positive[0] + negative[0]))
