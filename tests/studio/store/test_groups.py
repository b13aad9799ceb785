"""Groups of members: taken by one worker, given back, split; the states of their sweep."""

from __future__ import annotations

import time

import pytest

from hts.studio.store.store import Store

ME, OTHER = {"pid": 7, "pid_started": 1.0}, {"pid": 8, "pid_started": 2.0}


@pytest.fixture
def sweep(store: Store, config) -> str:
    configs = [config.replace(seed=seed) for seed in range(1, 6)]
    sweep_id = store.sweeps.create("{}", "five seeds", configs)
    store.groups.add(sweep_id, [[0, 2, 4], [1, 3]])
    return sweep_id


def states(store: Store, sweep: str) -> list[str]:
    return [member.state for member in store.sweeps.members(sweep)]


def test_groups_are_taken_in_order_each_once(store, sweep) -> None:
    first, second = store.groups.take(**ME), store.groups.take(**OTHER)
    assert (first.positions, first.pid, first.attempts) == ((0, 2, 4), 7, 1)
    assert (second.positions, second.pid) == ((1, 3), 8)
    assert store.groups.take(**ME) is None
    assert store.groups.held() == [first, second] == store.groups.held(sweep)
    assert states(store, sweep) == ["running"] * 5
    assert store.sweeps.get(sweep).state == "running"


def test_an_older_sweep_goes_first_unless_one_is_named(store, sweep, config) -> None:
    later = store.sweeps.create("{}", "later", [config])
    store.groups.add(later, [[0]])
    assert store.groups.waiting().sweep == sweep
    assert store.groups.take(**ME, sweep_id=later).sweep == later
    assert store.groups.take(**ME, sweep_id=later) is None


def test_a_sweep_that_a_process_has_for_itself_is_not_the_schedulers(store, config) -> None:
    own = store.sweeps.create("{}", "mine", [config], worker=(7, 1.0))
    store.groups.add(own, [[0]])
    assert (store.sweeps.get(own).pid, store.sweeps.get(own).pid_started) == (7, 1.0)
    assert store.groups.waiting() is None
    assert store.groups.take(**ME) is None
    assert store.groups.take(**ME, sweep_id=own).positions == (0,)


def test_a_sweep_finishes_with_its_last_member(store, sweep, result) -> None:
    first, second = store.groups.take(**ME), store.groups.take(**OTHER)
    for position in (0, 2, 4):
        store.members.finish(sweep, position, result)
    assert store.groups.leave(first.number, pid=7)
    assert store.groups.get(first.number) is None
    assert store.sweeps.get(sweep).state == "running"
    store.members.finish(sweep, 1, result)
    store.members.fail(sweep, 3, "Not to be had.")
    assert store.groups.leave(second.number, pid=8)
    found = store.sweeps.get(sweep)
    assert (found.state, found.done, found.failed, found.progress) == ("finished", 4, 1, 1.0)


def test_only_who_has_a_group_can_leave_it(store, sweep) -> None:
    group = store.groups.take(**ME)
    assert not store.groups.leave(group.number, pid=8)
    assert store.groups.get(group.number).pid == 7


@pytest.mark.parametrize(("counts", "attempts"), [(True, 2), (False, 1)])
def test_what_remains_of_a_group_waits_again(store, sweep, result, counts, attempts) -> None:
    group = store.groups.take(**ME)
    store.members.finish(sweep, 2, result)
    assert store.groups.remaining(group) == [0, 4]
    store.groups.leave(group.number, pid=7, counts=counts)
    assert states(store, sweep) == ["waiting", "waiting", "done", "waiting", "waiting"]
    again = store.groups.take(**OTHER)
    assert (again.number, again.positions, again.attempts) == (group.number, (0, 4), attempts)


def test_a_group_comes_back_in_parts_at_the_end(store, sweep) -> None:
    group = store.groups.take(**ME)
    store.groups.leave(group.number, pid=7, parts=[[0], [2, 4]])
    taken = [store.groups.take(**ME) for _ in range(3)]
    assert [part.positions for part in taken] == [(1, 3), (0,), (2, 4)]
    assert [part.attempts for part in taken] == [1, 1, 1]


def test_stop_lets_nothing_begin_and_start_again_goes_on(store, sweep, result) -> None:
    group = store.groups.take(**ME)
    store.members.finish(sweep, 0, result)
    assert store.sweeps.goes_on(sweep)
    assert store.sweeps.stop(sweep, "Stopped by the user.")
    assert not store.sweeps.goes_on(sweep)
    assert store.groups.take(**OTHER) is None
    store.groups.leave(group.number, pid=7, counts=False)
    found = store.sweeps.get(sweep)
    assert (found.state, found.message, found.waiting) == ("stopped", "Stopped by the user.", 4)
    store.sweeps.start_again(sweep)
    assert (store.sweeps.get(sweep).state, store.sweeps.get(sweep).message) == ("queued", "")
    assert store.groups.waiting() is None  # planned anew, by who starts it again
    store.groups.add(sweep, [[1, 2, 3, 4]])
    assert store.groups.take(**ME).positions == (1, 2, 3, 4)


def test_a_sweep_of_which_all_is_there_is_finished_when_planned(store, config, result) -> None:
    first = store.sweeps.create("{}", "first", [config])
    store.members.finish(first, 0, result)
    sweep = store.sweeps.create("{}", "again", [config])
    store.members.reuse_finished(sweep)
    store.groups.add(sweep, [])
    assert store.sweeps.get(sweep).state == "finished"


def test_seconds_count_while_a_worker_has_a_group(store, sweep, result, monkeypatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    group = store.groups.take(**ME)
    now[0] += 10
    store.members.finish(sweep, 0, result)
    assert store.sweeps.get(sweep).seconds == 10
    assert store.sweeps.get(sweep).seconds_left == 40
    now[0] += 5
    store.groups.leave(group.number, pid=7)
    now[0] += 100
    store.groups.take(**ME)
    assert store.sweeps.get(sweep).seconds == 15
    now[0] += 1
    store.sweeps.stop(sweep, "Stopped.")
    assert store.sweeps.get(sweep).seconds == 16
    assert store.sweeps.get(sweep).seconds_left is None
