"""A real server, a real scheduler with real workers, and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import chromium
import psutil
import pytest
from browser_steps import open_at
from playwright.sync_api import Page
from servers import kept_port, until_answers

from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Server:
    """The app on a port of its own, with a home of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = {"headless": "true", "port": self.port, "address": "127.0.0.1"}
        options["fileWatcherType"] = "none"
        flags = [f"--server.{name}={value}" for name, value in options.items()]
        path = self.home / "server.log"
        with path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *flags],
                cwd=ROOT,
                env={**os.environ, "HTS_HOME": str(self.home)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until_answers(self.process, self.url, path)

    def kill(self) -> None:
        """End the server as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[psutil.Process]:
        """Schedulers and workers of this home, wherever they were started."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if str(self.home) in words and any("hts.studio.jobs" in word for word in words):
                    found.append(process)
        return found

    def until_warm(self, seconds: float = 240) -> None:
        """Wait until its workers have loaded what they need and are idle."""
        deadline, before = time.monotonic() + seconds, -1.0
        while time.monotonic() < deadline:
            times = [process.cpu_times() for process in self.children()]
            used = sum(spent.user + spent.system for spent in times)
            if len(times) >= 3 and used - before < 0.15:  # a scheduler and two workers
                return
            before = used
            time.sleep(1)

    def close(self) -> None:
        """End the server and everything it started."""
        self.kill()
        for process in self.children():
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(self.children(), timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with kept_port() as port:
        running = Server(tmp_path_factory.mktemp("lab"), port)
        yield running
        running.close()


@pytest.fixture(scope="module")
def store(server: Server) -> Store:
    return Store(server.home)


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if path is None:
        pytest.skip("needs a Chromium: put one on PATH or set HTS_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=90_000)  # a crowded machine may take its time
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def blank(browser) -> Iterator[Page]:
    """A page of its own, which is gone after the test, however that ends."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


@pytest.fixture
def visit(browser, server) -> Iterator[Callable]:
    """``visit("/runs")`` opens an address in a new context, as another person would."""
    contexts = []

    def visit_(path: str = "/", **options):
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        open_at(page, server.url + path)
        return page

    yield visit_
    for context in contexts:
        context.close()
