"""The place in the queue, and when a run is expected to begin."""

from __future__ import annotations

import dataclasses

import pytest

from hts.studio.jobs.waiting import Wait, seconds_per_work, waiting
from hts.studio.lab.reader import Reader
from hts.studio.sweeps.cost import work


@pytest.fixture
def measured(store, config, result):
    """A finished run that took two seconds; another of the same settings will take as long."""
    run_id = store.runs.create(config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.finish(run_id, result)
    return run_id


def test_the_pace_is_that_of_finished_runs(store, config, measured):
    assert seconds_per_work(store) == pytest.approx(2.0 / work(config, 100))


def test_nothing_is_expected_before_a_run_has_finished(store, config):
    run_id = store.runs.create(config)
    store.runs.create(config)
    assert waiting(store, run_id, 1) == Wait(place=1, queued=2, people=1, seconds=None)
    assert "as soon as there is room" in waiting(store, run_id, 1).words()


@pytest.mark.parametrize(("slots", "expected"), [(1, [0, 2, 4, 6]), (2, [0, 0, 2, 2])])
def test_runs_ahead_take_as_long_as_such_runs_took(store, config, measured, slots, expected):
    ids = [store.runs.create(config.replace(seed=seed)) for seed in range(4)]
    found = [waiting(store, run_id, slots) for run_id in ids]
    assert [wait.place for wait in found] == [1, 2, 3, 4]
    assert [wait.seconds for wait in found] == pytest.approx(expected)
    assert waiting(store, measured, slots) is None


def test_what_computes_holds_its_slot_until_its_budget_is_used(store, config, measured):
    going = store.runs.create(config)
    store.control.claim(going, pid=1, pid_started=1.0)
    store.control.progress(going, 25, 1.0)
    run_id = store.runs.create(config)
    assert waiting(store, run_id, 1).seconds == pytest.approx(3.0)
    assert waiting(store, run_id, 2).seconds == 0


def test_who_may_compute_one_run_at_a_time_waits_for_it(store, people, config, measured):
    ids = [store.runs.create(config.replace(seed=n), owner=people["max"].id) for n in range(3)]
    other = store.runs.create(config, owner=people["mia"].id)
    found = [waiting(store, run_id, 4) for run_id in (*ids, other)]
    assert [wait.place for wait in found] == [1, 3, 4, 2]
    assert [wait.seconds for wait in found] == pytest.approx([0, 2, 4, 0])
    assert found[1].words() == (
        "Number 3 of 4 in the queue, which serves 2 people in turn; it begins in about 2 seconds."
    )


def test_the_queue_counts_runs_that_one_does_not_see(store, people, config, measured):
    store.runs.create(config, owner=people["max"].id)
    run_id = store.runs.create(config, owner=people["mia"].id)
    wait = waiting(Reader(store, people["mia"]), run_id, 1)
    assert (wait.place, wait.queued, wait.people) == (2, 2, 2)


def test_nothing_is_expected_while_nothing_new_begins(store, config, measured):
    run_id = store.runs.create(config)
    store.queue.drain("Restarting.")
    assert waiting(store, run_id, 1).seconds is None
    store.queue.drain(None)
    assert waiting(store, run_id, 1).seconds == 0


def test_a_diverged_run_that_took_no_step_tells_no_pace(store, config, result):
    run_id = store.runs.create(config)
    store.control.finish(run_id, dataclasses.replace(result, iterations=0))
    assert seconds_per_work(store) is None
