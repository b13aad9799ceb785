"""What many viewers of one live run cost: ``python -m pages._shared.viewers_bench``.

Starts the app with a store of its own and one real run, opens plain websocket clients that follow
it as a browser would (one update a second, asked for by the client), and prints one JSON object:
the share of updates delivered, CPU milliseconds of the server process per update, and latencies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from hts.config import RunConfig
from hts.jobs import client
from hts.store import Store
from pages._shared.live import TICK_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
_RERUN_FOLLOWS = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Viewer:
    """One browser tab, as far as the server can tell: it asks for each fragment when it is due."""

    answered: int = 0  # updates of the live fragment
    bytes: int = 0
    waits: list[float] = field(default_factory=list)  # seconds from question to end of the answer
    due: dict[str, tuple[float, float]] = field(default_factory=dict)  # fragment: when, interval

    async def watch(self, port: int, query: str, counting: asyncio.Event, end: float) -> None:
        """Load the page, then keep its fragments moving until ``end``."""
        url = f"ws://127.0.0.1:{port}/_stcore/stream"
        async with websockets.connect(url, max_size=None, compression=None) as wire:
            await wire.send(_rerun(query))
            await self._answer(wire)
            while self.due:
                name = min(self.due, key=lambda name: self.due[name][0])
                when, interval = self.due[name]
                if when > end:
                    return
                await asyncio.sleep(max(0.0, when - time.monotonic()))
                counts, began = counting.is_set(), time.monotonic()
                await wire.send(_rerun(query, name))
                size = await self._answer(wire)
                if name in self.due:
                    self.due[name] = (max(when + interval, time.monotonic()), interval)
                if counts and interval <= TICK_SECONDS:
                    self.answered += 1
                    self.bytes += size
                    self.waits.append(time.monotonic() - began)

    async def _answer(self, wire: websockets.ClientConnection) -> int:
        """Read up to the end of a script run; returns its size in bytes."""
        size = 0
        while True:
            raw = await wire.recv()
            size += len(raw)
            message = ForwardMsg()
            message.ParseFromString(raw)
            kind = message.WhichOneof("type")
            if kind == "stop_auto_rerun":
                for name in message.stop_auto_rerun.fragment_ids:
                    self.due.pop(name, None)
            elif kind == "auto_rerun":
                name, interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
                self.due.setdefault(name, (time.monotonic() + interval, interval))
            elif kind == "script_finished" and message.script_finished != _RERUN_FOLLOWS:
                return size


def _rerun(query: str, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = bool(fragment)
    return message.SerializeToString()


async def measure(port: int, pid: int, run_id: str, viewers: int, seconds: float) -> dict:
    """Let ``viewers`` follow the run for ``seconds`` after a settling time."""
    everyone, counting = [Viewer() for _ in range(viewers)], asyncio.Event()
    settle = 4.0 + 0.25 * viewers
    end = time.monotonic() + settle + seconds

    async def one(place: int, viewer: Viewer) -> None:
        await asyncio.sleep(settle * 0.6 * place / viewers)
        await viewer.watch(port, f"run={run_id}", counting, end)

    tasks = [asyncio.create_task(one(i, viewer)) for i, viewer in enumerate(everyone)]
    await asyncio.sleep(settle)
    server = psutil.Process(pid)
    before, began = server.cpu_times(), time.monotonic()
    counting.set()
    await asyncio.gather(*tasks)
    after, took = server.cpu_times(), time.monotonic() - began
    updates = sum(viewer.answered for viewer in everyone)
    waits = sorted(wait for viewer in everyone for wait in viewer.waits)
    cpu = after.user + after.system - before.user - before.system
    return {
        "viewers": viewers,
        "seconds": round(took, 1),
        "updates": updates,
        "delivered_percent": round(min(100.0, 100 * updates / (viewers * took)), 1),
        "cpu_ms_per_update": round(1000 * cpu / max(1, updates), 2),
        "latency_ms_p50": round(1000 * waits[len(waits) // 2], 1) if waits else None,
        "latency_ms_p95": round(1000 * waits[int(len(waits) * 0.95)], 1) if waits else None,
        "kilobytes_per_update": round(sum(v.bytes for v in everyone) / max(1, updates) / 1e3, 1),
    }


def main() -> int:
    """Measure and print; exit status 1 if fewer than 95 % arrive or an update costs over 15 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        port = _free_port()
        server = _start(home, port)
        store = Store(home)
        try:
            _until_healthy(port)
            config = RunConfig(iterations=10**6, lr=0.05)
            run_id = client.submit(store, config, config.replace(noise="gaussian"))[0]
            _until_shown(store, run_id)
            found = asyncio.run(measure(port, server.pid, run_id, options.viewers, options.seconds))
        finally:
            _end(store, server)
    found["load_average"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found))
    return int(found["delivered_percent"] < 95 or found["cpu_ms_per_update"] >= 15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(home: str, port: int) -> subprocess.Popen[bytes]:
    options = {
        "headless": "true", "port": str(port), "address": "127.0.0.1", "fileWatcherType": "none",
    }  # fmt: skip
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *flags],
        cwd=ROOT,
        env={**os.environ, "HTS_HOME": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _until_healthy(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _until_shown(store: Store, run_id: str) -> None:
    for _ in range(600):
        if store.live(run_id) is not None and store.evaluations(run_id):
            return
        time.sleep(0.2)
    raise SystemExit(f"the run did not begin: {store.get(run_id).message}")


def _end(store: Store, server: subprocess.Popen[bytes]) -> None:
    for run in store.list():
        client.stop(store, run.id)
    status = client.scheduler_status(store)
    deadline = time.monotonic() + 20
    while any(run.active for run in store.list()) and time.monotonic() < deadline:
        time.sleep(0.1)
    server.terminate()
    server.wait(timeout=20)
    if status is not None:
        os.kill(status.pid, signal.SIGTERM)
        while psutil.pid_exists(status.pid) and time.monotonic() < deadline + 10:
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
