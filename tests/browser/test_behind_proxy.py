"""A hosted lab without containers: nginx, the web process and the worker service of compose.

The three are started by the commands and with the settings of ``deploy/``, as plain processes.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import psutil
import pytest
from browser_steps import figure, no_traceback, open_at, press, run_id, state
from patience import PATIENCE
from playwright.sync_api import expect
from servers import kept_port

from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx (Debian: nginx-light)"),
]

AROUND = """\
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {conf}
}}
"""


def titled(headers: Message) -> dict[str, str]:
    """By name as in ``Content-Type``, however it was sent."""
    return {name.title(): value for name, value in headers.items()}


class HostedLab:
    """The services of ``deploy/compose.yaml`` as processes of this machine."""

    def __init__(self, folder: Path, web_port: int, port: int) -> None:
        self.folder, self.home = folder, folder / "home"
        self.home.mkdir()
        self.web_port, self.port = web_port, port
        self.url = f"http://127.0.0.1:{self.port}/lab"
        self.web_url = f"http://127.0.0.1:{self.web_port}/lab"
        self.services: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str, **settings: str) -> None:
        common = {"HTS_HOME": str(self.home), "HTS_LOG": "json", "PYTHON": sys.executable}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.services[name] = subprocess.Popen(
                command or [str(ROOT / "deploy" / name)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **common, **settings},
            )  # fmt: skip

    def web(self) -> None:
        self.start(
            "web", HTS_WORKERS="service", HTS_BASE_PATH="lab", HTS_ADDRESS="127.0.0.1",
            HTS_PORT=str(self.web_port), HTS_FRAMED_BY="https://courses.example.org",
        )  # fmt: skip
        self.until(lambda: self.health("web", "store") == 0)

    def proxy(self) -> None:
        text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for name, value in (
            ("${HTS_BASE_PATH}", "lab"), ("${HTS_WEB}", f"127.0.0.1:{self.web_port}"),
            ("listen 80;", f"listen 127.0.0.1:{self.port};"),
            ("/var/log/nginx/access.log", f"{self.folder}/access.log"),
        ):  # fmt: skip
            assert name in text
            text = text.replace(name, value)
        conf = self.folder / "nginx.conf"
        conf.write_text(AROUND.format(folder=self.folder, conf=text), encoding="utf-8")
        self.start("proxy", "nginx", "-c", str(conf), "-p", str(self.folder))
        self.until(lambda: self.get("/")[0] == 200)

    def health(self, *parts: str) -> int:
        command = [sys.executable, "-m", "hts", "health", *parts, "--url", self.web_url]
        settings = {**os.environ, "HTS_HOME": str(self.home)}
        return subprocess.run(
            command, cwd=ROOT, env=settings, capture_output=True, check=False
        ).returncode

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, titled(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, titled(error.headers), b""
        except OSError:
            return 0, {}, b""

    def until(self, true, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, [
                (path.name, path.read_text()[-2000:]) for path in self.folder.glob("*.log")
            ]
            time.sleep(0.3)

    def end(self) -> None:
        for process in self.services.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if str(self.home) in process.cmdline():
                    process.kill()


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[HostedLab]:
    with kept_port() as web_port, kept_port() as port:
        made = HostedLab(tmp_path_factory.mktemp("hosted"), web_port, port)
        try:
            made.web()
            made.proxy()
            yield made
        finally:
            made.end()


@pytest.fixture
def page(browser, lab):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield page
    context.close()


def test_what_is_started_before_the_service_is_up_waits_and_then_moves(lab, page):
    open_at(
        page,
        f"{lab.url}/?iterations=1000000&target_accuracy=none&lr=0.05&width=100&replicates=1&controls=off",
    )
    notice = page.get_by_text("No workers are running")
    expect(notice).to_be_visible()
    press(page, "train")
    state(page, "Waiting in the queue")
    run = run_id(page)
    store = Store(lab.home)
    assert scheduler_status(store) is None  # the web process started none
    assert lab.health("workers") == 1
    lab.start("workers", HTS_SLOTS="1", HTS_THREADS="1")
    state(page, "Training")  # the websocket goes through the proxy
    figure(page, "history")
    expect(notice).to_have_count(0, timeout=120_000)
    assert lab.health("--ready") == 0
    assert store.runs.get(run).pid is not None
    no_traceback(page)

    # the service ends, and the page says so; the next one goes on
    lab.services["workers"].terminate()
    lab.services["workers"].wait(timeout=PATIENCE)
    expect(notice).to_be_visible(timeout=120_000)
    assert store.runs.get(run).state == "queued"
    lab.start("workers", HTS_SLOTS="1", HTS_THREADS="1")
    state(page, "Training")
    press(page, "do_stop")
    state(page, "Stopped")
    assert store.runs.get(run).attempt == 2


def test_the_proxy_compresses_and_keeps_what_is_nobodys_business(lab):
    status, headers, content = lab.get("/", **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert policy.endswith("; frame-ancestors 'self' https://courses.example.org")
    assert f"connect-src 'self' ws://127.0.0.1:{lab.port} " in policy
    page = gzip.decompress(content) if headers.get("Content-Encoding") == "gzip" else content
    script = page.decode().split('type="module"')[1].split('src="')[1].split('"')[0]
    status, headers, content = lab.get(
        f"/{script.removeprefix('./')}", **{"Accept-Encoding": "gzip"}
    )
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert len(content) < 0.5 * len(gzip.decompress(content))
    assert lab.get("/_stcore/metrics")[0] == 404
    assert lab.get("/_stcore/health")[0] == 200
    address = lab.url.removesuffix("/lab") + "/health"
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
    said = (lab.folder / "access.log").read_text()
    assert " /lab/ 200 " in said
    assert "iterations=" not in said  # addresses are logged without their settings
