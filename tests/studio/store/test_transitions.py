"""Every change of state, from the states in which it is allowed and from those where it is not."""

from __future__ import annotations

import pytest

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.store.store import Store
from hts.validate import BadInput


@pytest.fixture
def run_id(store: Store, config: RunConfig) -> str:
    return store.runs.create(config)


def begin(store: Store, run_id: str, pid: int = 10) -> None:
    store.control.claim(run_id, pid=pid, pid_started=1.0)


def test_from_queue_to_result(store: Store, run_id: str, result: RunResult) -> None:
    assert store.control.assign(run_id, pid=10, pid_started=1.0, threads=2)
    run = store.runs.get(run_id)
    assert (run.state, run.pid, run.pid_started, run.threads) == ("starting", 10, 1.0, 2)
    run = store.control.claim(run_id, pid=10, pid_started=1.0, device="cpu")
    assert (run.state, run.device, run.attempt, run.held) == ("running", "cpu", 1, True)
    assert run.started is not None
    store.control.finish(run_id, result)
    run = store.runs.get(run_id)
    assert (run.state, run.pid, run.active, run.resumable) == ("finished", None, False, False)
    assert run.ended is not None


def test_only_one_worker_begins_a_run(store: Store, run_id: str) -> None:
    assert store.control.assign(run_id, pid=10, pid_started=1.0, threads=1)
    assert not store.control.assign(run_id, pid=11, pid_started=1.0, threads=1)
    with pytest.raises(BadInput, match="is starting with worker 10: process 11 cannot begin it"):
        begin(store, run_id, pid=11)
    begin(store, run_id, pid=10)
    with pytest.raises(BadInput, match="is running with worker 10"):
        begin(store, run_id, pid=10)


def test_a_worker_that_never_began_gives_the_run_back(store: Store, run_id: str) -> None:
    store.control.assign(run_id, pid=10, pid_started=1.0, threads=1)
    assert not store.control.take_back(run_id, pid=11)
    assert store.control.take_back(run_id, pid=10)
    run = store.runs.get(run_id)
    assert (run.state, run.pid) == ("queued", None)
    assert not store.control.take_back(run_id, pid=10)


def test_stop_in_the_queue_cancels(store: Store, run_id: str) -> None:
    run = store.control.request(run_id, "stop")
    assert (run.state, run.message) == ("cancelled", "Stopped while waiting in the queue.")
    assert not store.control.assign(run_id, pid=10, pid_started=1.0, threads=1)
    assert store.control.request(run_id, "stop") == run
    with pytest.raises(BadInput, match="is cancelled: there is no worker left to pause"):
        store.control.request(run_id, "pause")


def test_wishes_reach_a_running_run(store: Store, run_id: str) -> None:
    begin(store, run_id)
    assert store.control.request(run_id, "pause").want == "pause"
    run = store.control.request(run_id, "run", want_step=7)
    assert (run.state, run.want, run.want_step) == ("running", "run", 7)
    assert store.control.request(run_id, "stop").want == "stop"


def test_pausing_at_the_step_asked_for(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.control.request(run_id, "run", want_step=7)
    run = store.control.set_paused(run_id, 7)
    assert (run.state, run.step, run.want, run.want_step) == ("paused", 7, "pause", None)
    assert run.held
    assert not run.resumable
    store.control.request(run_id, "run")
    assert store.control.set_running(run_id)
    assert store.runs.get(run_id).state == "running"


def test_a_wish_made_while_pausing_is_kept(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.control.request(run_id, "run")
    run = store.control.set_paused(run_id, 7)
    assert (run.state, run.want) == ("paused", "run")


def test_a_run_left_paused_is_continued_by_a_new_worker(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.arrays.save_checkpoint(run_id, 5, 1.0, {})
    assert store.control.leave_paused(run_id, "The worker went home.")
    run = store.runs.get(run_id)
    assert (run.state, run.pid, run.held, run.resumable) == ("paused", None, False, True)
    run = store.control.request(run_id, "run", want_step=6)
    assert (run.state, run.want_step, run.message) == ("queued", 6, "")
    begin(store, run_id, pid=11)
    assert store.runs.get(run_id).attempt == 2
    store.control.leave_paused(run_id, "The worker went home.")
    run = store.control.request(run_id, "stop")
    assert (run.state, run.message) == ("interrupted", "Stopped while paused at step 0.")


def test_an_interrupted_run_is_resumed_with_or_without_a_checkpoint(
    store: Store, run_id: str
) -> None:
    begin(store, run_id)
    assert not store.control.mark_interrupted(run_id, "gone", pid=11)
    assert store.control.mark_interrupted(run_id, "gone", pid=10)
    assert not store.control.mark_interrupted(run_id, "gone again")
    run = store.runs.get(run_id)
    assert (run.state, run.message, run.pid, run.resumable) == ("interrupted", "gone", None, True)
    run = store.control.requeue(run_id)
    assert (run.state, run.want, run.ended, run.checkpoint_step) == ("queued", "run", None, None)
    begin(store, run_id)
    store.arrays.save_checkpoint(run_id, 5, 1.0, {})
    store.control.mark_interrupted(run_id, "gone")
    assert store.control.requeue(run_id).checkpoint_step == 5


def test_a_run_that_lost_its_worker_waits_again_with_what_was_wanted(
    store: Store, run_id: str
) -> None:
    begin(store, run_id)
    store.control.request(run_id, "run", want_step=9)
    assert not store.control.begin_again(run_id, "gone", pid=11, counts=True)
    assert store.control.begin_again(run_id, "gone", pid=10, counts=True)
    run = store.runs.get(run_id)
    assert (run.state, run.want, run.want_step, run.pid) == ("queued", "run", 9, None)
    assert (run.message, run.losses) == ("gone", 1)
    begin(store, run_id)
    assert store.runs.get(run_id).message == "gone"  # said until it ends
    store.arrays.save_checkpoint(run_id, 5, 1.0, {})
    assert store.runs.get(run_id).losses == 0
    assert store.control.begin_again(run_id, "told to end")
    assert store.runs.get(run_id).losses == 0


def test_a_finished_run_is_not_resumed(store: Store, run_id: str, result: RunResult) -> None:
    begin(store, run_id)
    store.arrays.save_checkpoint(run_id, 5, 1.0, {})
    store.control.finish(run_id, result)
    with pytest.raises(BadInput, match="is finished and cannot be resumed"):
        store.control.requeue(run_id)
    assert not store.control.mark_interrupted(run_id, "too late")
    assert store.runs.get(run_id).state == "finished"


def test_an_error_ends_a_run_in_words(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.control.fail(run_id, "The learning rate is too large.")
    run = store.runs.get(run_id)
    assert (run.state, run.message, run.pid) == ("failed", "The learning rate is too large.", None)


def test_a_second_wish_keeps_what_was_said_of_the_first(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.control.request(run_id, "stop", why="It computed too long.")
    assert store.control.request(run_id, "stop").message == "It computed too long."
    run = store.control.request(run_id, "stop", why="The lab closes.")
    assert run.message == "The lab closes."


def test_a_run_that_is_resumed_began_when_it_first_began(store: Store, run_id: str) -> None:
    begin(store, run_id)
    store.runs.update(run_id, started=123.0)
    store.arrays.save_checkpoint(run_id, 5, 1.0, {})
    store.control.mark_interrupted(run_id, "Its worker is gone.")
    store.control.requeue(run_id)
    run = store.control.claim(run_id, pid=11, pid_started=2.0)
    assert (run.started, run.attempt, run.ended) == (123.0, 2, None)


def test_only_a_paused_run_without_a_worker_is_interrupted_as_idle(
    store: Store, run_id: str
) -> None:
    assert not store.control.interrupt_idle(run_id, "Nobody touched it.")  # queued
    begin(store, run_id)
    assert not store.control.interrupt_idle(run_id, "Nobody touched it.")  # running
    store.control.set_paused(run_id, 3)
    held = store.runs.get(run_id)
    assert held.held
    assert not store.control.interrupt_idle(run_id, "Nobody touched it.")
    assert store.runs.get(run_id) == held
    store.control.leave_paused(run_id, "")
    assert store.control.interrupt_idle(run_id, "Nobody touched it.")
    run = store.runs.get(run_id)
    assert (run.state, run.message) == ("interrupted", "Nobody touched it.")
    assert run.ended is not None
