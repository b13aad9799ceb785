"""Small jobs asked for by a page, about a finished run or none: done once by a worker, and kept.

`ask` never waits.  Whoever asks first starts a worker process; everybody sees its progress, and
when it is done its file.  A worker holds the job's lock while it lives, so that a second one for
the same job ends at once, and a lock that is free without a result means that the worker is gone.
Where workers are left to a service (``HTS_WORKERS=service``), a file asks it to start one.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hts.foreign import guarded
from hts.studio.jobs.processes.children import start_process
from hts.studio.jobs.processes.disk import need_disk
from hts.studio.jobs.processes.lock import is_free
from hts.studio.jobs.processes.scheduler_settings import left_to_service
from hts.studio.lab.access import need_member, reader_of
from hts.studio.lab.holdings import need_data
from hts.studio.lab.people import LOCAL, Person
from hts.studio.lab.settings import current
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store
from hts.validate import BadInput, choice

# What there is, and what its result is.
JOBS = {
    "compress": ".json", "export": ".zip", "theory": ".json", "rehearse": ".json",
    "reproduce": ".json", "price": ".json",
}  # fmt: skip
NO_RESULT = "Its worker ended without a result; it may have run out of memory."
SETTINGS_VERSION = 1  # raise it when a job's results change, so that old files are not used

State = Literal["absent", "working", "done", "failed"]

_workers: dict[Path, subprocess.Popen[bytes]] = {}
_asked_by: dict[Path, str] = {}  # id of a person
_starting = threading.Lock()


@dataclass(frozen=True)
class SideJob:
    """Where a job's files are."""

    run: str | None  # None: it is about no run
    job: str
    settings: str  # canonical JSON
    result: Path
    request: Path  # there while the worker service is asked to do it

    @property
    def task(self) -> tuple[str, str]:
        """What a worker is told; also what stands in the request."""
        settings = json.loads(self.settings)
        return "small", json.dumps({"run": self.run, "job": self.job, "settings": settings})

    @property
    def state(self) -> Path:
        return self.result.with_suffix(".state")

    @property
    def lock(self) -> Path:
        return self.result.with_suffix(".lock")

    @property
    def log(self) -> Path:
        return self.result.with_suffix(".log")


@dataclass(frozen=True)
class Standing:
    """How a job stands.  ``says``: what it is doing, or why it failed, in words."""

    state: State
    path: Path
    says: str = ""
    share: float = 0.0  # done, in [0, 1]


def side_job(store: Store, run_id: str | None, job: str, settings: Mapping[str, Any]) -> SideJob:
    """The job with its files; raises `UnknownRun`, or `BadInput` for a job that there is not."""
    choice("job", job, JOBS, why="nothing else is computed on request")
    if run_id is not None:
        store.runs.get(run_id)
    text = json.dumps(dict(settings), sort_keys=True, separators=(",", ":"))
    name = hashlib.sha256(f"{SETTINGS_VERSION} {text}".encode()).hexdigest()[:10]
    file = f"{job}-{name}{JOBS[job]}"
    path = store.home.computed(file) if run_id is None else store.home.derived(run_id, file)
    return SideJob(run_id, job, text, path, store.home.asked(f"{run_id or 'no'}-{path.stem}.json"))


def described(store: Store, text: str) -> SideJob:
    """The job that a `SideJob.task` tells of; raises `BadInput` as `side_job` does."""
    with guarded("the request", says="is no description of a job"):
        words = json.loads(text)
        return side_job(store, words["run"], words["job"], words["settings"])


def ask(
    store: Store, run_id: str | None, job: str, settings: Mapping[str, Any], *, start: bool = True
) -> Standing:
    """How the job stands; if it is absent and ``start``, a worker begins with it.

    Guests start nothing: `NotAllowed`.
    """
    asked, reading = side_job(store, run_id, job, settings), reader_of(store)
    if reading is not None:
        need_data(store, reading, _told_of(store, run_id, job, settings))
    found = standing(asked)
    if found.state == "absent" and start:
        if reading is not None:
            need_member(reading, "start a computation")
            _need_place(store, reading)
        _begin(store, asked, LOCAL if reading is None else reading)
        return Standing("working", asked.result, "Starting", 0.0)
    return found


def _told_of(store: Store, run_id: str | None, job: str, settings: Mapping[str, Any]) -> list[str]:
    """The data of which the result of a job tells something."""
    tried = [str(config["data"]) for config in settings.get("tried", ())]
    if run_id is not None and job == "export":  # a network with how its inputs are scaled
        tried.append(store.runs.get(run_id).config.data)
    return tried


def again(store: Store, run_id: str | None, job: str, settings: Mapping[str, Any]) -> None:
    """Forget that it failed, so that the next `ask` tries once more."""
    asked = side_job(store, run_id, job, settings)
    asked.state.unlink(missing_ok=True)
    _workers.pop(asked.result, None)


def standing(asked: SideJob) -> Standing:
    """How the job stands, from its files and the workers of this process."""
    worker = _workers.get(asked.result)
    ours = (worker is not None and worker.poll() is None) or asked.request.exists()
    running = ours or not is_free(asked.lock, make=False)
    if asked.result.exists():
        return Standing("done", asked.result, share=1.0)
    told = _told(asked.state)
    if told.get("failed"):
        return Standing("failed", asked.result, str(told["failed"]))
    if running:
        share = min(1.0, max(0.0, float(told.get("share", 0.0))))
        return Standing("working", asked.result, str(told.get("says", "Starting")), share)
    if worker is not None or told:
        return Standing("failed", asked.result, NO_RESULT)
    return Standing("absent", asked.result)


def tell(asked: SideJob, **told: Any) -> None:
    """Leave word of progress (``says``, ``share``), or why it ``failed``."""
    if not asked.state.parent.exists():  # the run was deleted
        return
    with replacing(asked.state) as file:
        file.write(json.dumps(told).encode())


def start_side_worker(store: Store, asked: SideJob) -> subprocess.Popen[bytes]:
    """A process that does the job."""
    module = "hts.studio.jobs.workers.worker"
    return start_process(module, store.home, *asked.task, log=asked.log)


def _need_place(store: Store, person: Person) -> None:
    """`BadInput` if so many that ``person`` asked for are not done that no further one may wait."""
    need_disk(store.home)
    if person.may_everything:
        return
    requests = [_told(path) for path in store.home.asked("").glob("*.json")]
    waiting = sum(told.get("by") == person.id for told in requests)
    with _starting:
        for result, worker in _workers.items():
            waiting += worker.poll() is None and _asked_by.get(result) == person.id
    most = current().limits[person.role].queued
    if waiting >= most:
        raise BadInput(
            f"you have {waiting} of at most {most} computations waiting: wait until one is done."
        )


def _begin(store: Store, asked: SideJob, by: Person) -> None:
    if left_to_service(os.environ):
        with replacing(asked.request) as file:
            file.write(json.dumps({**json.loads(asked.task[1]), "by": by.id}).encode())
        return
    with _starting:
        worker = _workers.get(asked.result)
        if worker is None or worker.poll() is not None:
            _workers[asked.result] = start_side_worker(store, asked)
            _asked_by[asked.result] = by.id


def _told(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
