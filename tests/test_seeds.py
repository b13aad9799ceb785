"""Named streams: independent of the order of asking, different for different names."""

from __future__ import annotations

import numpy as np

from hts.seeds import generator, stream_key


def test_same_name_same_numbers_whatever_was_asked_before():
    first = generator(3, "init", 0).random(5)
    generator(3, "order", 1).random(100)
    assert np.array_equal(first, generator(3, "init", 0).random(5))


def test_names_and_seeds_give_different_keys():
    names = [("a",), ("a", 0), ("a", 1), ("a", "0"), ("a", 0, 1), ("b", 0)]
    keys = {stream_key(seed, *name) for seed in (0, 1, 2**63 - 1) for name in names}
    assert len(keys) == 3 * len(names)


def test_streams_are_uncorrelated():
    draws = np.stack([generator(1, "noise", 0, step).standard_normal(20_000) for step in range(8)])
    off = np.corrcoef(draws)[np.triu_indices(8, 1)]
    assert np.abs(off).max() < 5 / np.sqrt(20_000)
