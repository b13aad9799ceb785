"""Creating, finding, pairing and deleting runs, and what a run says about itself."""

from __future__ import annotations

import pytest

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.validate import BadInput


def test_an_id_is_the_hash_and_a_number(store: Store, config: RunConfig) -> None:
    first, second = store.runs.create(config), store.runs.create(config)
    assert first == f"{config.hash}-1"
    assert second == f"{config.hash}-2"
    other = config.replace(seed=2)
    assert store.runs.create(other) == f"{other.hash}-1"


def test_a_new_run_is_queued_with_its_settings(store: Store, config: RunConfig) -> None:
    run = store.runs.get(store.runs.create(config, title="first try"))
    assert (run.state, run.title, run.step, run.result, run.pid) == (
        "queued", "first try", 0, None, None,
    )  # fmt: skip
    assert run.config == config
    assert run.active
    assert not run.held
    assert RunConfig.from_json(store.home.config(run.id).read_text()) == config


def test_runs_are_listed_newest_first(store: Store, config: RunConfig) -> None:
    ids = [store.runs.create(config) for _ in range(4)]
    store.control.request(ids[1], "stop")
    assert [run.id for run in store.runs.list()] == ids[::-1]
    assert [run.id for run in store.runs.list(limit=2)] == ids[:1:-1]
    assert [run.id for run in store.runs.list(states=["cancelled"])] == [ids[1]]
    assert store.runs.list(states=[]) == []
    assert [run.id for run in store.queue.runs()] == [ids[0], ids[2], ids[3]]


@pytest.mark.parametrize("name", ["0123456789-1", "../../etc", "", "x' OR 1=1 --"])
def test_an_unknown_run_is_said_in_words(store: Store, name: str) -> None:
    for ask in (
        store.runs.get,
        store.series.evaluations,
        store.series.snapshot_steps,
        store.series.live,
        store.runs.delete,
    ):
        with pytest.raises(UnknownRun) as caught:
            ask(name)
        assert str(caught.value).startswith(f"there is no run {name!r}: ")
    with pytest.raises(UnknownRun):
        store.runs.create(RunConfig(), twin_of=name)
    assert store.runs.list() == []


def test_twins_know_each_other(store: Store, config: RunConfig) -> None:
    first = store.runs.create(config)
    second = store.runs.create(config.replace(noise="none"), twin_of=first)
    assert store.runs.get(first).twin == second
    assert store.runs.get(second).twin == first
    store.runs.delete(second)
    assert store.runs.get(first).twin is None


def test_a_deleted_run_is_gone_and_its_number_is_not_used_again(
    store: Store, config: RunConfig, point, snapshot
) -> None:
    run_id = store.runs.create(config)
    store.series.add_evaluations(run_id, [point(0)])
    store.series.add_snapshot(run_id, snapshot(0))
    store.runs.delete(run_id)
    with pytest.raises(UnknownRun):
        store.runs.get(run_id)
    with pytest.raises(UnknownRun):
        store.series.add_evaluations(run_id, [point(1)])
    assert not store.home.run(run_id).exists()
    for table in ("evaluations", "summaries"):
        assert store.db.rows(f"SELECT * FROM {table}") == []
    assert store.runs.create(config) == f"{config.hash}-2"


def test_a_run_with_a_worker_cannot_be_deleted(store: Store, config: RunConfig) -> None:
    run_id = store.runs.create(config)
    store.control.claim(run_id, pid=10, pid_started=1.0)
    with pytest.raises(BadInput, match=r"is running and cannot be deleted .*: stop it first"):
        store.runs.delete(run_id)
    store.control.mark_interrupted(run_id, "gone")
    store.runs.delete(run_id)
    assert store.runs.list() == []


def test_progress_and_time_left(store: Store, config: RunConfig, result: RunResult) -> None:
    run_id = store.runs.create(config)
    assert store.runs.get(run_id).seconds_left is None
    store.control.claim(run_id, pid=10, pid_started=1.0)
    store.control.progress(run_id, 25, 10.0)
    run = store.runs.get(run_id)
    assert run.progress == 0.25
    assert run.seconds_left == pytest.approx(30.0)
    store.control.finish(run_id, result)
    run = store.runs.get(run_id)
    assert (run.progress, run.seconds_left, run.step, run.seconds) == (1.0, None, 100, 12.5)
    assert run.result == result
    assert run.message == "Reached the step budget."


def test_a_row_that_cannot_be_read_is_left_out_of_the_list(
    store: Store, config: RunConfig, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = store.runs.create(config), store.runs.create(config)
    store.runs.update(bad, config='{"width": 0}')
    assert [run.id for run in store.runs.list()] == [good]
    assert f"run {bad} is left out" in caplog.text


def test_a_run_that_cannot_be_read_is_left_out_and_told_once(store, config, caplog) -> None:
    good, bad = store.runs.create(config), store.runs.create(config.replace(seed=2))
    store.db.change("UPDATE runs SET config = replace(config, 'relu', 'rule') WHERE id = ?", (bad,))
    for _ in range(3):
        assert [run.id for run in store.runs.list()] == [good]
    assert caplog.text.count(f"run {bad} is left out") == 1
