"""The accidents of a lab, one function each: cause it at a random moment, then see what holds.

A function takes the lab and a random generator, raises `Broken` if something acknowledged is lost,
a run is in two places, a zombie stays or nobody is told, and leaves the lab working.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import threading
import time
from pathlib import Path

import psutil

from bench.app.lab_processes import Broken, Lab
from bench.app.websocket_client import clear_cache, seen
from hts.studio.jobs import client
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.run_row import Run
from hts.validate import BadInput


def worker_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to the worker of a run; it says so, and goes on from its checkpoint."""
    run = _one_going_on(lab)
    time.sleep(rng.uniform(0, 1.5))
    rows = lab.recorded(run.id)
    os.kill(_pid(lab, run.id), signal.SIGKILL)
    lab.until(lambda: lab.store.runs.get(run.id).state == "interrupted", "the loss is noticed")
    _need_rows(lab, run.id, rows)
    _need_words(lab, run.id, "SIGKILL")
    lab.check([run.id])
    if lab.store.runs.get(run.id).resumable:
        client.resume(lab.store, run.id)
        lab.until_moving(run.id)


def scheduler_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to the service around a submission; runs go on, and what was queued begins."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    service = lab.services.pop()
    timer = threading.Timer(rng.uniform(0, 0.3), service.kill)
    timer.start()
    time.sleep(rng.uniform(0, 0.3))
    queued = lab.submit(rng.randrange(10**9))
    timer.join()
    service.wait()
    lab.until_moving(run.id)  # without a scheduler
    if b"No workers are running" not in _page(lab, run.id):
        raise Broken("the page does not say that no service is up")
    lab.start_service()
    lab.until_moving(queued)
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).attempt != run.attempt:
        raise Broken("the run was begun again although its worker lived")
    lab.check([run.id, queued])
    lab.end_run(queued)


def web_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to the web process while somebody looks; the same address shows the run again."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    assert lab.web is not None
    timer = threading.Timer(rng.uniform(0, 1.0), lab.web.kill)
    timer.start()
    with contextlib.suppress(Exception):  # cut off in the middle
        _page(lab, run.id)
    timer.join()
    lab.web.wait()
    lab.until_moving(run.id)
    lab.start_web()
    if run.id.encode() not in _page(lab, run.id):
        raise Broken("the page does not show the run again")
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).attempt != run.attempt:
        raise Broken("the run was begun again although its worker lived")
    lab.check([run.id])


def disk_full(lab: Lab, rng: random.Random) -> None:
    """No byte is left for a while; submissions are refused in words, what was recorded stays."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    ballast = lab.home / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            block = b"x" * 4096
            while True:
                file.write(block)
        time.sleep(rng.uniform(0.5, 3.0))
        try:
            lab.submit(rng.randrange(10**9))
        except BadInput as error:
            if "The disk is nearly full" not in str(error):
                raise Broken(f"refused in other words: {error}") from error
        else:
            raise Broken("a run was accepted on a full disk")
        if b"The disk is nearly full" not in _page(lab, run.id):
            raise Broken("the page does not say that the disk is full")
    finally:
        ballast.unlink(missing_ok=True)
    lab.until(lambda: _settled(lab, run.id), "the run goes on or says why not")
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).state == "interrupted" and lab.store.runs.get(run.id).resumable:
        client.resume(lab.store, run.id)
        lab.until_moving(run.id)
    lab.check([run.id])
    following = lab.submit(rng.randrange(10**9))
    lab.until_moving(following)
    lab.end_run(following)


def store_locked(lab: Lab, rng: random.Random) -> None:
    """Another process holds the write lock for seconds; everybody waits, nothing fails."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    connection = sqlite3.connect(lab.store.home.database, isolation_level=None, timeout=60)
    connection.execute("BEGIN EXCLUSIVE")
    began, queued = time.monotonic(), []
    thread = threading.Thread(target=lambda: queued.append(lab.submit(rng.randrange(10**9))))
    thread.start()
    time.sleep(rng.uniform(1, 6))
    if run.id.encode() not in _page(lab, run.id):
        raise Broken("the page cannot be read while the store is locked")
    connection.execute("ROLLBACK")
    connection.close()
    held = time.monotonic() - began
    thread.join(60)
    if not queued:
        raise Broken(f"a submission did not come through after {held:.1f} s of waiting")
    lab.until_moving(run.id)
    lab.until_moving(queued[0])
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).attempt != run.attempt:
        raise Broken("the run was begun again although its worker lived")
    lab.check([run.id, queued[0]])
    lab.end_run(queued[0])


def clock_jumped(lab: Lab, rng: random.Random) -> None:
    """The clock of service and workers is set by up to two days; nobody takes anybody for dead."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    offset = rng.choice((-1, 1)) * rng.uniform(5, 2 * 86400)
    Path(lab.settings["HTS_MOVED_CLOCK"]).write_text(f"{offset:+.0f}\n", encoding="ascii")
    time.sleep(rng.uniform(1, 3))
    lab.until_moving(run.id)
    queued = lab.submit(rng.randrange(10**9))
    now = lab.until_moving(queued)
    if now.started is None or abs(now.started - time.time() - offset) > PATIENT_SECONDS:
        raise Broken("the workers' clock did not jump: the fault was not caused")
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).attempt != run.attempt:
        raise Broken("the run was begun again although its worker lived")
    if (status := scheduler_status(lab.store)) is None or status.age > PATIENT_SECONDS:
        raise Broken("the service is taken for dead")
    lab.check([run.id, queued])
    lab.end_run(queued)


def cache_cleared(lab: Lab, rng: random.Random) -> None:
    """A hostile client clears the server's caches again and again; nothing was kept only there."""
    run = _one_going_on(lab)
    rows = lab.recorded(run.id)
    for _ in range(rng.randrange(1, 6)):
        page = seen(lab.port, f"run={run.id}", first=clear_cache())
        if run.id.encode() not in page:
            raise Broken("the page does not show the run after its caches were cleared")
    lab.until_moving(run.id)
    _need_rows(lab, run.id, rows)
    if lab.store.runs.get(run.id).attempt != run.attempt:
        raise Broken("the run was begun again although its worker lived")
    lab.check([run.id])


def two_schedulers(lab: Lab, rng: random.Random) -> None:
    """Two services start at once where one was killed; one rules, the other waits its turn."""
    run = _one_going_on(lab)
    service = lab.services.pop()
    service.kill()
    service.wait()
    lab.start_service()
    time.sleep(rng.uniform(0, 0.2))
    lab.start_service()
    queued = [lab.submit(rng.randrange(10**9)) for _ in range(2)]
    lab.until_moving(queued[0])
    lab.check([run.id, *queued])
    status = scheduler_status(lab.store)
    pids = [service.pid for service in lab.services]
    if status is None or status.pid not in pids:
        raise Broken("nobody rules")
    if lab.store.runs.get(queued[1]).state != "queued":
        raise Broken("more runs go on than there are slots")
    ruler = lab.services.pop(pids.index(status.pid))
    ruler.kill()
    ruler.wait()
    lab.until(lab.served, "the other one takes over")
    for run_id in queued:
        lab.end_run(run_id)
    lab.check([run.id, *queued])


PATIENT_SECONDS = 60.0

FAULTS = {
    "worker killed": worker_killed,
    "scheduler killed": scheduler_killed,
    "web killed": web_killed,
    "disk full": disk_full,
    "store locked": store_locked,
    "clock jumped": clock_jumped,
    "cache cleared": cache_cleared,
    "two schedulers": two_schedulers,
}


def _one_going_on(lab: Lab) -> Run:
    """The run that the lab has all the time, or a new one where it is gone."""
    lab.until(lab.served, "a service is up")
    active = [run for run in lab.store.runs.list() if run.active]
    if not active:
        active = [lab.store.runs.get(lab.submit(random.SystemRandom().randrange(10**9)))]
    return lab.until_moving(active[-1].id)


def _pid(lab: Lab, run_id: str) -> int:
    pid = lab.store.runs.get(run_id).pid
    if pid is None:
        raise Broken(f"run {run_id} has no worker")
    return pid


def _settled(lab: Lab, run_id: str) -> bool:
    run = lab.store.runs.get(run_id)
    if run.state == "running":
        process = psutil.pid_exists(run.pid or 0)
        before = lab.last_step(run_id)
        time.sleep(0.5)
        return process and lab.last_step(run_id) > before
    return run.state in ("interrupted", "failed") and bool(run.message)


def _need_rows(lab: Lab, run_id: str, rows: int) -> None:
    found = lab.recorded(run_id)
    if found < rows:
        raise Broken(f"of {rows} recorded evaluations {found} are left")


def _need_words(lab: Lab, run_id: str, words: str) -> None:
    message = lab.store.runs.get(run_id).message
    if words not in message:
        raise Broken(f"the run does not say {words!r}: {message!r}")
    if message.encode() not in _page(lab, run_id):
        raise Broken("the page does not say what the run says")


def _page(lab: Lab, run_id: str) -> bytes:
    return seen(lab.port, f"run={run_id}")
