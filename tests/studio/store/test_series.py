"""Evaluations, snapshots and checkpoints: what goes in comes out, also around crashes."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from hts.config import RunConfig
from hts.records import summarise
from hts.studio.store.series import Unreadable
from hts.studio.store.store import Store


@pytest.fixture
def run_id(store: Store, config: RunConfig) -> str:
    return store.runs.create(config)


def test_evaluations_come_back_in_order(store: Store, run_id: str, point) -> None:
    store.series.add_evaluations(run_id, [point(10), point(0)])
    store.series.add_evaluations(run_id, [point(20)])
    store.series.add_evaluations(run_id, [])
    assert store.series.evaluations(run_id) == [point(0), point(10), point(20)]
    assert store.series.evaluations(run_id, after=10) == [point(20)]
    assert (store.runs.get(run_id).step, store.runs.get(run_id).seconds) == (20, 10.0)


def test_a_point_at_the_same_step_is_replaced(store: Store, run_id: str, point) -> None:
    store.series.add_evaluations(run_id, [point(10)])
    store.series.add_evaluations(run_id, [point(10)])
    assert store.series.evaluations(run_id) == [point(10)]


@pytest.mark.parametrize("loss", [math.nan, math.inf, None])
def test_a_loss_that_is_no_number_comes_back_as_none(store, run_id, point, loss) -> None:
    store.series.add_evaluations(run_id, [dataclasses.replace(point(1), train_loss=loss)])
    assert store.series.evaluations(run_id)[0].train_loss is None


def test_kept_snapshots(store: Store, run_id: str, snapshot) -> None:
    for step in (20, 5):
        store.series.add_snapshot(run_id, snapshot(step))
    assert store.series.snapshot_steps(run_id) == [5, 20]
    assert store.series.snapshot(run_id, 5) == snapshot(5)
    assert store.series.summaries(run_id) == [summarise(snapshot(5)), summarise(snapshot(20))]
    assert store.series.summaries(run_id, after=5) == [summarise(snapshot(20))]


def test_a_damaged_or_missing_snapshot_is_said_in_words(store, run_id, snapshot) -> None:
    store.series.add_snapshot(run_id, snapshot(5))
    path = store.home.snapshot(run_id, 5)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(Unreadable, match=r"the snapshot of step 5 cannot be read: 5.json is dam"):
        store.series.snapshot(run_id, 5)
    with pytest.raises(Unreadable, match="the snapshot of step 6 is not there"):
        store.series.snapshot(run_id, 6)


def test_the_live_snapshot_is_the_last_one_written(store, run_id, snapshot) -> None:
    assert store.series.live(run_id) is None
    assert store.series.live_mark(run_id) is None
    store.series.write_live(run_id, snapshot(1))
    mark = store.series.live_mark(run_id)
    store.series.write_live(run_id, snapshot(2))
    assert store.series.live(run_id) == snapshot(2)
    assert store.series.live_mark(run_id) != mark
    assert [file.name for file in store.home.run(run_id).iterdir() if "part" in file.name] == []


def test_a_damaged_live_snapshot_counts_as_none(store, run_id, snapshot, caplog) -> None:
    store.home.live(run_id).write_bytes(b'{"step": 1, \xff')
    assert store.series.live(run_id) is None
    assert "the live snapshot cannot be read" in caplog.text


def test_a_checkpoint_keeps_every_bit(store: Store, run_id: str) -> None:
    assert store.arrays.load_checkpoint(run_id) is None
    rng = np.random.default_rng(3)
    tensors = {
        "hidden.0": rng.standard_normal((4, 3)).T,  # not contiguous
        "single": rng.standard_normal(5).astype(np.float32),
        "order": np.arange(7),
        "flag": np.array([True, False]),
    }
    store.arrays.save_checkpoint(run_id, 30, 1 / 3, tensors)
    store.arrays.save_checkpoint(run_id, 40, 2 / 3, tensors)
    step, seconds, back = store.arrays.load_checkpoint(run_id)
    assert (step, seconds) == (40, 2 / 3)
    assert back.keys() == tensors.keys()
    for name, array in tensors.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)
    assert store.runs.get(run_id).checkpoint_step == 40


@pytest.mark.parametrize("keep", [0, 4, 60])
def test_a_damaged_checkpoint_is_not_used(store, run_id, caplog, keep: int) -> None:
    store.arrays.save_checkpoint(run_id, 30, 1.0, {"w": np.ones((10, 10))})
    path = store.home.checkpoint(run_id)
    path.write_bytes(path.read_bytes()[:keep])
    assert store.arrays.load_checkpoint(run_id) is None
    assert "is not used" in caplog.text


def test_final_weights(store: Store, run_id: str) -> None:
    assert store.arrays.load_weights(run_id) is None
    weights = np.arange(6.0).reshape(2, 3)
    store.arrays.save_weights(run_id, {"hidden 1": weights})
    np.testing.assert_array_equal(store.arrays.load_weights(run_id)["hidden 1"], weights)


def test_rollback_takes_back_what_came_after_the_checkpoint(store, run_id, point, snapshot) -> None:
    store.series.add_evaluations(run_id, [point(step) for step in (0, 10, 20, 30)])
    for step in (0, 20, 30):
        store.series.add_snapshot(run_id, snapshot(step))
    store.series.write_live(run_id, snapshot(31))
    store.series.rollback(run_id, 20, 8.0)
    assert [p.step for p in store.series.evaluations(run_id)] == [0, 10, 20]
    assert store.series.snapshot_steps(run_id) == [0, 20]
    assert not store.home.snapshot(run_id, 30).exists()
    assert store.series.live(run_id) is None
    run = store.runs.get(run_id)
    assert (run.step, run.seconds, run.epoch) == (20, 8.0, 1)
