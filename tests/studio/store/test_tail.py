"""The shared reader: everything new, nothing twice, one read for all viewers."""

from __future__ import annotations

import threading

import pytest

from hts.config import RunConfig
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import Tail


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def run_id(store: Store, config: RunConfig) -> str:
    return store.runs.create(config)


@pytest.fixture
def tail(store: Store) -> Tail:
    return Tail(store.runs, store.series, share=0.0)


def count_queries(store: Store) -> list[str]:
    seen: list[str] = []
    store.db._here().set_trace_callback(seen.append)
    return seen


def test_a_view_grows_with_the_run(store, run_id, tail, point, snapshot) -> None:
    view = tail.view(run_id)
    assert (view.run.state, view.evaluations, view.summaries, view.snapshot) == (
        "queued", (), (), None,
    )  # fmt: skip
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.series.add_evaluations(run_id, [point(0), point(10)])
    store.series.add_snapshot(run_id, snapshot(0))
    view = tail.view(run_id)
    assert view.run.state == "running"
    assert view.evaluations == (point(0), point(10))
    assert [s.step for s in view.summaries] == [0]
    assert view.snapshot == snapshot(0)
    store.series.write_live(run_id, snapshot(12))
    assert tail.view(run_id).snapshot == snapshot(12)
    store.series.add_snapshot(run_id, snapshot(20))
    assert tail.view(run_id).snapshot == snapshot(20)
    store.series.add_evaluations(run_id, [point(20)])
    view = tail.view(run_id)
    assert [p.step for p in view.evaluations] == [0, 10, 20]
    assert view == Tail(store.runs, store.series).view(run_id)


def test_the_version_changes_exactly_when_something_does(
    store, run_id, tail, point, snapshot
) -> None:
    versions = [tail.view(run_id).version]
    for change in (
        lambda: store.series.add_evaluations(run_id, [point(1)]),
        lambda: store.control.progress(run_id, 5, 1.0),
        lambda: store.series.add_snapshot(run_id, snapshot(1)),
        lambda: store.series.write_live(run_id, snapshot(2)),
        lambda: store.control.request(run_id, "pause"),
    ):
        change()
        versions.append(tail.view(run_id).version)
        assert tail.view(run_id) is tail.view(run_id)
        assert tail.view(run_id).version == versions[-1]
    assert len(set(versions)) == len(versions)


def test_when_nothing_changed_a_read_is_one_query(store, run_id, tail, point) -> None:
    store.series.add_evaluations(run_id, [point(1)])
    tail.view(run_id)
    queries = count_queries(store)
    tail.view(run_id)
    assert len(queries) == 1


def test_viewers_at_about_the_same_time_share_one_read(store, run_id, point) -> None:
    clock = Clock()
    tail = Tail(store.runs, store.series, share=0.3, clock=clock)
    first = tail.view(run_id)
    store.series.add_evaluations(run_id, [point(1)])
    queries = count_queries(store)
    clock.now = 0.29
    assert all(tail.view(run_id) is first for _ in range(50))
    assert queries == []
    clock.now = 0.31
    assert tail.view(run_id).evaluations == (point(1),)


def test_points_that_were_taken_back_disappear(store, run_id, tail, point, snapshot) -> None:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.series.add_evaluations(run_id, [point(0), point(10), point(20)])
    store.series.add_snapshot(run_id, snapshot(0))
    store.series.add_snapshot(run_id, snapshot(20))
    tail.view(run_id)
    store.series.rollback(run_id, 10)
    view = tail.view(run_id)
    assert [p.step for p in view.evaluations] == [0, 10]
    assert view.snapshot == snapshot(0)
    assert view.run.step == 10


def test_what_cannot_be_read_is_skipped_and_said(store, run_id, tail, snapshot) -> None:
    store.series.add_snapshot(run_id, snapshot(5))
    store.home.live(run_id).write_bytes(b"{")
    view = tail.view(run_id)
    assert view.snapshot == snapshot(5)
    assert view.note == "The live snapshot cannot be read."
    store.home.live(run_id).unlink()
    store.home.snapshot(run_id, 5).write_bytes(b"")
    view = tail.view(run_id)
    store.series.add_snapshot(run_id, snapshot(6))
    assert tail.view(run_id).note == ""
    assert tail.view(run_id).snapshot == snapshot(6)
    store.home.snapshot(run_id, 6).unlink()
    view = Tail(store.runs, store.series).view(run_id)
    assert view.snapshot is None
    assert view.note == "The snapshot of step 6 is not there: its file 6.json is missing."


def test_runs_seen_longest_ago_are_forgotten(store, config) -> None:
    tail = Tail(store.runs, store.series, keep=2, share=1000.0)
    ids = [store.runs.create(config) for _ in range(3)]
    views = [tail.view(run_id) for run_id in ids]
    assert tail.view(ids[2]) is views[2]
    assert tail.view(ids[1]) is views[1]
    assert tail.view(ids[0]) is not views[0]
    assert len(tail._entries) == 2


def test_threads_see_every_point_once_and_in_order(store, run_id, tail, point) -> None:
    wrong: list[object] = []

    def watch() -> None:
        steps: list[int] = []
        while len(steps) < 300:
            before, steps = steps, [p.step for p in tail.view(run_id).evaluations]
            if steps != list(range(len(steps))) or len(steps) < len(before):
                wrong.append(steps)
                return

    viewers = [threading.Thread(target=watch) for _ in range(6)]
    for viewer in viewers:
        viewer.start()
    for step in range(300):
        store.series.add_evaluations(run_id, [point(step)])
    for viewer in viewers:
        viewer.join(timeout=60)
        assert not viewer.is_alive()
    assert wrong == []


def test_a_deleted_run_is_unknown(store, run_id, tail) -> None:
    tail.view(run_id)
    store.runs.delete(run_id)
    with pytest.raises(UnknownRun):
        tail.view(run_id)
    assert len(tail._entries) == 0


def test_one_reader_per_home(store, tmp_path_factory) -> None:
    assert store.tail is store.tail
    with Store(tmp_path_factory.mktemp("other")) as other:
        assert other.tail is not store.tail
