"""What is taken out of a store with runs of several networks, and what is found wrong in it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from hts.config import RunConfig
from hts.studio.jobs.copies import copy_records
from hts.studio.jobs.workers.execute import execute
from hts.studio.store.store import Store
from hts.studio.transfer.backup import back_up, restore, store_faults
from hts.studio.transfer.export import final_weights, metrics_csv, weights_file
from hts.studio.transfer.last_weights import last_weights
from hts.validate import BadInput

CONFIG = RunConfig(width=30, iterations=8, eval_every=4, replicates=2, controls="none", seed=3)
NAMES = ("main.3", "main.4", "none.3", "none.4")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("home"))
    run_id = store.runs.create(CONFIG)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.finish(run_id, execute(store, run_id))
    return store, run_id


def seen(store, run_id) -> list[object]:
    names = [f"{run_id}.{key}" for key in NAMES]
    return [
        [store.series.evaluations(name) for name in names],
        [store.series.snapshot(name, 8) for name in names],
        [{k: v.tolist() for k, v in final_weights(store, name).items()} for name in names],
    ]


def test_a_backup_has_every_network(trained, tmp_path):
    store, run_id = trained
    back_up(store, tmp_path / "lab.tar")
    with restore(tmp_path / "lab.tar", tmp_path / "other") as other:
        assert seen(other, run_id) == seen(store, run_id)
        assert list(store_faults(other)) == []
        shutil.rmtree(other.home.run(f"{run_id}.none.3"))
        other.home.run(f"{run_id}.none.9").mkdir()
        assert list(store_faults(other)) == [
            f"the network {run_id}.none.3 has no weights",
            f"the folder {run_id}.none.9 belongs to no run",
        ]


def test_weights_are_of_one_network(trained):
    store, run_id = trained
    for read in (weights_file, final_weights):
        with pytest.raises(BadInput, match=rf"is 4 networks.*such as {run_id}\.main\.3 or"):
            read(store, run_id)
    assert last_weights(store, run_id) is None
    kept = last_weights(store, f"{run_id}.none.4")
    assert (kept.step, kept.final) == (8, True)
    np.testing.assert_array_equal(
        kept.read("hidden_1"), store.arrays.load_weights(f"{run_id}.none.4")["hidden_1"]
    )


def test_numbers_are_of_one_network_or_medians(trained):
    store, run_id = trained
    last = [float(metrics_csv(store, f"{run_id}.{key}").splitlines()[-1].split(",")[3])
            for key in NAMES[:2]]  # fmt: skip
    middle = float(metrics_csv(store, run_id).splitlines()[-1].split(",")[3])
    assert middle == pytest.approx(np.median(last))


def test_a_copy_has_what_the_networks_recorded(trained):
    store, run_id = trained
    copy = store.runs.create(CONFIG)
    copy_records(store, run_id, copy)
    assert seen(store, copy) == seen(store, run_id)
    shown = store.series.live(f"{copy}.main.4")
    assert shown is not None
    assert shown == store.series.live(f"{run_id}.main.4")
    store.runs.delete(copy)
