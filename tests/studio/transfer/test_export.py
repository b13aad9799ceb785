"""What people take away: settings that read back, a table that spreadsheets open, weights."""

from __future__ import annotations

import csv
import dataclasses
import io

import numpy as np
import pytest
from safetensors.numpy import load

from hts.config import RunConfig
from hts.studio.transfer import export
from hts.validate import BadInput


@pytest.fixture
def run_id(store, config) -> str:
    return store.runs.create(config)


def test_settings_read_back(store, run_id, config) -> None:
    assert RunConfig.from_json(export.config_json(store, run_id)) == config


def test_evaluations_are_joined_with_snapshots(store, run_id, point, snapshot) -> None:
    store.series.add_evaluations(run_id, [point(10), point(20)])
    store.series.add_snapshot(run_id, snapshot(0))
    store.series.add_snapshot(run_id, snapshot(20))
    rows = list(csv.DictReader(io.StringIO(export.metrics_csv(store, run_id))))
    assert [row["step"] for row in rows] == ["0", "10", "20"]
    assert tuple(rows[0]) == export.COLUMNS
    assert (rows[0]["train_loss"], rows[0]["train_accuracy"], rows[0]["alpha"]) == (
        "", "50.0", "1.7",
    )  # fmt: skip
    assert (float(rows[1]["train_loss"]), rows[1]["alpha"]) == (2.0 / 11, "")
    assert (rows[2]["seconds"], rows[2]["pruning_ratio"]) == ("10.0", "60.0")


def test_several_layers_have_columns_of_their_own(store, run_id, snapshot) -> None:
    one = snapshot(0)
    second = dataclasses.replace(one.layers[0], name="hidden 2", tail=None, pruning_ratio=30.0)
    store.series.add_snapshot(run_id, dataclasses.replace(one, layers=[*one.layers, second]))
    (row,) = csv.DictReader(io.StringIO(export.metrics_csv(store, run_id)))
    assert (row["alpha hidden 1"], row["pruning_ratio hidden 1"]) == ("1.7", "60.0")
    assert (row["alpha hidden 2"], row["pruning_ratio hidden 2"]) == ("", "30.0")
    assert row["alpha"] == "1.7"
    assert (row["fits"], row["fits hidden 1"], row["fits hidden 2"]) == ("True", "True", "")


def test_gradient_noise_has_columns_where_it_was_estimated(store, run_id, snapshot) -> None:
    one, columns = snapshot(0), [name for name in export.COLUMNS if name.startswith("gradient")]
    noise = dataclasses.replace(one.layers[0].tail, alpha=1.2, low=1.1, high=1.3, fits=False)
    layer = dataclasses.replace(one.layers[0], gradient=noise)
    second = dataclasses.replace(layer, name="hidden 2", gradient=None)
    store.series.add_snapshot(run_id, one)
    store.series.add_snapshot(run_id, dataclasses.replace(one, step=5, layers=[layer, second]))
    before, row = csv.DictReader(io.StringIO(export.metrics_csv(store, run_id)))
    assert [before[name] for name in columns] == ["", "", "", ""]
    assert [row[name] for name in columns] == ["1.2", "1.1", "1.3", "False"]
    assert (row["gradient_alpha hidden 1"], row["gradient_alpha hidden 2"]) == ("1.2", "")


def test_weights_are_there_or_it_is_said(store, run_id, result) -> None:
    with pytest.raises(BadInput, match=f"run {run_id} is queued and has no final weights"):
        export.weights_file(store, run_id)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.arrays.save_checkpoint(run_id, 90, 1.0, {"hidden 1": np.ones((2, 3))})
    store.control.finish(run_id, result)
    with pytest.raises(BadInput, match="is finished and has no final weights"):
        export.weights_file(store, run_id)
    kept = {"hidden_1": np.ones((2, 3)), "output": np.ones((2, 2)), "optimizer.taken": np.ones(1)}
    store.arrays.save_checkpoint(run_id, 100, 1.0, kept)
    assert export.weights_file(store, run_id) == store.home.checkpoint(run_id)
    constants = ["raw.mean", "raw.sd"]
    taken = load(export.weights_safetensors(store, run_id))
    assert sorted(taken) == ["hidden_1", "output", *constants]
    store.arrays.save_weights(run_id, {"hidden 1": np.ones((2, 3))})
    assert export.weights_file(store, run_id) == store.home.weights(run_id)
