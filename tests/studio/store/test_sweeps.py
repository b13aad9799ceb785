"""Sweeps on disk: created, read cheaply, reused, finished as ordinary runs, deleted."""

from __future__ import annotations

import time

import pytest

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.store.arrays import Arrays
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import UnknownSweep
from hts.validate import BadInput

ME = {"pid": 7, "pid_started": 1.0}


@pytest.fixture
def configs(config: RunConfig) -> list[RunConfig]:
    return [config.replace(seed=seed) for seed in range(1, 5)]


@pytest.fixture
def sweep(store: Store, configs: list[RunConfig]) -> str:
    return store.sweeps.create('{"what": "was asked"}', "four seeds", configs)


def test_a_sweep_begins_with_every_member_waiting(store, sweep, configs) -> None:
    found = store.sweeps.get(sweep)
    assert (found.id, found.name, found.spec) == (sweep, "four seeds", '{"what": "was asked"}')
    assert (found.state, found.total, found.waiting, found.done) == ("queued", 4, 4, 0)
    assert (found.active, found.progress, found.seconds_left) == (True, 0.0, None)
    members = store.sweeps.members(sweep)
    assert [member.config for member in members] == configs
    assert [member.position for member in members] == [0, 1, 2, 3]
    assert {(member.state, member.run, member.reused) for member in members} == {
        ("waiting", None, False)
    }
    assert store.sweeps.list() == [found]
    assert store.runs.list() == []


def test_sweeps_are_listed_newest_first_and_by_state(store, configs) -> None:
    ids = [store.sweeps.create("{}", name, configs) for name in "abc"]
    store.sweeps.stop(ids[1], "Stopped.")
    assert [sweep.id for sweep in store.sweeps.list()] == ids[::-1]
    assert [sweep.id for sweep in store.sweeps.list(limit=1)] == ids[2:]
    assert [sweep.id for sweep in store.sweeps.list(states=["stopped"])] == [ids[1]]
    assert store.sweeps.list(states=[]) == []


@pytest.mark.parametrize("name", ["s9", "x1", "", "s", None, 3, "s1; DROP"])
def test_what_is_no_sweep_is_said(store, name) -> None:
    for ask in (store.sweeps.get, store.sweeps.members, store.sweeps.delete):
        with pytest.raises(UnknownSweep, match="there is no sweep"):
            ask(name)


def test_a_finished_member_is_a_finished_run(store, sweep, snapshot, point, result) -> None:
    points = [point(step) for step in (5, 10, 20)]
    run_id = store.members.finish(
        sweep, 2, result, snapshot=snapshot(100), evaluations=points, device="cpu", threads=2
    )
    run = store.runs.get(run_id)
    assert run_id == f"{run.config.hash}-1"
    assert (run.state, run.result, run.sweep) == ("finished", result, sweep)
    assert (run.step, run.seconds, run.message) == (100, 12.5, result.message)
    assert (run.device, run.threads) == ("cpu", 2)
    assert run.config == store.sweeps.members(sweep)[2].config
    assert store.series.evaluations(run_id) == points
    assert store.series.snapshot(run_id, 100) == snapshot(100)
    assert store.home.config(run_id).read_text() == run.config.to_json()
    member = store.sweeps.members(sweep)[2]
    assert (member.state, member.run, member.result, member.seconds) == (
        "done", run_id, result, 12.5,
    )  # fmt: skip
    assert store.runs.list() == []
    assert [r.id for r in store.runs.list(sweep=sweep)] == [run_id]
    assert store.members.finish(sweep, 2, result) is None
    assert len(store.runs.list(sweep=sweep)) == 1


def test_a_result_that_cannot_be_written_leaves_nothing(
    store, sweep, snapshot, result, monkeypatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Arrays, "save_weights", full)
    with pytest.raises(OSError, match="No space"):
        store.members.finish(sweep, 0, result, snapshot=snapshot(100), weights={})
    assert store.runs.list(sweep=sweep) == []
    assert store.sweeps.members(sweep)[0].state == "waiting"
    assert list((store.home.root / "runs").iterdir()) == []


def test_a_failed_member_has_words_and_can_be_retried(store, sweep, result) -> None:
    store.members.fail(sweep, 1, "The memory did not suffice.")
    store.members.finish(sweep, 0, result)
    store.members.fail(sweep, 0, "Too late.")
    assert [m.state for m in store.sweeps.members(sweep)] == [
        "done",
        "failed",
        "waiting",
        "waiting",
    ]
    assert store.sweeps.members(sweep)[1].message == "The memory did not suffice."
    found = store.sweeps.get(sweep)
    assert (found.done, found.failed, found.waiting, found.progress) == (1, 1, 2, 0.5)
    store.members.retry_failed(sweep)
    assert [m.state for m in store.sweeps.members(sweep)] == [
        "done",
        "waiting",
        "waiting",
        "waiting",
    ]
    assert store.sweeps.members(sweep)[1].message == ""


def test_what_the_store_has_is_reused_but_not_what_somebody_stopped(store, configs, result) -> None:
    def finished(config: RunConfig, **changes: object) -> str:
        run_id = store.runs.create(config)
        store.control.claim(run_id, **ME)
        values = {name: getattr(result, name) for name in result.__dataclass_fields__}
        store.control.finish(run_id, RunResult(**{**values, **changes}))
        return run_id

    finished(configs[0], stop_reason="stopped")
    kept = finished(configs[1])
    diverged = finished(configs[2], stop_reason="diverged", test_accuracy=None)
    finished(configs[2], stop_reason="stopped")
    sweep = store.sweeps.create("{}", "again", configs)
    assert store.members.reuse_finished(sweep) == 2
    members = store.sweeps.members(sweep)
    assert [m.run for m in members] == [None, kept, diverged, None]
    assert [m.reused for m in members] == [False, True, True, False]
    assert members[1].result == result
    found = store.sweeps.get(sweep)
    assert (found.done, found.reused, found.waiting) == (2, 2, 2)
    assert store.members.reuse_finished(sweep) == 0


def test_a_deleted_run_leaves_its_result_in_the_sweep(store, sweep, result) -> None:
    run_id = store.members.finish(sweep, 0, result)
    before = store.sweeps.get(sweep).revision
    store.runs.delete(run_id)
    member = store.sweeps.members(sweep)[0]
    assert (member.state, member.run, member.result) == ("done", None, result)
    assert store.sweeps.get(sweep).revision > before


def test_deleting_a_sweep_takes_its_runs_and_leaves_others(store, sweep, configs, result) -> None:
    alone = store.runs.create(configs[0])
    made = store.members.finish(sweep, 0, result)
    other = store.sweeps.create("{}", "reuses", configs)
    store.members.reuse_finished(other)
    with pytest.raises(BadInput, match="still going on"):
        store.sweeps.delete(sweep)
    store.sweeps.stop(sweep, "Stopped.")
    store.sweeps.delete(sweep)
    with pytest.raises(UnknownSweep):
        store.sweeps.get(sweep)
    with pytest.raises(UnknownSweep):
        store.sweeps.members(sweep)
    with pytest.raises(UnknownRun):
        store.runs.get(made)
    assert not store.home.run(made).exists()
    assert [run.id for run in store.runs.list()] == [alone]
    member = store.sweeps.members(other)[0]
    assert (member.state, member.run, member.result) == ("done", None, result)


def test_the_revision_changes_exactly_when_something_does(store, sweep, result) -> None:
    def changed(what) -> bool:
        before = store.sweeps.get(sweep).revision
        what()
        return store.sweeps.get(sweep).revision != before

    assert not changed(lambda: store.sweeps.members(sweep))
    assert not changed(lambda: store.members.reuse_finished(sweep))
    assert not changed(lambda: store.groups.take(**ME))
    assert changed(lambda: store.groups.add(sweep, [[0, 1], [2, 3]]))
    group = store.groups.take(**ME)
    assert changed(lambda: store.members.finish(sweep, 0, result))
    assert not changed(lambda: store.members.finish(sweep, 0, result))
    assert not changed(lambda: store.members.fail(sweep, 0, "late"))
    assert changed(lambda: store.groups.leave(group.number, pid=7))
    assert not changed(lambda: store.groups.leave(group.number, pid=7))
    assert changed(lambda: store.sweeps.rename(sweep, "other"))
    assert changed(lambda: store.sweeps.stop(sweep, "Stopped."))
    assert not changed(lambda: store.sweeps.stop(sweep, "Stopped."))


def test_other_processes_changes_are_seen(store, sweep, home, result) -> None:
    assert store.sweeps.members(sweep)[3].state == "waiting"
    with Store(home) as other:
        other.members.finish(sweep, 3, result)
    assert store.sweeps.members(sweep)[3].state == "done"


def test_ten_thousand_members_are_light(store, config, result) -> None:
    """In CPU time, of which the bounds are some ten times what slow cores need."""
    configs = [config.replace(seed=seed) for seed in range(10_000)]
    sweep = store.sweeps.create("{}", "large", configs)
    store.groups.add(sweep, [range(at, at + 50) for at in range(0, 10_000, 50)])
    assert len(store.sweeps.members(sweep)) == 10_000

    def seconds(what) -> float:
        began = time.thread_time()
        what()
        return time.thread_time() - began

    assert min(seconds(lambda: store.sweeps.members(sweep)) for _ in range(3)) < 0.01
    assert min(seconds(store.queue.runs) for _ in range(3)) < 0.01
    assert min(seconds(store.groups.waiting) for _ in range(3)) < 0.01
    assert min(seconds(lambda: store.sweeps.get(sweep)) for _ in range(3)) < 0.05
    assert seconds(lambda: store.members.finish(sweep, 77, result)) < 0.1
    assert min(seconds(lambda: store.runs.list(limit=500)) for _ in range(3)) < 0.01
    assert store.sweeps.members(sweep)[77].state == "done"


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM runs WHERE sweep IS NULL ORDER BY number DESC LIMIT 9", "runs_alone"),
        ("SELECT * FROM runs WHERE sweep = 's1' ORDER BY number DESC LIMIT 9", "runs_by_sweep"),
        ("SELECT * FROM members WHERE sweep = 1 AND revision > 9", "members_by_revision"),
        ("UPDATE members SET run = NULL WHERE run = 'x'", "members_by_run"),
        ("SELECT * FROM groups_of_members WHERE pid IS NOT NULL ORDER BY number", "groups_held"),
    ],
)
def test_questions_that_are_often_asked_have_an_index(store, query, index) -> None:
    plan = " ".join(row["detail"] for row in store.db.rows(f"EXPLAIN QUERY PLAN {query}"))
    assert index in plan
