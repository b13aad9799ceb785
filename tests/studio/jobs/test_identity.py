"""Telling processes apart: after the clock was set, between containers, when pids come again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import psutil
import pytest
from patience import PATIENCE

from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.identity import (
    alive,
    announce,
    forget_the_dead,
    is_here,
    start_time,
    this_process,
)
from hts.studio.jobs.processes.job import lost_jobs
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.processes.run_jobs import RunJobs
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.scheduling.scheduler import Scheduler

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
ELSEWHERE = 12345.0 * 2**32 + 678  # a mark of another machine, or of a container


@linux
def test_setting_the_clock_ends_no_process(monkeypatch) -> None:
    pid, mark = this_process()
    created = psutil.Process(pid).create_time()
    assert alive(pid, created)  # as older stores have it
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: created + 3600.0)
    assert not alive(pid, created)
    assert alive(pid, mark)


@linux
def test_a_mark_survives_what_it_is_stored_in() -> None:
    mark = start_time(os.getpid())
    assert mark is not None
    assert mark < 2**53
    assert float(f"{mark}") == mark == int(mark)


def test_a_process_elsewhere_lives_as_long_as_its_lock(lab, store) -> None:
    assert not alive(1, ELSEWHERE)
    assert not alive(1, ELSEWHERE, store.home)
    assert not store.home.alive("").exists()  # asking leaves nothing behind
    lock = FileLock(store.home.alive(f"1-{ELSEWHERE:.0f}"))
    assert lock.acquire()
    assert not is_here(ELSEWHERE)
    assert alive(1, ELSEWHERE, store.home)
    forget_the_dead(store.home)
    assert alive(1, ELSEWHERE, store.home)
    lock.release()
    assert not alive(1, ELSEWHERE, store.home)
    forget_the_dead(store.home)
    assert list(store.home.alive("").iterdir()) == []


@linux
def test_a_process_in_another_pid_namespace_is_seen_until_it_ends(lab, store) -> None:
    unshare = shutil.which("unshare")
    apart = [unshare, "--pid", "--fork", "--mount-proc", "--kill-child"]
    if unshare is None or subprocess.run([*apart, "true"], capture_output=True).returncode:
        pytest.skip("needs unshare(1) and the right to make a pid namespace")
    code = (
        "import sys; from hts.studio.jobs.processes.identity import announce;"
        "from hts.studio.store.paths import Home;"
        "from pathlib import Path;"
        f"print(*announce(Home(Path({str(lab.home)!r}))), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [*apart, sys.executable, "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        pid, mark = process.stdout.readline().split()
        started = float(mark)
        assert int(pid) < 10  # which is another process here
        assert not is_here(started)
        assert not alive(int(pid), started)
        assert alive(int(pid), started, store.home)
        process.kill()  # and what it unshared with it
        deadline = time.monotonic() + PATIENCE
        while alive(int(pid), started, store.home):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_run_of_a_dead_container_is_not_taken_for_that_of_a_child_with_its_pid(
    lab, store, long
) -> None:
    scheduler = Scheduler(store, planned({"HTS_SLOTS": "1", "HTS_THREADS": "1"}))
    try:
        child = scheduler.spawn()
        lost = store.runs.create(long, worker=(child.pid, ELSEWHERE))
        store.control.claim(lost, pid=child.pid, pid_started=ELSEWHERE)
        assert [job.subject.id for job in lost_jobs([RunJobs(store)])] == [lost]
        store.queue.drain("Nobody is to take it.")
        scheduler.tick()
        now = store.runs.get(lost)
        assert (now.state, now.losses) == ("queued", 1)
        assert now.message.startswith(f"Worker process {child.pid} is gone")
    finally:
        scheduler.leave()


def test_a_process_announces_itself_once(lab, store) -> None:
    assert announce(store.home) == announce(store.home) == this_process()
    assert len(list(store.home.alive("").iterdir())) == 1
