"""One pass from a sample to log-spaced counts; everything later works on the counts.

Arrays are plain NumPy.  Values are centred in double precision where that matters and may be as
large as 1e30: only logarithms of magnitudes are used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from hts.real_array import real_array
from hts.validate import BadInput

FEWEST = 50
_OPEN = 40.0
_CHUNK = 1 << 16  # values at a time, so that temporaries stay in the cache


@dataclass(frozen=True)
class LogCounts:
    """Counts of ``log |x|`` in cells of equal width, positive and negative values apart.

    Cell k covers ``[start + k * width, start + (k + 1) * width)``, natural logarithms; of rounded
    values ``snapped`` holds the edges, moved into the middle between two values that occur.
    ``inner`` values lie below the first edge (too close to 0 to say anything about a tail), unless
    the sample is ``truncated`` there: then smaller values were taken away and laws are conditional.
    """

    start: float
    width: float
    positive: np.ndarray
    negative: np.ndarray
    inner: int
    snapped: np.ndarray | None = None
    truncated: bool = False

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
        if self.snapped is not None:
            return self.snapped
        return self.start + self.width * np.arange(len(self.positive) + 1)

    def given(self, survival: np.ndarray) -> np.ndarray:
        """A law's survival function at the edges, given what the sample was left with."""
        return survival / survival[..., :1] if self.truncated else survival

    def cells(self, centred: np.ndarray) -> np.ndarray:
        """The cell of every value, from 1 up; 0 for the inner ones."""
        with np.errstate(divide="ignore"):
            logs = np.log(np.abs(centred).astype(float, copy=False))
        if self.snapped is not None:
            return np.searchsorted(self.snapped, logs, side="right").clip(0, len(self.positive))
        place = (logs - self.start) * (1.0 / self.width) + 1.0
        cells: np.ndarray = np.clip(place, 0.0, len(self.positive)).astype(np.int32)
        return cells


def coarser(counts: LogCounts) -> LogCounts:
    """The same counts in cells twice as wide, which is half the work for a likelihood."""
    even = len(counts.positive) + len(counts.positive) % 2
    halves = []
    for side in (counts.positive, counts.negative):
        padded = np.zeros(even, side.dtype)
        padded[: len(side)] = side
        halves.append(padded.reshape(-1, 2).sum(axis=1))
    positive, negative = halves
    snapped = counts.snapped
    if snapped is not None:
        snapped = np.append(snapped[:even:2], snapped[-1])
    return LogCounts(
        counts.start, 2 * counts.width, positive, negative, counts.inner, snapped, counts.truncated
    )


def between_values(counts: LogCounts, centred: np.ndarray) -> LogCounts:
    """The same counts with every edge in the middle between two values that occur.

    Rounding moves values by up to half a step: an edge in the middle between two steps is the only
    one for which it does not matter.
    """
    with np.errstate(divide="ignore"):
        logs = np.unique(np.log(np.abs(centred).astype(float)))
    logs = np.concatenate([[logs[0] - counts.width], logs, [logs[-1] + counts.width]])
    sizes, wanted = np.exp(logs), counts.edges
    above = np.searchsorted(logs, wanted, side="left").clip(1, len(logs) - 1)
    snapped = np.log((sizes[above - 1] + sizes[above]) / 2)
    snapped[wanted > logs[-2]] = logs[-2] + _OPEN  # the outermost step holds all that lies beyond
    return replace(counts, snapped=snapped)


def checked(x: np.ndarray, what: str = "the sample") -> np.ndarray:
    """``x`` as a flat float array, or `BadInput`: too few, not finite, or all equal."""
    flat = real_array(x, what).ravel()
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
