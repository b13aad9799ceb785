"""The newest weights of a run, whichever file they are in."""

from __future__ import annotations

import numpy as np
import pytest

from hts.config import RunConfig
from hts.studio.store.store import Store
from hts.studio.transfer.last_weights import last_weights
from hts.validate import BadInput

WEIGHTS = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def run(home):
    store = Store(home)
    return store, store.runs.create(RunConfig(width=50, iterations=10))


def test_there_may_be_none(run):
    assert last_weights(*run) is None


def test_a_checkpoint_says_its_step(run):
    store, run_id = run
    store.arrays.save_checkpoint(run_id, 7, 0.5, {"hidden_1": WEIGHTS, "optimizer.taken": WEIGHTS})
    kept = last_weights(store, run_id)
    assert (kept.step, kept.final, kept.names) == (7, False, ("hidden_1",))
    np.testing.assert_array_equal(kept.read("hidden_1"), WEIGHTS)
    with pytest.raises(BadInput, match="no weights of 'hidden_2'; kept are hidden_1"):
        kept.read("hidden_2")


def test_final_weights_come_first_and_one_layer_is_read(run):
    store, run_id = run
    store.arrays.save_checkpoint(run_id, 7, 0.5, {"hidden_1": WEIGHTS})
    store.arrays.save_weights(run_id, {"hidden_1": 2 * WEIGHTS, "output": WEIGHTS.T})
    kept = last_weights(store, run_id)
    assert kept.path == store.home.weights(run_id)
    np.testing.assert_array_equal(kept.read("output"), WEIGHTS.T)


def test_a_damaged_file_counts_as_none_and_one_that_goes_is_told(run):
    store, run_id = run
    store.arrays.save_checkpoint(run_id, 7, 0.5, {"hidden_1": WEIGHTS})
    kept = last_weights(store, run_id)
    store.home.checkpoint(run_id).write_bytes(b"no weights")
    assert last_weights(store, run_id) is None
    store.home.checkpoint(run_id).unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        kept.read("hidden_1")
