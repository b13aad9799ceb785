"""Random words as a function of where they are used: the dice, with no formula in them.

Every word belongs to (seed, layer, step, purpose) through the key of a Philox stream and to its
place through the counter.  Places run row by row over ``(units, inputs)``, so the first units of a
wide layer get the words of a narrow one, and no word depends on threads or on earlier calls.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hts.seeds import stream_key

# Words a block: its float32 temporaries stay in the second-level cache, and torch computes it on
# one thread.  Blocks are drawn whole, because vectorised functions may round the last elements
# of an odd length differently from the same elements inside a longer array.
BLOCK = 1 << 14
GRANULE = 64


def blocks(
    count: int, *, seed: int, layer: int, step: int, purpose: str
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield ``(places, bits)`` covering ``range(count)``: bits is int32, two rows.

    The columns of ``bits`` are rounded up to a multiple of 64; those beyond the places are spare.
    """
    key = np.array(stream_key(seed, "noise", layer, step, purpose), np.uint64)
    stream = np.random.Philox(key=key)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        words = stream.random_raw(-((start - stop) // GRANULE) * GRANULE)
        yield slice(start, stop), np.ascontiguousarray(words.view(np.int32).reshape(-1, 2).T)
