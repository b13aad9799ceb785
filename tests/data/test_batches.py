"""Which examples a step sees."""

from __future__ import annotations

import numpy as np
import pytest

from hts.data.batches import batch_indices, order, steps_per_epoch


@pytest.mark.parametrize(("n", "batch"), [(10, 3), (12, 4), (7, 1), (100, 99)])
def test_an_epoch_sees_every_example_once_and_its_last_batch_may_be_short(n, batch):
    steps = steps_per_epoch(n, batch)
    for epoch in range(3):
        seen = [batch_indices(epoch * steps + k, n, batch, seed=5) for k in range(1, steps + 1)]
        assert [len(s) for s in seen[:-1]] == [batch] * (steps - 1)
        assert len(seen[-1]) == n - batch * (steps - 1)
        assert np.array_equal(np.concatenate(seen), order(n, batch, 5, epoch))
        assert sorted(np.concatenate(seen).tolist()) == list(range(n))


def test_steps_may_be_asked_for_in_any_order():
    forwards = [batch_indices(k, 50, 8, seed=1) for k in range(1, 30)]
    backwards = [batch_indices(k, 50, 8, seed=1) for k in range(29, 0, -1)]
    for first, second in zip(forwards, reversed(backwards), strict=True):
        assert np.array_equal(first, second)


def test_epochs_and_seeds_differ():
    assert not np.array_equal(order(100, 10, 1, 0), order(100, 10, 1, 1))
    assert not np.array_equal(order(100, 10, 1, 0), order(100, 10, 2, 0))


@pytest.mark.parametrize("batch", [20, 21, 10**9])
def test_a_batch_of_the_whole_set_keeps_the_natural_order(batch):
    for step in (1, 2, 1000):
        assert np.array_equal(batch_indices(step, 20, batch, seed=3), np.arange(20))


def test_changing_a_batch_changes_no_later_one():
    first = batch_indices(1, 20, 6, seed=1)
    kept = first.copy()
    first[:] = -1
    assert np.array_equal(batch_indices(1, 20, 6, seed=1), kept)


def test_steps_count_from_one():
    with pytest.raises(ValueError, match="steps count from 1"):
        batch_indices(0, 10, 2, seed=1)
