"""Limited processes: what comes back, what becomes a sentence, and how many run at a time."""

import subprocess
import sys
import threading

import pytest

import hts.sandbox as sandbox
from hts.niceness import READER
from hts.sandbox import Bounds, run_limited
from hts.validate import BadInput

pytestmark = pytest.mark.process


def ask(task, folder, request=None, **bounds):
    folder.mkdir(exist_ok=True)
    return run_limited(task, request or {}, folder, Bounds(**bounds), what="n.csv", hint="Do so.")


def test_a_fault_in_the_process_is_one_sentence_and_its_traceback_the_cause(tmp_path):
    with pytest.raises(BadInput) as caught:
        ask("operator:truediv", tmp_path)
    assert str(caught.value).startswith("n.csv cannot be read: unsupported operand type(s) for /")
    assert str(caught.value).endswith(". Do so.")
    assert "Traceback" in str(caught.value.__cause__)


@pytest.mark.parametrize("task", ["operator:eq", "no_such_module:at_all"])
def test_an_answer_that_is_none_is_a_sentence(tmp_path, task):
    with pytest.raises(BadInput, match=r"n\.csv"):
        ask(task, tmp_path)


def test_so_many_run_at_a_time_and_the_others_wait(tmp_path, monkeypatch):
    """Each process leaves the times at which it was there; never more than two overlap."""
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import pathlib, sys, time\n"
        "folder = pathlib.Path(sys.argv[2])\n"
        "(folder / 'began').write_text(repr(time.monotonic()))\n"
        "time.sleep(0.2)\n"
        "(folder / 'ended').write_text(repr(time.monotonic()))\n"
        "(folder / 'answer.json').write_text('{}')\n"
    )
    monkeypatch.setattr(sandbox, "_WORKER", worker)
    folders = [tmp_path / str(k) for k in range(6)]
    threads = [threading.Thread(target=ask, args=("a:b", folder)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans = [tuple(float((f / n).read_text()) for n in ("began", "ended")) for f in folders]
    for began, _ in spans:
        assert sum(a <= began < b for a, b in spans) <= sandbox.AT_ONCE


def test_the_slot_is_given_back_when_a_process_fails(tmp_path):
    for k in range(sandbox.AT_ONCE + 1):
        with pytest.raises(BadInput):
            ask("operator:truediv", tmp_path / str(k))
    assert sandbox._slots.acquire(blocking=False)
    sandbox._slots.release()


def test_who_reads_is_nicer_than_who_waits():
    code = (
        "import os, hts.platforms, hts.sandboxed as made\n"
        "before = os.nice(0)\n"
        "hts.platforms.limit = lambda *limits, beyond: None\n"
        "made.work = lambda *work: print(os.nice(0) - before)\n"
        "made.main('json:dumps', '.', '1', '1', '1')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == READER


def test_what_it_writes_is_limited(tmp_path):
    with pytest.raises(BadInput, match=r"n\.csv"):
        ask("shutil:copyfile", tmp_path, written=10)
    written = [path for path in tmp_path.iterdir() if path.name != "request.json"]
    assert max(path.stat().st_size for path in written) <= 10


def test_the_clock_ends_what_does_not_compute(tmp_path):
    with pytest.raises(BadInput, match=r"was not read within 0\.02 s"):
        ask("operator:eq", tmp_path, seconds=0.01)
