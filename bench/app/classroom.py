"""A class in real browsers: ``python -m bench.app.classroom`` (``hts bench class``).

Starts the app as a lab with a store of its own, a teacher behind a proxy's headers and students
with class codes, each in a browser context of their own.  The teacher makes a class and pins a
task; every student joins by code and presses Run with the same settings, then with a seed of their
own.  Prints one JSON object with the times, and what was found of what must hold: each student is
in, the same request is one run, the teacher's picture fills in by itself.

Needs the package playwright and a Chromium (``HTS_CHROMIUM``, or one on the PATH).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.app.lab_processes import stop_in_order
from hts.config import RunConfig
from hts.studio.classroom.free import Free
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.task import Goal, Task
from hts.studio.jobs import client
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.lab.codes import make_class
from hts.studio.lab.people import OPERATOR, Person
from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 1000.0
PATIENCE = 180 * SECONDS  # of a browser, ms: the machine may have other things to do
TEACHER = Person(id="proxy:emmy@example.org", name="Emmy", role="teacher", how="proxy")
SETTINGS = """
mode = ["proxy", "codes"]
teachers = ["emmy@example.org"]
"""
TASK = Task(
    title="Rehearsal",
    words="Press Run, then choose a seed of your own.",
    config=RunConfig(width=200, iterations=200, alpha=1.75, sigma=0.05),
    free=(Free(name="seed", low=1, high=1000),),
    goal=Goal(points=2.0),
)
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


class Lab:
    """The app as a lab, with a home, a port and a secret of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.secret = home, secrets.token_hex(16)
        (home / "lab.toml").write_text(SETTINGS)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = {
            "headless": "true", "port": self.port, "address": "127.0.0.1",
            "fileWatcherType": "none",
        }  # fmt: skip
        lab = {
            "HTS_HOME": str(home), "HTS_LAB": str(home / "lab.toml"),
            "HTS_PROXY_SECRET": self.secret,
        }  # fmt: skip
        with (home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py",
                 *(f"--server.{name}={value}" for name, value in options.items())],
                cwd=ROOT, env={**os.environ, **lab}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit("the server did not start")
        self.store = Store(home)

    @property
    def headers(self) -> dict[str, str]:
        """What a proxy adds for the teacher."""
        return {
            "X-Forwarded-User": "emmy@example.org",
            "X-Forwarded-Name": TEACHER.name,
            "X-Lab-Secret": self.secret,
        }

    def close(self) -> None:
        """End the runs, the server and its scheduler."""
        for run in self.store.runs.list():
            if run.active:
                client.stop(self.store, run.id, by=OPERATOR)
        status = scheduler_status(self.store)
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=60)
        if status is not None:
            with contextlib.suppress(ProcessLookupError):  # its owner is gone
                os.kill(status.pid, signal.SIGTERM)
            _until(lambda: scheduler_status(self.store) is None, 60)


def rehearse(lab: Lab, browser: Any, students: int) -> dict[str, Any]:
    """Let ``students`` join and run; what was measured, times in seconds."""
    klass = make_class(lab.store, "Rehearsal", by=TEACHER)
    pin(lab.store, klass.number, TASK, by=TEACHER)
    teacher = _open(browser, f"{lab.url}/class?class={klass.number}", headers=lab.headers)
    teacher.get_by_text(_spaced(klass.code)).wait_for(timeout=PATIENCE)
    pages, joining, showing = [], [], []
    for place in range(students):
        began = time.monotonic()
        page = _open(browser, f"{lab.url}/class?code={klass.code}")
        page.get_by_role("textbox", name="Nickname").fill(f"Student {place + 1}")
        page.get_by_role("button", name="Join").click()
        page.get_by_role("button", name="Run", exact=True).wait_for(timeout=PATIENCE)
        joining.append(time.monotonic() - began)
        pages.append(page)
    everybody = time.monotonic()
    for page in pages:
        page.get_by_role("button", name="Run", exact=True).click()
    teacher.get_by_text(f"made {students} requests; 1 different run").wait_for(timeout=PATIENCE)
    asked = time.monotonic() - everybody
    _picture(teacher, 1)
    for page in pages:
        page.get_by_text("of units go").first.wait_for(timeout=PATIENCE)
        showing.append(time.monotonic() - everybody)
    runs = lab.store.runs.list()
    shared = {
        "runs": len(runs),
        "wanted_by": 1 + len(lab.store.owners.askers(runs[0].id)),
    }
    second, presses = time.monotonic(), 0
    for place, page in enumerate(pages):
        seed = page.get_by_role("textbox", name="Seed")
        seed.fill(str(100 + place))
        seed.press("Tab")
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        presses += _press_until(page, lambda there=2 + place: len(lab.store.runs.list()) >= there)
    _picture(teacher, 1 + students)
    filled = time.monotonic() - second
    for page in (teacher, *pages):
        page.context.close()
    return {
        "students": students,
        "in_class": len(lab.store.classes.mates(klass.number)),
        "join_seconds_median": round(statistics.median(joining), 2),
        "join_seconds_most": round(max(joining), 2),
        "same_request": shared,
        "seconds_until_all_had_asked": round(asked, 2),
        "seconds_until_all_saw_it": round(max(showing), 2),
        "presses_without_effect": presses - students,
        "own_seeds_seconds_until_the_picture_was_full": round(filled, 2),
        "different_runs": len(lab.store.runs.list()),
        "load_average": round(os.getloadavg()[0], 1),
    }


def holds(found: dict[str, Any]) -> bool:
    """Whether the rehearsal found what must hold."""
    count = found["students"]
    return (
        found["in_class"] == count
        and found["same_request"] == {"runs": 1, "wanted_by": count}
        and found["different_runs"] == 1 + count
    )


def chromium() -> str:
    """Path of a Chromium; ends the program in words without one."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("HTS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit("a rehearsal needs a Chromium: put one on PATH or set HTS_CHROMIUM")
    return found


def _open(browser: Any, url: str, headers: dict[str, str] | None = None) -> Any:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, extra_http_headers=headers or {}
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    return page


def _picture(page: Any, runs: int) -> None:
    """Wait until the scatter on this page shows so many runs."""
    told = f"[data-card=class-scatter] [role=figure][aria-label^='{runs} run']"
    page.wait_for_selector(told, timeout=PATIENCE)


def _spaced(code: str) -> str:
    return f"{code[: len(code) // 2]} {code[len(code) // 2 :]}"


def _press_until(page: Any, there: Callable[[], bool]) -> int:
    """Press Run, and again as somebody would to whom nothing happens; how often."""
    pressed = 0
    while pressed < 5 and not there():
        page.get_by_role("button", name="Run", exact=True).click()
        pressed += 1
        _until(there, 30)
    return pressed


def _until(there: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not there() and time.monotonic() < deadline:
        time.sleep(0.1)


def main(argv: Sequence[str]) -> int:
    """Rehearse and print; exit status 1 if something that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m bench class", description=__doc__)
    parser.add_argument("--students", type=int, default=10)
    options = parser.parse_args(argv)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise SystemExit("a rehearsal needs the package playwright (make test has it)") from None
    stop_in_order()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        lab = Lab(Path(home))
        try:
            found = rehearse(lab, browser, options.students)
        finally:
            browser.close()
            lab.close()
    print(json.dumps(found))
    return int(not holds(found))
