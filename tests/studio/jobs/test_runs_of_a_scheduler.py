"""Runs in real workers under a real scheduler: what people ask for is what happens."""

from __future__ import annotations

import sys
import time

import psutil
import pytest
from patience import PATIENCE

from hts.config import RunConfig
from hts.studio.jobs import client
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


@pytest.fixture
def lab(busy_lab):
    """The shared one; no run of a test goes on after it."""
    yield busy_lab
    for run in busy_lab.store.runs.list():
        if run.active:
            client.stop(busy_lab.store, run.id)
    for run in busy_lab.store.runs.list():
        busy_lab.until(run.id, lambda run: not run.active)


@pytest.fixture
def store(lab) -> Store:
    return lab.store


def begun(lab, run_id: str):
    """Wait until steps are being taken."""
    return lab.until(run_id, lambda run: run.state == "running" and run.step > 0)


def no_zombies(lab) -> bool:
    deadline = time.monotonic() + PATIENCE
    while any(p.status() == psutil.STATUS_ZOMBIE for p in lab.processes()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_run_comes_to_its_result(lab, store, short) -> None:
    (run_id,) = client.submit(store, short, title="short")
    run = lab.until(run_id, "finished")
    assert run.result.stop_reason == "budget"
    assert (run.step, run.attempt, run.threads, run.device, run.pid) == (30, 1, 1, "cpu", None)
    assert [point.step for point in store.series.evaluations(run_id)] == [10, 20, 30]
    assert store.series.snapshot_steps(run_id)[-1] == 30
    assert "begins, attempt 1" in store.home.worker_log(run_id).read_text()
    assert no_zombies(lab)


def test_pause_step_go_on_and_stop(lab, store, long) -> None:
    (run_id,) = client.submit(store, long, paused=True)
    first = lab.until(run_id, "paused")
    assert first.step == 1
    assert store.series.live(run_id).step == 1
    client.step(store, run_id, 3)
    after = lab.until(run_id, lambda run: run.state == "paused" and run.step > 1)
    assert after.step == 4
    assert store.series.live(run_id).step == 4
    client.resume(store, run_id)
    lab.until(run_id, lambda run: run.state == "running" and run.step > 4)
    client.stop(store, run_id)
    run = lab.until(run_id, "finished")
    assert run.result.stop_reason == "stopped"
    assert run.result.iterations > 4
    assert run.result.test_accuracy is not None


def test_twins_run_side_by_side_and_paused_runs_leave_their_slots(lab, store, long, short) -> None:
    twins = client.submit(store, long, long.replace(seed=2))
    for run_id in twins:
        begun(lab, run_id)
    for run_id in twins:
        client.pause(store, run_id)
        lab.until(run_id, "paused")
    assert [store.runs.get(run_id).twin for run_id in twins] == [*twins][::-1]
    assert store.runs.get(twins[0]).pid != store.runs.get(twins[1]).pid
    lab.until(client.submit(store, short)[0], "finished")
    for run_id in twins:
        assert store.runs.get(run_id).state == "paused"
        client.stop(store, run_id)
        assert lab.until(run_id, "finished").result.stop_reason == "stopped"


def test_more_runs_than_slots_wait_and_can_be_cancelled(lab, store, long, short) -> None:
    running = [client.submit(store, long.replace(seed=seed))[0] for seed in (1, 2)]
    waiting, last = (client.submit(store, short)[0] for _ in range(2))
    for run_id in running:
        begun(lab, run_id)
    assert store.runs.get(waiting).state == "queued"
    assert [run.id for run in store.queue.runs()] == [waiting, last]
    assert client.stop(store, waiting).state == "cancelled"
    client.stop(store, running[0])
    lab.until(last, "finished")
    assert store.runs.get(waiting).attempt == 0


def test_a_killed_worker_is_told_about_and_its_run_goes_on(lab, store, long) -> None:
    (run_id,) = client.submit(store, long)
    begun(lab, run_id)
    client.pause(store, run_id)  # leaves a checkpoint
    kept = lab.until(run_id, "paused").step
    client.resume(store, run_id)
    pid = lab.until(run_id, lambda run: run.step > kept).pid
    psutil.Process(pid).kill()
    run = lab.until(run_id, lambda run: run.state == "running" and run.pid != pid)
    assert run.message.startswith(f"Worker process {pid} was ended by signal 9 (SIGKILL)")
    assert run.message.endswith(f"Another worker continues from step {kept}.")
    assert no_zombies(lab)
    said = store.home.worker_log(run_id)
    lab.until(run_id, lambda _: f"goes on from step {kept}" in said.read_text())
    run = lab.until(run_id, lambda run: run.state == "running" and run.step > kept)
    assert run.attempt == 2
    (again,) = client.repeat(store, run_id)
    assert again.split("-") == [run.config.hash, str(int(run_id.split("-")[1]) + 1)]
    begun(lab, again)


def test_a_worker_asked_to_end_by_the_system_leaves_a_checkpoint(lab, store, long) -> None:
    (run_id,) = client.submit(store, long)
    run = begun(lab, run_id)
    psutil.Process(run.pid).terminate()
    left = lab.until(run_id, lambda now: now.state == "running" and now.attempt == 2)
    assert left.message == (
        f"Its worker left at step {left.checkpoint_step}: it was asked to end by SIGTERM. "
        f"Another worker continues from step {left.checkpoint_step}."
    )
    assert left.checkpoint_step > 0
    lab.until(run_id, lambda now: now.step > left.checkpoint_step)


def test_a_stuck_worker_is_ended_by_force(lab, store, long) -> None:
    (run_id,) = client.submit(store, long)
    run = begun(lab, run_id)
    psutil.Process(run.pid).suspend()
    client.stop(store, run_id)
    after = lab.until(run_id, "interrupted")
    assert after.message.startswith(
        f"Worker process {run.pid} did not answer the request to stop and was ended by signal 9"
    )
    assert no_zombies(lab)


def test_a_slow_worker_gets_sigterm_first(lab, store, long) -> None:
    (run_id,) = client.submit(store, long)
    run = begun(lab, run_id)
    worker = psutil.Process(run.pid)
    worker.suspend()
    client.stop(store, run_id)
    deadline = time.monotonic() + PATIENCE
    while "SIGTERM" not in (lab.home / "scheduler.log").read_text().split(run_id)[-1]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.resume()
    assert lab.until(run_id, "finished").result.stop_reason == "stopped"


def test_an_error_is_a_sentence_and_a_traceback_in_the_log(lab, store) -> None:
    gone = RunConfig(data="table:0123456789ab")  # taken away since the run was queued
    run_id = store.runs.create(gone)
    run = lab.until(run_id, "failed")
    assert "0123456789ab" in run.message
    assert "Traceback" not in run.message
    assert "Traceback" in store.home.worker_log(run_id).read_text()


def test_the_scheduler_shows_itself(lab, store) -> None:
    lab.beats(1)
    status = scheduler_status(store)
    assert status is not None
    assert status.pid == lab.started[0].pid
    assert (status.slots, status.threads) == (2, 1)
    assert status.age < 3
