"""Which examples a step sees, as a pure function of the step: a run resumes anywhere.

Steps count from 1.  An epoch visits every example once in ceil(n / b) steps, its last batch may
be short, as with PyTorch's loader.  A batch of at least n is the whole training set in its
natural order at every step.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from hts.seeds import generator


def steps_per_epoch(n: int, batch_size: int) -> int:
    """ceil(n / batch_size)."""
    return -(-n // batch_size)


def order(n: int, batch_size: int, seed: int, epoch: int) -> np.ndarray:
    """The order (n,) int64 in which epoch ``epoch``, counted from 0, visits the examples."""
    if batch_size >= n:
        return np.arange(n)
    return generator(seed, "order", epoch).permutation(n)


@lru_cache(maxsize=8)  # the current epoch of each run that one process trains in turns
def _kept_order(n: int, batch_size: int, seed: int, epoch: int) -> np.ndarray:
    return order(n, batch_size, seed, epoch)


def batch_indices(step: int, n: int, batch_size: int, seed: int) -> np.ndarray:
    """Indices (batch,) int64 of the examples that step ``step`` >= 1 sees."""
    if step < 1:
        raise ValueError(f"step must be at least 1, got {step}: steps count from 1.")
    if batch_size >= n:
        return np.arange(n)
    epoch, place = divmod(step - 1, steps_per_epoch(n, batch_size))
    start = place * batch_size
    return _kept_order(n, batch_size, seed, epoch)[start : start + batch_size].copy()
