"""Heads as processes of their own, and a Ray cluster of several nodes on this machine.

Nodes are real Ray nodes with processes of their own that talk over sockets; only the wires
between them are missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from patience import PATIENCE

from hts.records import encode
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep

ROOT = Path(__file__).resolve().parents[2]


class Head:
    """`python -m hts sweep ... --cluster ADDRESS` as a process of its own."""

    def __init__(self, home: Path, address: str, *words: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hts", "sweep", *words, "--cluster", address, "--json"],
            cwd=ROOT,
            env={**os.environ, "HTS_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until_saved(self, store: Store, groups: int = 1) -> None:
        """Wait until so many groups have a state that they can go on from."""

        def reached(sweep: Sweep) -> bool:
            found = store.home.sweep_groups(sweep.id).glob("*.safetensors")
            return len(list(found)) >= groups

        self.until(store, reached)

    def until(self, store: Store, reached: Callable[[Sweep], bool]) -> Sweep:
        """Wait until the newest sweep has come so far."""
        give_up = time.monotonic() + PATIENCE
        while True:
            sweeps = store.sweeps.list(limit=1)
            if sweeps and reached(sweeps[0]):
                return sweeps[0]
            if self.process.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"never so far: {sweeps}\n{self.end()}")
            time.sleep(0.05)

    def wait(self) -> tuple[int, str, str]:
        """Its exit code, and what it said."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def interrupt(self) -> None:
        """Ctrl+C, as a terminal sends it to everything in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> str:
        """End it if it goes on; what it said."""
        if self.process.poll() is None:
            self.process.kill()
        return "\n".join(self.process.communicate(timeout=PATIENCE))


class Wires:
    """The cluster: add nodes, remove nodes, find the processes that compute."""

    def __init__(self, cluster: Any) -> None:
        self.cluster = cluster
        self.workers: list[Any] = []

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    def add_node(self, *, code: Path | None = None) -> None:
        """``code``: where its hts lies, if it is another one."""
        other = {} if code is None else {"env_vars": {"PYTHONPATH": str(code)}}
        self.workers.append(self.cluster.add_node(num_cpus=1, **other))

    def kill_node(self) -> None:
        """All its processes at once, with SIGKILL."""
        self.cluster.remove_node(self.workers.pop(0), allow_graceful=False)

    def computing(self) -> list[psutil.Process]:
        """Ray's workers that have one of our tasks."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            line = process.info["cmdline"] or [""]
            if line[0].startswith("ray::hts"):
                found.append(process)
        return found

    def kill_worker(self) -> None:
        """One that has one of our tasks, with SIGKILL."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with contextlib.suppress(IndexError, psutil.NoSuchProcess):  # between two tasks
                return self.computing()[0].kill()
            time.sleep(0.01)
        pytest.fail("nobody computes")

    def until_computing(self, count: int) -> None:
        """Wait until so many workers, and no more, have one of our tasks."""
        give_up = time.monotonic() + PATIENCE
        while len(self.computing()) != count:
            assert time.monotonic() < give_up, self.computing()
            time.sleep(0.05)


def results(store: Store, sweep_id: str) -> list[list[dict[str, Any]]]:
    """Everything that the members came to, but for the time it took."""
    found = []
    for member in store.sweeps.members(sweep_id):
        assert member.run is not None
        run = store.runs.get(member.run)
        parts = [
            member.result,
            store.series.snapshot(run.id, run.step),
            *store.series.evaluations(run.id),
        ]
        found.append([_without_seconds(part) for part in parts])
    return found


def _without_seconds(record: Any) -> dict[str, Any]:
    plain = json.loads(encode(record))
    plain.pop("seconds", None)
    return plain
