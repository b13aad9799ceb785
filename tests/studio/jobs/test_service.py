"""The worker service of a hosted lab: beside a web process that starts nothing itself."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import time

import pytest
from patience import PATIENCE

from hts.studio.cli.main import main
from hts.studio.jobs import background as side
from hts.studio.jobs import client
from hts.studio.jobs.health import look
from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.disk import full_disk
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.processes.logs import JsonLines, Words, rotate
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.scheduling import service as scheduling
from hts.studio.jobs.scheduling.scheduler import Scheduler
from hts.studio.jobs.scheduling.small_jobs import SmallJobs
from hts.validate import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


@pytest.fixture(autouse=True)
def hosted(monkeypatch) -> None:
    monkeypatch.setenv("HTS_WORKERS", "service")


def service(lab) -> subprocess.Popen[bytes]:
    """One slot; it rules when this returns."""
    with lab.store.home.scheduler_log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hts", "workers", "--home", str(lab.home)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env={**environment(), "HTS_SLOTS": "1", "HTS_THREADS": "1", "HTS_LOG": "json"},
        )  # fmt: skip
    lab.started.append(process)
    deadline = time.monotonic() + PATIENCE
    while getattr(scheduler_status(lab.store), "pid", None) != process.pid:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    return process


def test_a_service_does_what_the_web_process_only_asks_for(lab, store, short, long) -> None:
    (first,) = client.submit(store, short)
    assert str(store.home.root) not in client._schedulers
    assert scheduler_status(store) is None
    assert store.runs.get(first).state == "queued"
    serving = service(lab)
    lab.until(first, "finished")

    # what a page wants to know of a finished run
    asked = {"scope": "layer", "version": 1}
    deadline = time.monotonic() + PATIENCE
    while (found := side.ask(store, first, "compress", asked)).state == "working":
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert found.state == "done", found
    assert side._workers == {}
    while list(store.home.asked("").iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    # told to end, it loses nothing; the next one goes on
    (run_id,) = client.submit(store, long)
    lab.until(run_id, lambda run: run.state == "running" and run.step > 0)
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(timeout=PATIENCE) == 0
    left = store.runs.get(run_id)
    assert left.state == "queued"
    assert left.checkpoint_step is not None
    assert lab.processes() == []
    service(lab)
    again = lab.until(run_id, lambda run: run.state == "running" and run.step > left.step)
    assert again.attempt == 2
    client.stop(store, run_id)
    lab.until(run_id, "finished")
    said = [json.loads(line) for line in store.home.scheduler_log.read_text().splitlines()]
    assert {"time", "level", "name", "process", "says"} <= set(said[0])


def test_a_request_that_makes_no_sense_is_cleared_away(lab, store) -> None:
    store.home.asked("").mkdir()
    bad = store.home.asked("0123456789-1-compress-0.json")
    bad.write_text('{"run": "0123456789-1", "job": "compress", "settings": {}}')
    assert SmallJobs(store).waiting([]) == []
    assert not bad.exists()


def test_a_small_job_that_a_worker_still_has_is_not_begun_again(lab, store) -> None:
    settings = {"experiment": "chaos", "quick": True, "seed": 1, "record": 1}
    side.ask(store, None, "theory", settings)
    asked = side.side_job(store, None, "theory", settings)
    lock = FileLock(asked.lock)
    assert lock.acquire()
    assert SmallJobs(store).waiting([]) == []
    assert side.standing(asked).state == "working"
    lock.release()
    assert [job.what for job in SmallJobs(store).waiting([])] == [asked.request.stem]


def test_a_service_that_cannot_begin_tries_again(store, monkeypatch) -> None:
    tries: list[int] = []

    def serve(*_: object) -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")
        return True

    monkeypatch.setattr(scheduling, "serve", serve)
    monkeypatch.setattr(scheduling, "STANDBY_SECONDS", 0.0)
    scheduling.serve_always(store, planned({"HTS_SLOTS": "1", "HTS_THREADS": "1"}))
    assert len(tries) == 3


def test_who_starts_workers_is_own_or_service(store, short, monkeypatch) -> None:
    monkeypatch.setenv("HTS_WORKERS", "docker")
    with pytest.raises(BadInput, match="HTS_WORKERS must be one of own, service"):
        client.submit(store, short)
    assert store.runs.list() == []


def test_nothing_new_begins_on_a_disk_that_is_nearly_full(lab, store, short, monkeypatch) -> None:
    run_id = store.runs.create(short)
    monkeypatch.setenv("HTS_LEAST_DISK_MB", str(10**9))
    with pytest.raises(BadInput, match=r"The disk is nearly full: .* less than 1000000000 MB"):
        client.submit(store, short)
    assert len(store.runs.list()) == 1
    scheduler = Scheduler(store, planned({"HTS_SLOTS": "1", "HTS_THREADS": "1"}))
    try:
        scheduler.tick()
        assert store.runs.get(run_id).state == "queued"
        monkeypatch.setenv("HTS_LEAST_DISK_MB", "0")
        assert full_disk(store.home) == ""
        scheduler._look_at = 0.0
        scheduler.tick()
        assert store.runs.get(run_id).state == "starting"
    finally:
        for child in scheduler.children.values():
            child.dismiss()


def test_health_tells_each_part(lab, store, capsys) -> None:
    nobody = "http://127.0.0.1:9"
    found = {part.part: part for part in look(store.home, url=nobody)}
    assert [part for part in found if found[part].well] == ["store", "disk"]
    assert found["workers"].says == "no worker service is up"
    assert main(["health", "store", "disk"]) == 0
    assert main(["health", "--ready", "--url", nobody, "--json"]) == 1
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [part["part"] for part in printed] == ["web", "store", "workers", "disk"]
    assert main(["health", "stomach"]) == 2


def test_health_of_a_store_that_is_not_there_makes_none(home) -> None:
    assert main(["health", "store", "workers"]) == 1
    assert list(home.iterdir()) == []


def test_health_waits_for_no_lock_for_ever(lab, store, monkeypatch) -> None:
    monkeypatch.setattr("hts.studio.jobs.health.PATIENCE_SECONDS", 0.1)
    with store.db.writing():
        (found,) = look(store.home, ["store"])
    assert not found.well
    assert "locked" in found.says


def test_a_log_line_is_one_json_object() -> None:
    record = logging.LogRecord(
        "hts.studio.jobs", logging.INFO, "", 0, "run %s\nends", ("a-1",), None
    )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["says"] == "run a-1\nends"


def test_a_log_line_of_words_is_one_line_and_moves_nothing() -> None:
    record = logging.LogRecord("hts", logging.INFO, "", 0, "%s", ("a\nb\x1b[2J\x9b",), None)
    assert Words("%(levelname)s %(message)s").format(record) == r"INFO a\nb\x1b[2J\x9b"


def test_a_log_stays_small_while_it_is_written(tmp_path) -> None:
    path = tmp_path / "some.log"
    with path.open("ab") as file:
        file.write(b"x" * 100)
        file.flush()
        assert not rotate(path, 101)
        assert rotate(path, 100)
        file.write(b"more")
    assert path.read_bytes() == b"more"
    assert (tmp_path / "some.log.1").stat().st_size == 100
    assert not rotate(tmp_path / "none.log", 1)
