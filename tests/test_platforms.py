"""Each difference of another system, acted out: none of them ends a run or leaves a file unread."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from factories import config, snapshot

from hts import platforms
from hts.platforms import REFUSED_WAITS, end_by_force, own_session, replace, signal_name
from hts.sandbox import Bounds, run_limited
from hts.studio.jobs.processes.ending import End
from hts.studio.store.store import Store
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parents[1]
DIFFER = re.compile(
    r"sys\.platform|os\.name\b|hasattr\((os|signal|resource)\b|signal\.SIGKILL|RLIMIT_"
    r"|start_new_session|creationflags|\b(fcntl|msvcrt|resource)\."
    r"|os\.(nice|killpg|getloadavg|replace|register_at_fork)\(|(part|temporary)\.replace\("
    r"|== \"(mps|win32|darwin|nt)\""
)


@pytest.fixture
def refusals(monkeypatch):
    """How often a file may still not be replaced, as while somebody reads it on Windows."""
    left, real = [0], Path.replace

    def refused(path: Path, target: Path) -> Path:
        if left[0] > 0:
            left[0] -= 1
            raise PermissionError(13, "Access is denied", str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr(platforms, "REFUSED_WAITS", tuple(0.0 for _ in REFUSED_WAITS))
    return left


def test_nothing_outside_the_module_asks_which_system_this_is():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (*(ROOT / "hts").rglob("*.py"), *(ROOT / "pages").rglob("*.py"))
        if path.name != "platforms.py"
        for line in path.read_text("utf-8").splitlines()
        if DIFFER.search(line.partition("#")[0])
    ]
    assert found == []


def test_a_file_whose_replacement_is_refused_twice_is_replaced(tmp_path, refusals):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text("new")
    old.write_text("old")
    refusals[0] = 2
    replace(new, old)
    assert old.read_text() == "new"
    assert not new.exists()


def test_a_file_that_is_never_free_is_an_error_and_stays_as_it_was(tmp_path, refusals):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text("new")
    old.write_text("old")
    refusals[0] = len(REFUSED_WAITS) + 1
    with pytest.raises(PermissionError):
        replace(new, old)
    assert (new.read_text(), old.read_text()) == ("new", "old")


def test_a_picture_that_cannot_be_written_is_left_out_and_the_next_one_shown(
    home, refusals, caplog
):
    with Store(home) as store:
        run = store.runs.create(config())
        refusals[0] = len(REFUSED_WAITS) + 1
        store.series.write_live(run, snapshot(step=3))
        assert "was not written" in caplog.text
        assert store.series.live(run) is None
        store.series.write_live(run, snapshot(step=4))
        assert store.series.live(run).step == 4


def test_without_the_signal_an_end_by_force_has_the_same_words(monkeypatch):
    said = str(End(None, forced=True))
    numbers = {number.value: number for number in signal.Signals if number.name != "SIGKILL"}
    monkeypatch.setattr(signal, "Signals", lambda number: numbers.get(number) or _unknown())
    assert "signal 9 (SIGKILL)" in said
    assert str(End(None, forced=True)) == said
    assert signal_name(77) == "signal 77"


def _unknown():
    raise ValueError("not a signal here")


@pytest.mark.process
@pytest.mark.parametrize("groups", [True, False])
def test_a_process_ends_by_force_with_those_it_started(tmp_path, monkeypatch, groups):
    if not groups:  # as on Windows
        monkeypatch.delattr(os, "killpg")
    code = (
        "import subprocess, sys, time\n"
        "made = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(made.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, **own_session()
    ) as process:
        child = int(process.stdout.readline())
        end_by_force(process.pid, whole_session=True)
        assert process.wait(timeout=60) == platforms.FORCED
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(child).wait(timeout=60)
        assert not psutil.pid_exists(child)
    end_by_force(process.pid)  # it is gone: nothing happens


def test_a_system_without_sessions_gives_a_process_a_group_of_its_own(monkeypatch):
    assert own_session() == {"start_new_session": True}
    monkeypatch.delattr(os, "setsid")
    assert own_session() == {"creationflags": 0x200}


def test_a_system_without_niceness_lowers_the_class_of_the_process(monkeypatch):
    got = []
    monkeypatch.delattr(os, "nice")
    monkeypatch.setattr(psutil.Process, "nice", lambda self, value: got.append(value))
    platforms.step_back(5)
    assert got == [0x4000]


TASKS = """
import resource_is_refused
def reads(request, folder):
    return {"made": len(bytearray(request["bytes"]))}
def waits(request, folder):
    import time
    grown = [bytearray(request["bytes"])]
    time.sleep(60)
    return {}
"""
REFUSED = """
import resource, sys
if {missing}:
    sys.modules["resource"] = None
else:
    real = resource.setrlimit
    def refused(which, limits):
        if which == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        real(which, limits)
    resource.setrlimit = refused
"""


@pytest.mark.process
@pytest.mark.parametrize("missing", [True, False])
def test_where_memory_has_no_limit_a_file_is_read_and_too_large_a_one_refused(
    tmp_path, monkeypatch, missing
):
    """macOS refuses RLIMIT_AS; Windows has no such module."""
    worker, code = tmp_path / "worker.py", tmp_path / "code"
    code.mkdir()
    (code / "made_tasks.py").write_text(TASKS)
    (code / "resource_is_refused.py").write_text(REFUSED.format(missing=missing))
    worker.write_text(
        f"import sys; sys.path[:0] = [{str(code)!r}, {str(ROOT)!r}]\n"
        "import runpy\n"
        f"runpy.run_path({str(ROOT / 'hts' / 'sandboxed.py')!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr("hts.sandbox._WORKER", worker)

    def ask(task: str, size: int) -> dict:
        folder = tmp_path / f"{task}{size}"
        folder.mkdir()
        bounds = Bounds(memory=100 * 2**20, seconds=40)
        request = {"bytes": size}
        return run_limited(
            f"made_tasks:{task}", request, folder, bounds, what="n.pt", hint="Do so."
        )

    assert ask("reads", 2**20) == {"made": 2**20}
    with pytest.raises(BadInput, match="asks for more than the 100 MB"):
        ask("waits", 400 * 2**20)
