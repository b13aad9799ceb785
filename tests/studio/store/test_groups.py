"""Groups of members: taken by one worker, given back, split; the states of their sweep."""

from __future__ import annotations

import time

import pytest

from hts.studio.store import Store

ME, OTHER = {"pid": 7, "pid_started": 1.0}, {"pid": 8, "pid_started": 2.0}


@pytest.fixture
def sweep(store: Store, config) -> str:
    configs = [config.replace(seed=seed) for seed in range(1, 6)]
    sweep_id = store.create_sweep("{}", "five seeds", configs)
    store.add_groups(sweep_id, [[0, 2, 4], [1, 3]])
    return sweep_id


def states(store: Store, sweep: str) -> list[str]:
    return [member.state for member in store.members(sweep)]


def test_groups_are_taken_in_order_each_once(store, sweep) -> None:
    first, second = store.take_group(**ME), store.take_group(**OTHER)
    assert (first.positions, first.pid, first.attempts) == ((0, 2, 4), 7, 1)
    assert (second.positions, second.pid) == ((1, 3), 8)
    assert store.take_group(**ME) is None
    assert store.held_groups() == [first, second] == store.held_groups(sweep)
    assert states(store, sweep) == ["running"] * 5
    assert store.sweep(sweep).state == "running"


def test_an_older_sweep_goes_first_unless_one_is_named(store, sweep, config) -> None:
    later = store.create_sweep("{}", "later", [config])
    store.add_groups(later, [[0]])
    assert store.waiting_group().sweep == sweep
    assert store.take_group(**ME, sweep_id=later).sweep == later
    assert store.take_group(**ME, sweep_id=later) is None


def test_a_sweep_that_a_process_has_for_itself_is_not_the_schedulers(store, config) -> None:
    own = store.create_sweep("{}", "mine", [config], worker=(7, 1.0))
    store.add_groups(own, [[0]])
    assert (store.sweep(own).pid, store.sweep(own).pid_started) == (7, 1.0)
    assert store.waiting_group() is None
    assert store.take_group(**ME) is None
    assert store.take_group(**ME, sweep_id=own).positions == (0,)


def test_a_sweep_finishes_with_its_last_member(store, sweep, result) -> None:
    first, second = store.take_group(**ME), store.take_group(**OTHER)
    for position in (0, 2, 4):
        store.finish_member(sweep, position, result)
    assert store.leave_group(first.number, pid=7)
    assert store.group(first.number) is None
    assert store.sweep(sweep).state == "running"
    store.finish_member(sweep, 1, result)
    store.fail_member(sweep, 3, "Not to be had.")
    assert store.leave_group(second.number, pid=8)
    found = store.sweep(sweep)
    assert (found.state, found.done, found.failed, found.progress) == ("finished", 4, 1, 1.0)


def test_only_who_has_a_group_can_leave_it(store, sweep) -> None:
    group = store.take_group(**ME)
    assert not store.leave_group(group.number, pid=8)
    assert store.group(group.number).pid == 7


@pytest.mark.parametrize(("counts", "attempts"), [(True, 2), (False, 1)])
def test_what_remains_of_a_group_waits_again(store, sweep, result, counts, attempts) -> None:
    group = store.take_group(**ME)
    store.finish_member(sweep, 2, result)
    assert [member.position for member in store.remaining(group)] == [0, 4]
    store.leave_group(group.number, pid=7, counts=counts)
    assert states(store, sweep) == ["waiting", "waiting", "done", "waiting", "waiting"]
    again = store.take_group(**OTHER)
    assert (again.number, again.positions, again.attempts) == (group.number, (0, 4), attempts)


def test_a_group_comes_back_in_parts_at_the_end(store, sweep) -> None:
    group = store.take_group(**ME)
    store.leave_group(group.number, pid=7, parts=[[0], [2, 4]])
    taken = [store.take_group(**ME) for _ in range(3)]
    assert [part.positions for part in taken] == [(1, 3), (0,), (2, 4)]
    assert [part.attempts for part in taken] == [1, 1, 1]


def test_stop_lets_nothing_begin_and_start_again_goes_on(store, sweep, result) -> None:
    group = store.take_group(**ME)
    store.finish_member(sweep, 0, result)
    assert store.goes_on(sweep)
    assert store.stop_sweep(sweep, "Stopped by the user.")
    assert not store.goes_on(sweep)
    assert store.take_group(**OTHER) is None
    store.leave_group(group.number, pid=7, counts=False)
    found = store.sweep(sweep)
    assert (found.state, found.message, found.waiting) == ("stopped", "Stopped by the user.", 4)
    store.start_again(sweep)
    assert (store.sweep(sweep).state, store.sweep(sweep).message) == ("queued", "")
    assert store.waiting_group() is None  # planned anew, by who starts it again
    store.add_groups(sweep, [[1, 2, 3, 4]])
    assert store.take_group(**ME).positions == (1, 2, 3, 4)


def test_a_sweep_of_which_all_is_there_is_finished_when_planned(store, config, result) -> None:
    first = store.create_sweep("{}", "first", [config])
    store.finish_member(first, 0, result)
    sweep = store.create_sweep("{}", "again", [config])
    store.reuse_finished(sweep)
    store.add_groups(sweep, [])
    assert store.sweep(sweep).state == "finished"


def test_seconds_count_while_a_worker_has_a_group(store, sweep, result, monkeypatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    group = store.take_group(**ME)
    now[0] += 10
    store.finish_member(sweep, 0, result)
    assert store.sweep(sweep).seconds == 10
    assert store.sweep(sweep).seconds_left == 40
    now[0] += 5
    store.leave_group(group.number, pid=7)
    now[0] += 100
    store.take_group(**ME)
    assert store.sweep(sweep).seconds == 15
    now[0] += 1
    store.stop_sweep(sweep, "Stopped.")
    assert store.sweep(sweep).seconds == 16
    assert store.sweep(sweep).seconds_left is None
