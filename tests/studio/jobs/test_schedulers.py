"""The scheduler itself: alone, killed, adopted, unneeded; and workers without one."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest
from patience import PATIENCE

from hts.studio.jobs import client
from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.run_jobs import recover
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.validate import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


def until_only(lab, pids: set[int], seconds: float = PATIENCE) -> None:
    """Wait until these are the only processes of the home."""
    deadline = time.monotonic() + seconds
    while {p.pid for p in lab.processes()} != pids:
        assert time.monotonic() < deadline, lab.processes()
        time.sleep(0.05)


def test_a_run_outlives_its_scheduler_and_the_next_one_takes_it_over(lab, store, long) -> None:
    first = lab.scheduler("--refill-delay", "0", slots=1)
    (run_id,) = client.submit(store, long)
    run = lab.until(run_id, lambda run: run.state == "running" and run.step > 0)
    first.kill()
    first.wait()
    assert scheduler_status(store) is None
    until_only(lab, {run.pid})  # waiting workers have gone with their scheduler
    before = store.runs.get(run_id).step
    lab.until(run_id, lambda run: run.step > before)
    assert recover(store) == []
    second = lab.scheduler(slots=1)
    (queued,) = client.submit(store, long)
    lab.beats()
    assert store.runs.get(queued).state == "queued"  # the adopted run has the slot
    client.stop(store, queued)
    adopted = psutil.Process(run.pid)
    adopted.kill()
    again = lab.until(run_id, lambda now: now.state == "running" and now.pid != run.pid)
    assert again.message.startswith(f"Worker process {run.pid} is gone")
    client.stop(store, run_id)
    lab.until(run_id, "finished")
    second.terminate()
    assert second.wait(timeout=PATIENCE) == 0
    until_only(lab, set())


def test_a_run_given_to_a_worker_that_never_began_starts_again(lab, store, short, dead) -> None:
    run_id = store.runs.create(short)
    store.control.assign(run_id, pid=dead[0], pid_started=dead[1], threads=1)
    lab.scheduler(slots=1)
    assert lab.until(run_id, "finished").attempt == 1


def test_of_two_schedulers_one_ends_quietly(lab, store) -> None:
    both = [lab.scheduler(slots=1, wait=False) for _ in range(2)]
    deadline = time.monotonic() + PATIENCE
    while all(process.poll() is None for process in both):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    lab.beats()
    codes = [process.poll() for process in both]
    assert sorted(codes, key=str) == [0, None]
    alone = both[codes.index(None)]
    assert scheduler_status(store).pid == alone.pid


def test_it_ends_when_its_owner_is_gone_and_nothing_is_left(lab, store, short, dead) -> None:
    run_id = store.runs.create(short)
    process = lab.scheduler("--owner", f"{dead[0]}:{dead[1]}", slots=1)
    lab.until(run_id, "finished")
    assert process.wait(timeout=PATIENCE) == 0
    until_only(lab, set())
    assert scheduler_status(store) is None


def test_it_stays_while_its_owner_is_there(lab) -> None:
    process = lab.scheduler("--owner", "{}:{}".format(*this_process()), "--linger", "0.2", slots=1)
    lab.beats()
    assert process.poll() is None


def test_submitting_starts_a_scheduler_once(lab, store, short, monkeypatch) -> None:
    monkeypatch.setenv("HTS_SLOTS", "1")
    (run_id,) = client.submit(store, short)
    mine = client._schedulers[str(store.home.root)]
    client.ensure_scheduler(store)
    assert client._schedulers[str(store.home.root)] is mine
    lab.until(run_id, "finished")
    mine.kill()
    mine.wait()
    client.ensure_scheduler(store)
    other = client._schedulers[str(store.home.root)]
    assert other.pid != mine.pid


def test_without_a_sensible_plan_nothing_is_queued(store, short, monkeypatch) -> None:
    monkeypatch.setenv("HTS_SLOTS", "0")
    with pytest.raises(BadInput, match=r"HTS_SLOTS .* from 1 to 1024, got 0"):
        client.submit(store, short)
    assert store.runs.list() == []
    assert str(store.home.root) not in client._schedulers


@pytest.mark.process
def test_a_scheduler_that_fails_is_not_started_again_at_once(store, monkeypatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    client.ensure_scheduler(store)
    mine = client._schedulers[str(store.home.root)]
    mine.wait()
    client.ensure_scheduler(store)
    assert client._schedulers[str(store.home.root)] is mine
    monkeypatch.setattr(client, "RETRY_SECONDS", 0.0)
    client.ensure_scheduler(store)
    assert client._schedulers[str(store.home.root)] is not mine


def test_it_ends_when_its_home_is_removed(lab, store) -> None:
    process = lab.scheduler(slots=1)
    store.home.database.unlink()
    assert process.wait(timeout=PATIENCE) == 0
    until_only(lab, set())


def test_a_worker_can_be_run_by_hand(lab, store, short) -> None:
    run_id = store.runs.create(short)
    command = [
        sys.executable,
        "-m",
        "hts.studio.jobs.workers.worker",
        "--home",
        str(lab.home),
        "run",
        run_id,
    ]
    done = [
        subprocess.run(command, env=environment(1), capture_output=True, check=False)
        for _ in range(2)
    ]
    assert [process.returncode for process in done] == [0, 3]
    assert store.runs.get(run_id).state == "finished"
    assert b"is finished: process" in done[1].stderr


def test_slots_and_threads_share_the_cores(monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    assert (planned({}).slots, planned({}).threads, planned({}).warm) == (2, 8, 2)
    assert planned({"HTS_SLOTS": "3"}).threads == 5
    assert planned({"HTS_SLOTS": "64"}).threads == 1
    assert planned({"HTS_THREADS": "4"}).threads == 4
    with pytest.raises(BadInput, match=r"HTS_SLOTS .* must be a whole number from 1"):
        planned({"HTS_SLOTS": "many"})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadInput("alpha must be in (0, 2]."), "alpha must be in (0, 2]."),
        (MemoryError(), "There was not enough memory for this run."),
        (RuntimeError("CUDA out of memory. Tried to allocate"), "There was not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: y"), "There was not enough"),
        (KeyError("w"), "The run ended with an error, KeyError: 'w'."),
    ],
)
def test_errors_in_a_sentence(error, words) -> None:
    assert explain(error).startswith(words)
