"""Is the lab well?  What each part has to say, for health checks and for people."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hts.studio.jobs.processes.disk import free_mb, full_disk
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.paths import Home
from hts.studio.store.store import Store
from hts.validate import choice

PARTS = ("web", "store", "workers", "disk")
PULSE_SECONDS = 15.0  # a scheduler shows itself every second, unless the disk is full or slow
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """How one part is."""

    part: str
    well: bool
    says: str


def look(home: Home, parts: Sequence[str] = PARTS, *, url: str | None = None) -> list[Finding]:
    """How these parts are; nothing is created or migrated.

    ``url``: of the app with its base path (``HTS_URL``, or where ``HTS_PORT`` and ``HTS_BASE_PATH``
    put it).
    Raises `BadInput` for a part that there is not.
    """
    ways: dict[str, Callable[[], Finding]] = {
        "web": lambda: _web(url or os.environ.get("HTS_URL") or _web_here()),
        "store": lambda: _store(home),
        "workers": lambda: _workers(home),
        "disk": lambda: _disk(home),
    }
    return [
        ways[choice("part", part, PARTS, why="there is nothing else to ask")]() for part in parts
    ]


def _web_here() -> str:
    """Where ``deploy/web`` puts it, by the same variables."""
    path = os.environ.get("HTS_BASE_PATH", "").strip("/")
    return f"http://127.0.0.1:{os.environ.get('HTS_PORT', '8501')}" + (f"/{path}" if path else "")


def _web(url: str) -> Finding:
    address = f"{url.rstrip('/')}/_stcore/health"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
            return Finding("web", answer.status == 200, f"{address} answers {answer.status}")
    except (OSError, ValueError) as error:
        return Finding("web", False, f"{address} does not answer: {error}")


def _store(home: Home) -> Finding:
    """A write transaction that is undone, and a file that is removed."""
    try:
        address = f"{home.database.as_uri()}?mode=rw"
        opened = sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
        with contextlib.closing(opened) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        with tempfile.TemporaryFile(dir=home.root) as file:
            file.write(b"well")
            file.flush()
    except (sqlite3.Error, OSError) as error:
        return Finding("store", False, f"{home.root} cannot be written: {error}")
    return Finding("store", True, f"{home.root} can be written")


def _workers(home: Home) -> Finding:
    if not home.database.exists():
        return Finding("workers", False, f"there is no store in {home.root}")
    with Store(home.root) as store:
        status = scheduler_status(store)
    if status is None:
        return Finding("workers", False, "no worker service is up")
    says = f"{status.slots} slots of {status.threads} threads, seen {status.age:.0f} s ago"
    return Finding("workers", status.age < PULSE_SECONDS, says)


def _disk(home: Home) -> Finding:
    try:
        words = full_disk(home)
        return Finding("disk", not words, words or f"{free_mb(home):.0f} MB are left")
    except OSError as error:
        return Finding("disk", False, f"{home.root} cannot be read: {error}")
