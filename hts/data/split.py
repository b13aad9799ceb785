"""One fixed stratified split: every class gives a fifth of its examples to the test set."""

from __future__ import annotations

import numpy as np

from hts.seeds import generator


def stratified(labels: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Indices (train, test), each ascending, of an 80/20 split of ``labels`` (examples,).

    A class of m >= 2 examples gives max(1, round(m / 5)) of them to the test set.  The split
    depends on ``name`` and the labels only, never on a run's seed, so that runs with different
    seeds are replicates on the same data.
    """
    # Sorting raw bits, not Generator.permutation: NumPy promises the bits for ever.
    keys = generator(1, "split", name).bit_generator.random_raw(len(labels))
    order = np.argsort(keys, kind="stable")
    held_out = [
        members[: max(1, round(len(members) / 5))]
        for members in (order[labels[order] == k] for k in np.unique(labels))
    ]
    is_test = np.zeros(len(labels), bool)
    is_test[np.concatenate(held_out)] = True
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)
