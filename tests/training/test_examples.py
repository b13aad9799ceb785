"""Batches on the device, or sent to it, are the batches that the data room defines."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts.data import batch_indices, load
from hts.training.examples import Batches, Examples

CPU = torch.device("cpu")


@pytest.mark.parametrize("size", [7, 100, 1437, 5000])
def test_rows_are_those_of_each_seed(size):
    batches = Batches(1437, size, [3, 5, 3], CPU)
    assert batches.whole == (size >= 1437)
    for step in (1, 2, 15, 16, 40, 2):  # several epochs, and back
        rows = batches.rows(step)
        for member, seed in enumerate([3, 5, 3]):
            assert np.array_equal(rows[member].numpy(), batch_indices(step, 1437, size, seed))
    batches.keep([1])
    assert np.array_equal(batches.rows(2)[0].numpy(), batch_indices(2, 1437, size, 5))


def test_examples_that_do_not_fit_are_sent_batch_by_batch():
    data = load("digits")
    held, streamed = Examples(data, CPU), Examples(data, CPU, room=1000)
    assert (held.streamed, streamed.streamed) == (False, True)
    rows = Batches(len(data.y_train), 50, [1, 2], CPU).rows(4)
    for mine, theirs in zip(held.batch(rows), streamed.batch(rows), strict=True):
        assert torch.equal(mine, theirs)
        assert mine.shape[:2] == (2, 50)
    for mine, theirs in zip(held.whole(), streamed.whole(), strict=True):
        assert torch.equal(mine, theirs)
    assert Examples(data, CPU, room=data.x_train.nbytes + data.x_test.nbytes).streamed is False
