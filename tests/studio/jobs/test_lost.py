"""Workers that are gone: found by pid and start time, and told about in words."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest
from patience import PATIENCE

from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.identity import alive, start_time, this_process
from hts.studio.jobs.processes.job import lost_jobs
from hts.studio.jobs.processes.lock import FileLock, is_free
from hts.studio.jobs.processes.run_jobs import (
    MOST_LOST,
    RunJobs,
    claim_for_this_process,
    create_for_this_process,
    recover,
)
from hts.validate import BadInput


def test_this_process_is_alive() -> None:
    pid, started = this_process()
    assert pid == os.getpid()
    assert alive(pid, started)
    assert not alive(pid, started - 60)
    assert not alive(None, None)


def test_an_ended_process_is_not_alive(dead) -> None:
    assert not alive(*dead)


@pytest.mark.process
def test_a_zombie_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        started = psutil.Process(process.pid).create_time()
        deadline = time.monotonic() + PATIENCE
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert start_time(process.pid) is None
        assert not alive(process.pid, started)


@pytest.mark.parametrize(
    ("code", "forced", "words"),
    [
        (None, False, "is gone"),
        (3, False, "ended with exit code 3 and without a result"),
        (-9, False, "was ended by signal 9 (SIGKILL), which the system sends when memory runs out"),
        (-9, True, "did not answer the request to stop and was ended by signal 9 (SIGKILL)"),
        (4, False, "could not write into the store and left"),
        (-11, False, "was ended by signal 11 (SIGSEGV)"),
        (-77, False, "was ended by signal 77"),
    ],
)
def test_how_a_process_ended_in_words(code, forced, words) -> None:
    assert str(End(code, forced)).startswith(words)


def test_a_killed_process_says_whether_memory_ran_out_meanwhile() -> None:
    assert str(End(-9, memory=True)) == (
        "was ended by signal 9 (SIGKILL) while memory ran out on this machine"
    )
    assert str(End(-9, memory=False)) == "was ended by signal 9 (SIGKILL)"
    assert [End(-9, memory=said).out_of_memory for said in (True, None, False)] == [
        True,
        True,
        False,
    ]
    assert not End(-9, forced=True, memory=True).out_of_memory


@pytest.mark.parametrize("kept", [None, 40])
def test_a_run_that_loses_its_worker_waits_for_another_one(store, long, dead, kept) -> None:
    run_id = store.runs.create(long)
    store.control.claim(run_id, pid=dead[0], pid_started=dead[1])
    store.control.progress(run_id, 57)
    if kept is not None:
        store.arrays.save_checkpoint(run_id, kept, 1.0, {})
    (job,) = RunJobs(store).held()
    job.kind.lost(job, End(-9, memory=False))
    run = store.runs.get(run_id)
    assert (run.state, run.losses, run.pid) == ("queued", 1, None)
    assert run.message == (
        f"Worker process {dead[0]} was ended by signal 9 (SIGKILL), at step 57 of 100000000. "
        + (
            "There was no checkpoint yet: another worker begins it again."
            if kept is None
            else "Another worker continues from step 40."
        )
    )
    assert [queued.id for queued in store.queue.runs()] == [run_id]


def test_a_run_that_ends_every_worker_is_interrupted_and_says_so(store, long, dead) -> None:
    run_id = store.runs.create(long)
    for lost in range(1, MOST_LOST + 1):
        store.control.claim(run_id, pid=dead[0], pid_started=dead[1])
        (job,) = RunJobs(store).held()
        job.kind.lost(job, End(), go_on=True)  # told to: that is not its fault
        assert store.runs.get(run_id).losses == lost - 1
        store.control.claim(run_id, pid=dead[0], pid_started=dead[1])
        (job,) = RunJobs(store).held()
        job.kind.lost(job, End(-11))
        assert store.runs.get(run_id).state == ("queued" if lost < MOST_LOST else "interrupted")
    assert store.runs.get(run_id).message == (
        f"5 workers ended with it since its last checkpoint. Worker process {dead[0]} was ended by "
        "signal 11 (SIGSEGV), at step 0 of 100000000. There is no checkpoint yet: Resume begins it "
        "again."
    )


def test_a_run_that_never_began_waits_again_as_if_nothing_had_been(store, long, dead) -> None:
    run_id = store.runs.create(long)
    for _ in range(2 * MOST_LOST):
        store.control.assign(run_id, pid=dead[0], pid_started=dead[1], threads=1)
        (job,) = RunJobs(store).held()
        job.kind.lost(job, End(-15))
        run = store.runs.get(run_id)
        assert (run.state, run.losses, run.message) == ("queued", 0, "")
    store.control.assign(run_id, pid=dead[0], pid_started=dead[1], threads=1)
    store.control.request(run_id, "stop")
    (job,) = RunJobs(store).held()
    job.kind.lost(job, End(-15))
    assert store.runs.get(run_id).state == "cancelled"


def test_a_paused_run_that_loses_its_worker_stays_paused(store, long, dead) -> None:
    run_id = store.runs.create(long)
    store.control.claim(run_id, pid=dead[0], pid_started=dead[1])
    store.arrays.save_checkpoint(run_id, 7, 1.0, {})
    store.control.set_paused(run_id, 7)
    (job,) = RunJobs(store).held()
    job.kind.lost(job, End(-9, memory=False))
    run = store.runs.get(run_id)
    assert (run.state, run.pid, run.resumable) == ("paused", None, True)
    assert run.message.endswith(
        "was ended by signal 9 (SIGKILL), at step 7 of 100000000. It was paused. "
        "Resume continues from step 7; Repeat starts over."
    )


def test_lost_runs_are_marked_with_what_is_kept(store, long, dead) -> None:
    here = create_for_this_process(store, long)
    claim_for_this_process(store, here, threads=1)
    gone, kept, reused = (store.runs.create(long) for _ in range(3))
    store.control.claim(gone, pid=dead[0], pid_started=dead[1])
    store.control.claim(kept, pid=dead[0], pid_started=dead[1])
    store.arrays.save_checkpoint(kept, 40, 1.0, {})
    store.control.progress(kept, 57)
    pid, started = this_process()
    store.control.claim(reused, pid=pid, pid_started=started - 1000)
    assert {job.subject.id for job in lost_jobs([RunJobs(store)])} == {gone, kept, reused}
    assert {run.id for run in recover(store)} == {gone, kept, reused}
    assert store.runs.get(here).state == "running"
    assert store.runs.get(gone).message == (
        f"Worker process {dead[0]} is gone (the machine or the process was ended), at step 0 of "
        "100000000. There is no checkpoint yet: Resume begins it again."
    )
    run = store.runs.get(kept)
    assert run.state == "interrupted"
    assert run.resumable
    assert "at step 57 of 100000000." in run.message
    assert run.message.endswith("Resume continues from step 40; Repeat starts over.")
    assert recover(store) == []


def test_a_scheduler_that_is_there_recovers_itself(store, long, dead) -> None:
    run_id = store.runs.create(long)
    store.control.claim(run_id, pid=dead[0], pid_started=dead[1])
    lock = FileLock(store.home.scheduler_lock)
    assert lock.acquire()
    assert recover(store) == []
    lock.release()
    assert [run.id for run in recover(store)] == [run_id]


def test_a_run_of_this_process_is_not_for_others(store, long) -> None:
    run_id = create_for_this_process(store, long)
    assert store.queue.runs() == []
    with pytest.raises(BadInput, match="is starting with worker"):
        store.control.claim(run_id, pid=1, pid_started=1.0)
    assert claim_for_this_process(store, run_id, threads=3).state == "running"
    assert store.runs.get(run_id).threads == 3


@pytest.mark.process
def test_a_lock_has_one_owner_and_dies_with_it(tmp_path) -> None:
    path = tmp_path / "lock"
    lock, other = FileLock(path), FileLock(path)
    assert lock.acquire()
    assert not other.acquire(wait=0.1)
    assert not is_free(path)
    lock.release()
    assert is_free(path)
    program = (
        "import sys; from pathlib import Path;"
        "from hts.studio.jobs.processes.lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout.readline() == b"True\n"
        assert not other.acquire()
        process.kill()
    assert other.acquire(wait=1.0)
    other.release()
