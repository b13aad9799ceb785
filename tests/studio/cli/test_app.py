"""``python -m hts app`` starts the app, on systems where a process can become another or not."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import psutil
import pytest
from patience import PATIENCE
from servers import kept_port, until_answers

from hts.studio.cli.main import main
from hts.studio.jobs.processes.children import environment

STARTED = "from hts.studio.cli import app, main; import sys; {}; sys.exit(main.main(sys.argv[1:]))"


@pytest.fixture
def port() -> Iterator[int]:
    with kept_port() as port:
        yield port


@pytest.mark.process
@pytest.mark.parametrize("becomes", [True, False], ids=["as Linux", "as Windows"])
def test_the_app_answers_and_ends_when_it_is_told(home, port, becomes, tmp_path):
    code = STARTED.format("pass" if becomes else "app.CAN_BECOME = False")
    words = [sys.executable, "-c", code, "app", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*words, "--", "--server.runOnSave=false"], cwd=tmp_path, stdout=log, stderr=log,
            env={**environment(), "HTS_HOME": str(home)}, start_new_session=True,
        )  # fmt: skip
    try:
        until_answers(process, f"http://localhost:{port}", tmp_path / "log")
        command = psutil.Process(process.pid).cmdline()
        assert ("--server.fileWatcherType=none" in command) == becomes
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5).close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_port_that_is_none_is_refused(capsys):
    assert main(["app", "--port", "99999"]) == 2
    assert "port must be from 1 to 65535, got 99999" in capsys.readouterr().err


def test_without_streamlit_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["app"]) == 2
    assert "the app needs streamlit" in capsys.readouterr().err
