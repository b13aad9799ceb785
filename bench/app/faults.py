"""The accidents of a lab, one function each: cause it at a random moment, then see what holds.

A function takes the lab and a random generator and leaves the lab working.  It raises `Broken` if a
run that was accepted does not come to its result (or does not truly say why not), if something that
was recorded is lost, a run is in two places, a zombie stays, or a message is not true.  Half of the
moments lie in the first second after runs were asked for.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from bench.app.lab_processes import Broken, Lab, runs_of
from bench.app.websocket_client import clear_cache, seen
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.run_row import Run
from hts.validate import BadInput

SPREAD_SECONDS = 6.0  # a run is begun, trained and ended within about so much
PATIENT_SECONDS = 180.0
LEAVING_SECONDS = 180.0


def worker_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to a worker; its run says so, and another one goes on with it."""
    _worker(lab, rng, signal.SIGKILL)


def worker_told_to_end(lab: Lab, rng: random.Random) -> None:
    """SIGTERM to a worker, as a machine does that is shut down."""
    _worker(lab, rng, signal.SIGTERM)


def _worker(lab: Lab, rng: random.Random, number: signal.Signals) -> None:
    runs = lab.accept(rng)
    lab.until(lambda: any(_held(lab, runs)) or _all_ended(lab, runs), "a run begins")
    held = _held(lab, runs)
    _moment(rng)
    if held:
        with contextlib.suppress(ProcessLookupError):
            os.kill(held[0].pid or 0, number)
    said = lab.all_finish(runs)
    if number == signal.SIGTERM:
        _need_no_kill(said)
    now = {run.id: lab.store.runs.get(run.id) for run in held[:1]}
    if any(run.losses or run.attempt > 1 for run in now.values()) and number.name not in said:
        raise Broken(f"no run says {number.name}: {said!r}")


def service_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to the worker service; runs go on, and the next service begins what is queued."""
    runs = lab.accept(rng)
    _moment(rng)
    lab.kill_service()
    more = lab.accept(rng)
    if b"No workers are running" not in _page(lab, runs[0]):
        raise Broken("the page does not say that no service is up")
    lab.start_service()
    lab.all_finish([*runs, *more])


def service_told_to_end(lab: Lab, rng: random.Random) -> None:
    """SIGTERM to the worker service, an orderly restart: it leaves in time and nothing is lost."""
    runs = lab.accept(rng)
    _moment(rng)
    _restart(lab)
    _need_no_kill(lab.all_finish(runs))


def drained(lab: Lab, rng: random.Random) -> None:
    """Nothing new begins, then an orderly restart, then it is over: what waited is served."""
    runs = lab.accept(rng)
    _moment(rng)
    lab.store.queue.drain("The lab is about to restart.")
    try:
        more = lab.accept(rng)
        _moment(rng)
        _restart(lab)
    finally:
        lab.store.queue.drain(None)
    lab.all_finish([*runs, *more])


def restarted_twice(lab: Lab, rng: random.Random) -> None:
    """Two orderly restarts, the second while the new service begins."""
    runs = lab.accept(rng, 3)
    _moment(rng)
    _restart(lab)
    time.sleep(rng.uniform(0, 3.0))
    if lab.services[-1].poll() is None and not lab.served():  # it may not listen to signals yet
        lab.services.pop().terminate()
        lab.start_service()
    else:
        _restart(lab)
    _need_no_kill(lab.all_finish(runs))


def restarted_on_a_full_disk(lab: Lab, rng: random.Random) -> None:
    """An orderly restart while no byte is left; whoever supervises services starts them anew."""
    runs = lab.accept(rng)
    _moment(rng)
    with _no_room(lab):
        time.sleep(rng.uniform(0, 2.0))
        _restart(lab)
        time.sleep(rng.uniform(0, 4.0))
    lab.until(lambda: lab.served() or _started_anew(lab), "a service rules")
    lab.all_finish(runs)


def _started_anew(lab: Lab) -> bool:
    if lab.services[-1].poll() is not None:
        lab.services.pop()
        lab.start_service()
    return False


def web_killed(lab: Lab, rng: random.Random) -> None:
    """SIGKILL to the web process while somebody looks; the same address shows the run again."""
    _web(lab, rng, signal.SIGKILL)


def web_told_to_end(lab: Lab, rng: random.Random) -> None:
    """SIGTERM to the web process while somebody looks."""
    _web(lab, rng, signal.SIGTERM)


def _web(lab: Lab, rng: random.Random, number: signal.Signals) -> None:
    runs = lab.accept(rng)
    assert lab.web is not None
    timer = threading.Timer(rng.uniform(0, 1.0), lab.web.send_signal, [number])
    timer.start()
    with contextlib.suppress(Exception):  # cut off in the middle
        _page(lab, runs[0])
    timer.join()
    lab.web.wait(LEAVING_SECONDS)
    lab.start_web()
    if runs[0].encode() not in _page(lab, runs[0]):
        raise Broken("the page does not show the run again")
    lab.all_finish(runs)
    _need_first_attempt(lab, runs)


def disk_full(lab: Lab, rng: random.Random) -> None:
    """No byte is left for a while; submissions are refused in words, what was accepted finishes."""
    runs = lab.accept(rng)
    _moment(rng)
    with _no_room(lab):
        time.sleep(rng.uniform(0.5, 3.0))
        try:
            lab.accept(rng)
        except BadInput as error:
            if "The disk is nearly full" not in str(error):
                raise Broken(f"refused in other words: {error}") from error
        else:
            raise Broken("a run was accepted on a full disk")
        if b"The disk is nearly full" not in _page(lab, runs[0]):
            raise Broken("the page does not say that the disk is full")
    lab.all_finish(runs)


@contextlib.contextmanager
def _no_room(lab: Lab) -> Iterator[None]:
    """A file that takes what is left on the disk."""
    ballast = lab.home / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            block = b"x" * 4096
            while True:
                file.write(block)
        yield
    finally:
        ballast.unlink(missing_ok=True)


def home_read_only(lab: Lab, rng: random.Random) -> None:
    """The home takes no new file for a while, as a disk does after an error."""
    runs = lab.accept(rng)
    _moment(rng)
    with _read_only(lab.home):
        time.sleep(rng.uniform(0.5, 3.0))
    lab.all_finish(runs)


@contextlib.contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """A mount of the folder onto itself that cannot be written."""
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def store_locked(lab: Lab, rng: random.Random) -> None:
    """Another process holds the write lock for seconds; everybody waits, nothing fails."""
    runs = lab.accept(rng)
    _moment(rng)
    connection = sqlite3.connect(lab.store.home.database, isolation_level=None, timeout=60)
    connection.execute("BEGIN EXCLUSIVE")
    queued: list[str] = []
    thread = threading.Thread(target=lambda: queued.extend(lab.accept(random.Random(1), 1)))
    thread.start()
    time.sleep(rng.uniform(1, 6))
    if runs[0].encode() not in _page(lab, runs[0]):
        raise Broken("the page cannot be read while the store is locked")
    connection.execute("ROLLBACK")
    connection.close()
    thread.join(60)
    if not queued:
        raise Broken("a submission did not come through after the lock was gone")
    lab.all_finish([*runs, *queued])
    _need_first_attempt(lab, [*runs, *queued])


def clock_jumped(lab: Lab, rng: random.Random) -> None:
    """The clock of service and workers is set by up to two days; nobody takes anybody for dead."""
    runs = lab.accept(rng)
    _moment(rng)
    offset = rng.choice((-1, 1)) * rng.uniform(5, 2 * 86400)
    Path(lab.settings["HTS_MOVED_CLOCK"]).write_text(f"{offset:+.0f}\n", encoding="ascii")
    more = lab.accept(rng)
    lab.all_finish([*runs, *more])
    _need_first_attempt(lab, [*runs, *more])
    began = lab.store.runs.get(more[0]).started
    if began is None or abs(began - time.time() - offset) > PATIENT_SECONDS:
        raise Broken("the workers' clock did not jump: the fault was not caused")
    if (status := scheduler_status(lab.store)) is None or status.age > PATIENT_SECONDS:
        raise Broken("the service is taken for dead")


def cache_cleared(lab: Lab, rng: random.Random) -> None:
    """A hostile client clears the server's caches again and again; nothing was kept only there."""
    runs = lab.accept(rng)
    for _ in range(rng.randrange(1, 6)):
        if runs[0].encode() not in seen(lab.port, f"run={runs[0]}", first=clear_cache()):
            raise Broken("the page does not show the run after its caches were cleared")
    lab.all_finish(runs)
    _need_first_attempt(lab, runs)


def two_services(lab: Lab, rng: random.Random) -> None:
    """Two services start at once where one was killed; one rules, the other takes over from it."""
    runs = lab.accept(rng)
    _moment(rng)
    lab.kill_service()
    lab.start_service()
    time.sleep(rng.uniform(0, 0.2))
    lab.start_service()
    lab.until(lab.served, "one of them rules")
    more = lab.accept(rng)
    _moment(rng)
    pids = [service.pid for service in lab.services]
    status = scheduler_status(lab.store)
    if status is None or status.pid not in pids:
        raise Broken("nobody rules")
    ruler = lab.services.pop(pids.index(status.pid))
    ruler.kill()
    ruler.wait()
    lab.until(lab.served, "the other one takes over")
    lab.all_finish([*runs, *more])


def no_memory(lab: Lab, rng: random.Random) -> None:
    """The worker of a run may have no more memory than it has; the run says so, others finish."""
    (wide,) = lab.accept(rng, 1, wide=True)
    lab.until(lambda: bool(_held(lab, [wide])), "the wide run begins")
    limited = _held(lab, [wide])[0].pid or 0
    worker = psutil.Process(limited)
    now = worker.memory_info().vms + 2**20
    worker.rlimit(psutil.RLIMIT_AS, (now, now))
    runs = lab.accept(rng)
    lab.all_finish(runs)
    lab.until(lambda: not lab.store.runs.get(wide).active, "the wide run ends")
    run = lab.store.runs.get(wide)
    if run.state != "finished" and "memory" not in run.message:
        raise Broken(f"the run is {run.state} and does not say that memory ran out: {run.message}")
    lab.check([wide])


FAULTS: dict[str, Callable[[Lab, random.Random], None]] = {
    "worker killed": worker_killed,
    "worker told to end": worker_told_to_end,
    "service killed": service_killed,
    "service told to end": service_told_to_end,
    "drained and restarted": drained,
    "restarted twice": restarted_twice,
    "restarted on a full disk": restarted_on_a_full_disk,
    "web killed": web_killed,
    "web told to end": web_told_to_end,
    "disk full": disk_full,
    "home read-only": home_read_only,
    "store locked": store_locked,
    "clock jumped": clock_jumped,
    "cache cleared": cache_cleared,
    "two services": two_services,
    "no memory for a worker": no_memory,
}


def _moment(rng: random.Random) -> None:
    """Let some time pass: in half of the cases less than a second."""
    time.sleep(rng.uniform(0, 1.0) if rng.random() < 0.5 else rng.uniform(1.0, SPREAD_SECONDS))


def _restart(lab: Lab) -> None:
    """SIGTERM to the service, and another one once it has left."""
    service = lab.services.pop()
    service.terminate()
    if (code := service.wait(LEAVING_SECONDS)) != 0:
        raise Broken(f"told to end, the service ended with code {code}")
    if left := [process.pid for process in lab.processes() if _is_worker(process)]:
        raise Broken(f"told to end, the service left processes behind: {left}")
    lab.start_service()


def _is_worker(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "hts.studio.jobs.workers.worker" in process.cmdline()
    return False


def _held(lab: Lab, runs: list[str]) -> list[Run]:
    found = (lab.store.runs.get(run_id) for run_id in runs_of(runs))
    return [run for run in found if run.held and run.pid is not None]


def _all_ended(lab: Lab, runs: list[str]) -> bool:
    return not any(lab.store.runs.get(run_id).active for run_id in runs_of(runs))


def _need_first_attempt(lab: Lab, runs: list[str]) -> None:
    if again := [run_id for run_id in runs_of(runs) if lab.store.runs.get(run_id).attempt != 1]:
        raise Broken(f"begun again although their workers lived: {', '.join(again)}")


def _need_no_kill(said: str) -> None:
    """Nobody was killed, but the service ends who does not leave in time, and says that."""
    if "SIGKILL" in said and "did not answer the request to stop" not in said:
        raise Broken(f"nothing was killed, but a run says {said!r}")


def _page(lab: Lab, run_id: str) -> bytes:
    return seen(lab.port, f"run={run_id}")
