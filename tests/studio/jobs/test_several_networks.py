"""A stored run of several networks: written, read network by network, left and resumed, deleted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from factories import summaries

from hts.config import RunConfig
from hts.config.arms import members
from hts.data import load
from hts.records import decode, encode
from hts.runs.recorder import Undisturbed
from hts.runs.single import train
from hts.studio.jobs import client
from hts.studio.jobs.workers.control import Leave
from hts.studio.jobs.workers.execute import execute
from hts.studio.jobs.workers.run_work import _with_free_places
from hts.studio.lab.people import LOCAL
from hts.studio.store.networks import median_of_records
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.validate import BadInput

CONFIG = RunConfig(
    width=110, iterations=24, eval_every=4, replicates=2, controls="none", seed=7, lr=0.05
)
KEYS = ["main.7", "main.8", "none.7", "none.8"]


def finished(store: Store, control=None) -> str:
    run_id = store.runs.create(CONFIG)
    go_on(store, run_id, control)
    return run_id


def go_on(store: Store, run_id: str, control=None) -> None:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.finish(run_id, execute(store, run_id, control))


class LeaveAt(Undisturbed):
    """Pauses at a step, where the worker goes home."""

    def __init__(self, step: int) -> None:
        self.step = step

    def until(self) -> int:
        return self.step

    def wanted(self, step: int) -> str:
        return "pause" if step == self.step else "run"

    def wait(self, step: int) -> str:
        raise Leave("it is asked to", paused=False)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path) as store:
        yield store


def recorded(store: Store, run_id: str) -> list[object]:
    found: list[object] = []
    for key in KEYS:
        name = f"{run_id}.{key}"
        evaluations = [(e.step, e.test_accuracy, e.train_loss)
                       for e in store.series.evaluations(name)]  # fmt: skip
        curves = [store.series.snapshot(name, step).curve
                  for step in store.series.snapshot_steps(name)]  # fmt: skip
        weights = store.arrays.load_weights(name)
        found.append((evaluations, curves, {k: v.tobytes() for k, v in weights.items()}))
    return found


def test_one_entry_with_its_networks_inside(store):
    run_id = finished(store)
    assert [run.id for run in store.runs.list()] == [run_id]
    assert [f"{m.arm}.{m.seed}" for m in store.runs.get(run_id).result.members] == KEYS
    for key, member in zip(KEYS, members(CONFIG), strict=True):
        network = store.runs.get(f"{run_id}.{key}")
        assert network.config == member.config
        alone = train(member.config, load("digits"))
        assert network.result.curve == alone.curve
        view = store.tail.view(network.id)
        assert view.snapshot.test_accuracy == alone.test_accuracy
        assert view.evaluations[-1].test_accuracy == alone.test_accuracy


def test_the_run_itself_has_the_medians_of_the_noisy_networks(store):
    run_id = finished(store)
    last = store.series.evaluations(run_id)[-1]
    noisy = [store.series.evaluations(f"{run_id}.main.{seed}")[-1] for seed in (7, 8)]
    assert last.test_accuracy == np.median([point.test_accuracy for point in noisy])
    kept = [store.series.summaries(f"{run_id}.main.{seed}")[-1] for seed in (7, 8)]
    middle = store.tail.view(run_id).summaries[-1]
    fitting = [one for one in kept if one.fits]
    assert middle.fits is (len(fitting) == 2)
    assert middle.alpha == np.median([one.alpha for one in (fitting if middle.fits else kept)])


@pytest.mark.parametrize(
    ("fits", "holds"),
    [((True, True, False), True), ((True, False, False), False), ((None, None, None), None)],
)
def test_a_median_fits_where_more_than_half_do(fits, holds):
    records = [
        dataclasses.replace(one, fits=fit)
        for one, fit in zip(summaries(count=3), fits, strict=True)
    ]
    middle = median_of_records(records)
    assert middle.fits is holds
    assert decode(encode(middle), type(middle)) == middle


def test_all_networks_are_read_at_once_and_only_what_is_new(store):
    run_id = finished(store)
    tail = store.tail
    tail._share = 0.0
    first = tail.networks(run_id)
    for key, view in zip(KEYS, first, strict=True):
        alone = tail.view(f"{run_id}.{key}")
        assert (view.run, view.evaluations, view.summaries, view.snapshot) == (
            alone.run, alone.evaluations, alone.summaries, alone.snapshot,
        )  # fmt: skip
    assert tail.networks(run_id) is first
    store.runs.rename(run_id, "another")
    again = tail.networks(run_id)
    assert again[0].run.title == "another"
    assert again[0].evaluations == first[0].evaluations


def test_a_run_that_was_left_goes_on_to_the_same_bits(store):
    whole, left = finished(store), store.runs.create(CONFIG)
    store.control.claim(left, pid=1, pid_started=1.0)
    with pytest.raises(Leave):
        execute(store, left, LeaveAt(14))
    assert store.runs.get(left).checkpoint_step == 14
    store.control.mark_interrupted(left, "left")
    store.control.requeue(left)
    store.series.rollback(left, 14)
    go_on(store, left)
    assert recorded(store, left) == recorded(store, whole)


def test_rolling_back_takes_points_and_looks_of_networks_back(store):
    run_id = finished(store)
    store.series.rollback(run_id, 8)
    for key in KEYS:
        assert max(e.step for e in store.series.evaluations(f"{run_id}.{key}")) == 8
        assert max(store.series.snapshot_steps(f"{run_id}.{key}")) == 8
    assert store.series.live(f"{run_id}.main.7") is None


def test_deleting_the_run_leaves_nothing_of_its_networks(store):
    run_id, other = finished(store), finished(store)
    store.runs.delete(run_id)
    left = {path.name for path in store.home.run("x").parent.iterdir()}
    assert left == {other, *(f"{other}.{key}" for key in KEYS)}
    with pytest.raises(UnknownRun):
        store.runs.get(f"{run_id}.main.7")


def test_networks_that_are_not_there_and_changes_to_one_are_refused(store):
    run_id = finished(store)
    for name in (f"{run_id}.main.9", f"{run_id}.gaussian.7", f"{run_id}.x", f"{run_id}.main.7.1"):
        with pytest.raises(UnknownRun):
            store.runs.get(name)
    for change in (client.delete,):
        with pytest.raises(BadInput):
            change(store, f"{run_id}.main.7", by=LOCAL)
    assert store.runs.get(run_id).state == "finished"


def test_it_takes_the_threads_of_places_that_nobody_has(store, monkeypatch):
    monkeypatch.setenv("HTS_SLOTS", "3")
    several, one = (store.runs.get(store.runs.create(c)) for c in (CONFIG, CONFIG.replace(seed=9)))
    assert _with_free_places(store, several, 2) == 6
    store.control.claim(one.id, pid=1, pid_started=1.0)
    store.control.claim(several.id, pid=2, pid_started=1.0)
    assert _with_free_places(store, several, 2) == 4
    assert _with_free_places(store, several, None) is None
    alone = store.runs.get(store.runs.create(RunConfig()))
    assert _with_free_places(store, alone, 2) == 2


def test_networks_that_have_ended_stay_in_the_medians_along_the_way(store):
    config = CONFIG.replace(target_accuracy=60, iterations=400, replicates=3, controls="off")
    run_id = store.runs.create(config)
    go_on(store, run_id)
    ends = {m.seed: m.result for m in store.runs.get(run_id).result.members}
    assert len({result.iterations for result in ends.values()}) > 1  # or nothing is tested
    last = store.series.evaluations(run_id)[-1]
    assert last.step == max(result.iterations for result in ends.values())
    assert last.test_accuracy == np.median([r.test_accuracy for r in ends.values()])
