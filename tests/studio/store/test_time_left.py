"""Time left: at the pace so far, and not told of a beginning."""

from __future__ import annotations

from hts.studio.store.run_row import seconds_left


def test_time_left_goes_on_at_the_pace_so_far():
    assert seconds_left(10.0, 25, 100) == 30.0
    assert seconds_left(10.0, 100, 100) == 0.0
    assert seconds_left(10.0, 120, 100) == 0.0


def test_nothing_is_told_before_a_twentieth_is_done():
    assert seconds_left(4.0, 4, 100) is None
    assert seconds_left(5.0, 5, 100) == 95.0
    assert seconds_left(0.0, 0, 0) is None
    assert seconds_left(0.0, 50, 100) is None


def test_a_run_tells_its_time_left_from_then_on(store, config):
    run_id = store.runs.create(config)
    store.control.claim(run_id, pid=10, pid_started=1.0)
    store.control.progress(run_id, 4, 10.0)
    assert store.runs.get(run_id).seconds_left is None
    store.control.progress(run_id, 5, 10.0)
    assert store.runs.get(run_id).seconds_left == 190.0
