"""The record of a run's pruning against networks masked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from hts.config import RunConfig
from hts.data import load
from hts.pruning.across import over_runs
from hts.pruning.criteria import CRITERIA
from hts.pruning.levels import LEVELS
from hts.pruning.ranking import rank
from hts.pruning.records import CompressionRecord
from hts.records import decode, encode
from hts.runs.session import Session
from hts.studio.cli.training import run_here
from hts.studio.compress.export import ranked
from hts.studio.compress.measure import compression, counts_within
from hts.studio.figures.compress.weights import decoded
from hts.studio.jobs.processes.run_jobs import create_for_this_process
from hts.studio.store.store import Store
from hts.validate import BadInput


def trained(store: Store, **settings) -> str:
    small = {"width": 80, "iterations": 60, "sigma": 0.02, "batch_size": 500, "device": "cpu"}
    run_id = create_for_this_process(store, RunConfig(**{**small, **settings}))
    run_here(store, run_id, threads=None, quiet=True)
    return run_id


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Store, str, CompressionRecord]:
    store = Store(tmp_path_factory.mktemp("home"))
    run_id = trained(store)
    return store, run_id, compression(store, run_id)


def session(store: Store, run_id: str) -> Session:
    run, arrays, _ = ranked(store, run_id)
    opened = Session(run.config, load(run.config.data))
    opened.network.load(arrays)
    return opened


def masked_answers(store: Store, run_id: str, removed: int) -> torch.Tensor:
    opened = session(store, run_id)
    (weights,) = opened.network.matrices
    order = rank(CRITERIA["columns"], [weights.numpy()]).orders[0]
    weights[torch.from_numpy(order[:removed].copy())] = 0
    h = torch.relu(opened.examples.x_test @ weights.t()).double()
    return (h @ opened.network.output.t().double()).argmax(1)


@pytest.mark.slow
def test_every_accuracy_of_the_column_curve_is_that_of_a_masked_network(made):
    store, run_id, record = made
    y = session(store, run_id).examples.y_test
    curve = record.curves[0]
    assert (curve.criterion, curve.levels, len(curve.pruned)) == ("columns", 81, 81)
    for removed in range(0, 81, 5):
        right = (masked_answers(store, run_id, removed) == y).double().mean()
        assert curve.test_accuracy[removed] == pytest.approx(100 * float(right), abs=1e-9)


def test_flips_are_the_answers_that_change(made):
    store, run_id, record = made
    place = LEVELS.tolist().index(0.5)
    view = record.views["columns"][place]
    before, after = (masked_answers(store, run_id, removed) for removed in (0, 40))
    assert view.flipped == int((before != after).sum())
    y = load("digits").y_test
    correct = (after.numpy() == y).sum() - (before.numpy() == y).sum()
    assert view.became_right - view.became_wrong == correct
    last = record.views["columns"][-1]
    assert len(last.flips) == 8
    for flip in last.flips:
        assert flip.answer == 0 != record.shown[flip.example].before
    assert all(view.flipped == 0 for views in record.views.values() for view in views[:1])


def test_marks_are_measured_at_their_own_counts(made):
    store, run_id, record = made
    y = session(store, run_id).examples.y_test
    for mark in record.curves[0].marks:
        right = (masked_answers(store, run_id, mark.removed) == y).double().mean()
        assert mark.test_accuracy == pytest.approx(100 * float(right), abs=1e-9)
        if mark.points is not None:
            assert mark.test_accuracy >= record.curves[0].test_accuracy[0] - mark.points - 1e-9
    run, _, ranking = ranked(store, run_id)
    within = next(m for m in record.curves[0].marks if m.points == 1.0)
    assert counts_within(store, run, ranking, 1.0).tolist() == [within.removed]


def test_the_record_is_small_and_comes_back_from_json(made):
    record = made[2]
    text = encode(record)
    assert len(text) < 2e6
    assert decode(text, CompressionRecord) == record
    assert [c.criterion for c in record.curves] == list(CRITERIA) == list(record.views)


def test_heat_maps_are_sorted_by_norm_and_empty_where_units_went(made):
    record = made[2]
    heat = record.layers[0]
    before = decoded(heat, heat.before)
    assert before.shape == (48, 64)
    assert before.mean(axis=1)[0] > before.mean(axis=1)[-1]
    half = decoded(heat, record.views["columns"][LEVELS.tolist().index(0.5)].heat[0])
    assert (half[:24] == before[:24]).all()
    assert not half[24:].any()
    lost = record.views["columns"][LEVELS.tolist().index(0.5)].lost[0]
    assert (lost[:40], lost[40:]) == ([0.0] * 40, [1.0] * 40)


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["layer", "global"])
def test_deeper_networks_are_measured_at_stated_levels_layer_by_layer(tmp_path, scope):
    store = Store(tmp_path)
    run_id = trained(store, depth=2, iterations=10)
    told: list[tuple[str, float]] = []
    record = compression(store, run_id, scope=scope, tell=lambda *said: told.append(said))
    assert [layer.name for layer in record.layers] == ["hidden 1", "hidden 2"]
    for curve in record.curves:
        assert curve.levels == len(curve.pruned) == len(record.views_at)
        assert len(record.views[curve.criterion][0].heat) == 2
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][1] == pytest.approx(1.0)


@pytest.mark.slow
def test_a_problem_in_the_plane_has_its_regions(tmp_path):
    store = Store(tmp_path)
    record = compression(store, trained(store, data="moons", iterations=20))
    assert record.plane is not None
    views = record.views["columns"]
    assert views[0].boundary == record.plane.full
    assert set(views[-1].boundary) == {"0"}
    assert len(record.plane.full) == len(record.plane.x) * len(record.plane.y)


@pytest.mark.slow
def test_intervals_over_seeds_need_seeds(made, tmp_path):
    record = made[2]
    store = Store(tmp_path)
    other = compression(store, trained(store, seed=2))
    spread = over_runs([record, other], "columns")
    both = np.array([[r.curves[0].test_accuracy[0] for r in (record, other)]]).mean()
    assert spread.median[0] == pytest.approx(both)
    assert (np.array(spread.low) <= spread.median).all()
    assert (np.array(spread.high) >= spread.median).all()
    with pytest.raises(BadInput, match="at least 2 runs, got 1"):
        over_runs([record], "columns")


def test_a_run_without_weights_is_refused(tmp_path: Path):
    store = Store(tmp_path)
    with pytest.raises(BadInput, match="has no final weights"):
        compression(store, store.runs.create(RunConfig()))
