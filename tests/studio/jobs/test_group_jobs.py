"""What becomes of a group whose worker ended: again, in halves, one by one, given up."""

from __future__ import annotations

import signal

import pytest

from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.group_jobs import NO_ROOM, GroupJobs
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.job import lost_jobs
from hts.studio.jobs.processes.sweep_jobs import stop_lost_sweeps
from hts.studio.store.store import Store

KILLED, CRASHED = -signal.SIGKILL, -signal.SIGSEGV


@pytest.fixture
def sweep(store: Store, short) -> str:
    sweep_id = store.sweeps.create("{}", "five", [short.replace(seed=seed) for seed in range(5)])
    store.groups.add(sweep_id, [[0, 1, 2, 3, 4]])
    return sweep_id


def lose(store: Store, dead, code: int | None, **how) -> tuple[int, ...]:
    """A worker takes the next group and ends; returns its positions."""
    group = store.groups.take(pid=dead[0], pid_started=dead[1])
    settle(store, code, **how)
    return group.positions


def settle(store: Store, code: int | None, **how) -> None:
    """See to the one group whose worker is gone."""
    (job,) = lost_jobs([GroupJobs(store)])
    job.kind.lost(job, End(code, **how))


def test_a_lost_group_goes_to_another_worker(store, sweep, dead) -> None:
    assert lose(store, dead, CRASHED) == (0, 1, 2, 3, 4)
    group = store.groups.take(pid=dead[0], pid_started=dead[1])
    assert (group.positions, group.attempts) == ((0, 1, 2, 3, 4), 2)


def test_members_that_ended_stay_so(store, sweep, dead, made_up_result) -> None:
    store.groups.take(pid=dead[0], pid_started=dead[1])
    store.members.finish(sweep, 1, made_up_result)
    settle(store, None)
    assert store.groups.waiting().positions == (0, 2, 3, 4)
    assert store.sweeps.members(sweep)[1].state == "done"


def test_after_three_workers_the_members_go_one_by_one_and_the_guilty_one_fails(
    store, sweep, dead, made_up_result
) -> None:
    for _ in range(3):
        assert lose(store, dead, CRASHED) == (0, 1, 2, 3, 4)
    for position in range(4):
        group = store.groups.take(pid=dead[0], pid_started=dead[1])
        assert group.positions == (position,)
        store.members.finish(sweep, position, made_up_result)
        store.groups.leave(group.number, pid=dead[0])
    for _ in range(3):
        assert store.sweeps.get(sweep).state == "running"
        assert lose(store, dead, CRASHED) == (4,)
    member = store.sweeps.members(sweep)[4]
    assert member.state == "failed"
    assert member.message == (
        "3 workers that had only this run ended; the last one was ended by signal 11 (SIGSEGV)."
    )
    found = store.sweeps.get(sweep)
    assert (found.state, found.done, found.failed) == ("finished", 4, 1)


def test_when_memory_ran_out_the_group_is_halved(store, sweep, dead) -> None:
    assert lose(store, dead, KILLED) == (0, 1, 2, 3, 4)
    assert lose(store, dead, KILLED) == (0, 1)
    taken = [store.groups.take(pid=dead[0], pid_started=dead[1]) for _ in range(3)]
    assert [group.positions for group in taken] == [(2, 3, 4), (0,), (1,)]


@pytest.mark.parametrize(("code", "how"), [(KILLED, {"forced": True}), (NO_ROOM, {})])
def test_an_end_that_was_not_the_groups_fault_is_not_counted(store, sweep, dead, code, how) -> None:
    for _ in range(5):
        assert lose(store, dead, code, **how) == (0, 1, 2, 3, 4)
    assert store.groups.waiting().attempts == 0


@pytest.mark.parametrize("code", [None, CRASHED, KILLED])
def test_a_worker_that_got_further_is_not_counted(store, sweep, dead, code) -> None:
    for _ in range(5):
        group = store.groups.take(pid=dead[0], pid_started=dead[1])
        store.groups.note_progress(sweep, dead[0])
        settle(store, code)
        assert group.positions == (0, 1, 2, 3, 4)
    assert store.groups.waiting().attempts == 0


def test_a_stopped_sweeps_lost_group_waits_for_the_sweep(store, sweep, dead) -> None:
    store.groups.take(pid=dead[0], pid_started=dead[1])
    store.sweeps.stop(sweep, "Stopped.")
    settle(store, KILLED)
    assert store.groups.held() == []
    assert store.groups.waiting() is None
    assert {member.state for member in store.sweeps.members(sweep)} == {"waiting"}


def test_a_sweep_whose_own_process_is_gone_is_stopped_in_words(store, short, dead) -> None:
    lost = store.sweeps.create("{}", "lost", [short], worker=dead)
    kept = store.sweeps.create("{}", "kept", [short], worker=this_process())
    stop_lost_sweeps(store)
    assert store.sweeps.get(lost).state == "stopped"
    assert store.sweeps.get(lost).message.startswith(
        f"Process {dead[0]}, which computed it, is gone."
    )
    assert store.sweeps.get(kept).state == "queued"
