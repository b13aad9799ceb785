"""A run that was interrupted goes on from its stored checkpoint with what its optimizer keeps."""

from __future__ import annotations

import pytest

from hts import RunConfig
from hts.runs.recorder import Undisturbed
from hts.studio.jobs.workers.execute import execute
from hts.studio.store.store import Store

BASE = RunConfig(width=30, iterations=20, eval_every=4, sigma=0.1, device="cpu")


class StopsAt7(Undisturbed):
    def wanted(self, step: int) -> str:
        return "stop" if step == 7 else "run"


@pytest.mark.parametrize(
    "change",
    [
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "depth": 2},
        {"optimizer": "adam", "lr": 0.002},
        {"optimizer": "adamw", "lr": 0.002, "weight_decay": 0.1, "scaling": "mean_field"},
        {"model": "cnn", "width": 8, "momentum": 0.9, "sigma": 0.001, "batch_size": 110},
    ],
)
def test_to_the_bits_of_one_that_was_not(home, change):
    store, ends = Store(home), []
    for interrupted in (False, True):
        run_id = store.runs.create(BASE.replace(**change))
        if interrupted:
            execute(store, run_id, StopsAt7())
            assert store.arrays.checkpoint_at(run_id)[0] == 7
        execute(store, run_id)
        found = store.arrays.load_checkpoint(run_id)
        assert found.step == 20
        ends.append({name: array.tobytes() for name, array in found.tensors.items()})
    assert ends[0] == ends[1]
    assert any(name.startswith("optimizer.") for name in ends[0])
