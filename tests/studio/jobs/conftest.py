"""Real schedulers and workers on a home of their own; whatever a test starts has ended after it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import factories
import psutil
import pytest
from patience import PATIENCE

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.jobs import client
from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store

# SIGTERM leaves a worker that was only slow the time to write its result down.
QUICK = ("--stop-patience", "3", "--term-patience", "7", "--linger", "1")


class Lab:
    """A store with the processes that work on it."""

    def __init__(self, home: Path) -> None:
        self.store = Store(home)
        self.home = home
        self.started: list[subprocess.Popen[bytes]] = []

    def scheduler(
        self, *options: str, slots: int = 2, wait: bool = True
    ) -> subprocess.Popen[bytes]:
        """Start one and wait until it rules; a service unless an owner is among the options."""
        command = [
            sys.executable,
            "-m",
            "hts.studio.jobs.scheduling.scheduler",
            "--home",
            str(self.home),
        ]
        refill = "0.2" if slots > 1 else "60"  # a lone test needs no second worker
        with (self.home / "scheduler.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *QUICK, "--refill-delay", refill, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**environment(), "HTS_SLOTS": str(slots), "HTS_THREADS": "1"},
            )
        self.started.append(process)
        give_up = time.monotonic() + PATIENCE
        while wait and getattr(scheduler_status(self.store), "pid", None) != process.pid:
            assert time.monotonic() < give_up
            assert process.poll() is None
            time.sleep(0.02)
        return process

    def beats(self, count: int = 3) -> None:
        """Wait until the scheduler has shown itself so often, and hence looked around between."""
        give_up, before = time.monotonic() + PATIENCE, self._pulse()
        for _ in range(count):
            while (now := self._pulse()) in (before, None):
                assert time.monotonic() < give_up
                time.sleep(0.02)
            before = now

    def _pulse(self) -> int | None:
        """When the scheduler showed itself last; None if it has not yet."""
        with contextlib.suppress(FileNotFoundError):
            return self.store.home.scheduler_pulse.stat().st_mtime_ns
        return None

    def processes(self) -> list[psutil.Process]:
        """Every process that was started for this home, zombies of ours included."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                line = process.cmdline()
                if str(self.home) in line or (
                    process.status() == psutil.STATUS_ZOMBIE and process.ppid() in self.pids()
                ):
                    found.append(process)
        return found

    def pids(self) -> set[int]:
        return {process.pid for process in self.started}

    def until(
        self, run_id: str, wanted: str | Callable[[Run], bool], seconds: float = PATIENCE
    ) -> Run:
        """Wait for a state, or for something else about the run, and return it."""
        give_up = time.monotonic() + seconds
        while True:
            run = self.store.runs.get(run_id)
            if run.state == wanted if isinstance(wanted, str) else wanted(run):
                return run
            if time.monotonic() > give_up or run.state == "failed":
                log = (self.home / "scheduler.log").read_text()[-3000:]
                pytest.fail(f"waited up to {seconds} s for {wanted}, but {run}\n{log}")
            time.sleep(0.02)

    def end(self) -> None:
        """End everything, and hold nothing open."""
        scheduler = client._schedulers.pop(str(self.home), None)
        if scheduler is not None:
            self.started.append(scheduler)
        for process in self.started:
            process.kill()
            process.wait()
        for other in self.processes():
            with contextlib.suppress(psutil.Error):
                other.kill()
        self.store.close()


@pytest.fixture
def lab(home: Path) -> Iterator[Lab]:
    """A home without a scheduler."""
    opened = Lab(home)
    yield opened
    opened.end()


@pytest.fixture(scope="module")
def busy_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A home with a scheduler of two slots, shared by a module's tests."""
    opened = Lab(tmp_path_factory.mktemp("lab"))
    opened.scheduler()
    yield opened
    opened.end()


@pytest.fixture
def store(lab: Lab) -> Store:
    return lab.store


@pytest.fixture(scope="session")
def short() -> RunConfig:
    """Ends by itself in a moment."""
    return RunConfig(width=20, iterations=30, eval_every=10, batch_size=50, device="cpu")


@pytest.fixture(scope="session")
def long() -> RunConfig:
    """Never ends by itself, and is light: most of a step is the loop."""
    return RunConfig(
        width=20, iterations=10**8, eval_every=10**4, batch_size=20, noise="none", device="cpu"
    )


@pytest.fixture
def dead() -> tuple[int, float]:
    """Pid and start time of a process that has ended and was reaped."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        return (process.pid, psutil.Process(process.pid).create_time())


@pytest.fixture
def made_up_result() -> RunResult:
    """A result that nobody computed, for what only has to be recorded."""
    return factories.recorded_result(iterations=30, seconds=0.5)
