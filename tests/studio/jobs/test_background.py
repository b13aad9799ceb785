"""Small jobs on request: done once, seen by everybody, and what becomes of those that fail."""

from __future__ import annotations

import time
import zipfile

import pytest
from patience import PATIENCE

from hts.config import RunConfig
from hts.pruning.records import CompressionRecord
from hts.records import decode
from hts.studio.jobs import background as side
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.workers import small_work as side_worker
from hts.studio.store.store import Store
from hts.theory import run as theory_run
from hts.theory.files import read
from hts.theory.settings import EulerSettings
from hts.validate import BadInput

ASKED = {"scope": "layer", "version": 1}
CUT = {"kind": "fraction", "amount": 0.5, "scope": "layer"}


@pytest.fixture
def run_id(store: Store) -> str:
    from hts.studio.cli.training import run_here
    from hts.studio.jobs.processes.run_jobs import create_for_this_process

    config = RunConfig(width=20, iterations=5, eval_every=5, device="cpu")
    made = create_for_this_process(store, config)
    run_here(store, made, threads=None, quiet=True)
    return made


@pytest.fixture(autouse=True)
def _nobody_left():
    yield
    for worker in side._workers.values():
        worker.kill()
        worker.wait()
    side._workers.clear()


def wait(store: Store, run_id: str, job: str, asked: dict) -> side.Standing:
    give_up = time.monotonic() + PATIENCE
    while (found := side.ask(store, run_id, job, asked)).state == "working":
        assert time.monotonic() < give_up, found
        time.sleep(0.1)
    return found


@pytest.mark.process
def test_a_worker_does_it_once_and_everybody_finds_the_result(store, run_id):
    assert side.ask(store, run_id, "compress", ASKED, start=False).state == "absent"
    found = wait(store, run_id, "compress", ASKED)
    assert found.state == "done", found
    record = decode(found.path.read_bytes(), CompressionRecord)
    assert record.run == run_id
    written = found.path.stat().st_mtime_ns
    assert side.ask(store, run_id, "compress", dict(reversed(ASKED.items()))).path == found.path
    assert found.path.stat().st_mtime_ns == written
    assert found.path.is_relative_to(store.home.run(run_id))  # goes when the run is deleted


def test_an_export_is_a_zip_with_network_loader_and_program(store, run_id):
    asked = side.side_job(store, run_id, "export", CUT)
    asked.result.parent.mkdir(parents=True)
    assert side_worker.do(store, asked) == 0
    with zipfile.ZipFile(asked.result) as archive:
        assert sorted(archive.namelist()) == [
            "load_network.py", "network.pt2", "network.safetensors",
        ]  # fmt: skip


def test_a_job_about_no_run_is_kept_beside_the_runs(store, monkeypatch):
    small = EulerSettings(
        seed=7, widths=(2, 4, 8), grids=(2, 4, 8), finest=32, replicates=3, inputs=2
    )
    monkeypatch.setattr(theory_run, "quick", lambda settings: small)
    settings = {"experiment": "euler", "quick": True, "seed": 7}
    asked = side.side_job(store, None, "theory", settings)
    asked.result.parent.mkdir(parents=True)
    assert side_worker.do(store, asked) == 0
    found = side.ask(store, None, "theory", settings)
    assert (found.state, found.path) == ("done", asked.result)
    assert read("euler", found.path).result.settings == small
    wrong = side.side_job(store, None, "theory", settings | {"seed": -1})
    assert side_worker.do(store, wrong) == 1
    assert "seed" in side.standing(wrong).says


def test_why_it_failed_is_told_in_words_until_it_is_tried_again(store):
    run_id = store.runs.create(RunConfig())  # has no weights
    asked = side.side_job(store, run_id, "compress", ASKED)
    asked.result.parent.mkdir(parents=True)
    assert side_worker.do(store, asked) == 1
    found = side.ask(store, run_id, "compress", ASKED)
    assert found.state == "failed"
    assert "has no final weights" in found.says
    side.again(store, run_id, "compress", ASKED)
    assert side.ask(store, run_id, "compress", ASKED, start=False).state == "absent"


def test_a_worker_that_died_is_noticed(store, run_id):
    asked = side.side_job(store, run_id, "compress", ASKED)
    asked.result.parent.mkdir(parents=True)
    lock = FileLock(asked.lock)
    assert lock.acquire()
    side.tell(asked, says="Pruning units", share=0.4)
    found = side.ask(store, run_id, "compress", ASKED)
    assert (found.state, found.says, found.share) == ("working", "Pruning units", 0.4)
    lock.release()  # as the system does when its owner ends, however it ends
    found = side.ask(store, run_id, "compress", ASKED)
    assert found.state == "failed"
    assert "ended without a result" in found.says


@pytest.mark.process
def test_a_second_worker_for_the_same_job_leaves_it_to_the_first(store, run_id):
    asked = side.side_job(store, run_id, "compress", ASKED)
    lock = FileLock(asked.lock)
    assert lock.acquire()
    assert side.start_side_worker(store, asked).wait() == 3
    lock.release()


def test_a_job_about_a_deleted_run_leaves_nothing_behind(store, run_id):
    asked = side.side_job(store, run_id, "compress", ASKED)
    store.runs.delete(run_id)
    assert side_worker.do(store, asked) == 1
    assert not store.home.run(run_id).exists()


def test_unknown_jobs_and_runs_are_refused(store, run_id):
    with pytest.raises(BadInput, match="job must be one of compress, export"):
        side.ask(store, run_id, "polish", {})
    with pytest.raises(BadInput, match="no run"):
        side.ask(store, "0123456789-7", "compress", ASKED)
