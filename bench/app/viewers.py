"""What many viewers of live runs cost: ``python -m bench viewers``.

Starts the app and a worker service with a store of their own and real runs, opens plain websocket
clients that follow them as browsers would (one update a second, asked for by the client), and
prints one JSON object: the share of updates delivered, CPU of the server process, latencies from
when an update was due until it was there, and the memory of the web process.  With ``--uploads``
and ``--queued`` files and requests for runs come in meanwhile, from another process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import websockets
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.app.lab_processes import Lab, stop_in_order
from bench.app.websocket_client import RERUN_FOLLOWS, rerun
from hts.config import RunConfig
from hts.studio.jobs import client
from hts.studio.store.holdings import NOBODY
from pages._parts.board.live import TICK_SECONDS

MEMORY_SECONDS = 5.0  # between two looks at the server's memory
GOALS = {"delivered_percent": 95.0, "latency_ms_p95": 1000.0, "memory_mb_most": 400.0}
ALONE = {"memory_growth_percent": 5.0, "cpu_share": 1.0, "cpu_ms_per_update": 15.0}
"""Goals where nothing comes in meanwhile."""


@dataclass
class Viewer:
    """One browser tab, as far as the server can tell: it asks for each fragment when it is due."""

    wanted: float = 0.0  # updates that were due
    bytes: int = 0
    waits: list[float] = field(default_factory=list)  # seconds from when one was due to its end
    due: dict[str, tuple[float, float]] = field(default_factory=dict)  # fragment: when, interval

    async def watch(self, port: int, query: str, counting: asyncio.Event, end: float) -> None:
        """Load the page, then keep its fragments moving until ``end``."""
        url = f"ws://127.0.0.1:{port}/_stcore/stream"
        async with websockets.connect(url, max_size=None, compression=None) as wire:
            await wire.send(rerun(query))
            await self._answer(wire)
            while self.due:
                name = min(self.due, key=lambda name: self.due[name][0])
                when, interval = self.due[name]
                if when > end:
                    return
                await asyncio.sleep(max(0.0, when - time.monotonic()))
                counts = counting.is_set()
                await wire.send(rerun(query, name))
                size = await self._answer(wire)
                now = time.monotonic()
                following = max(when + interval, now)
                if name in self.due:
                    self.due[name] = (following, interval)
                if counts and interval <= TICK_SECONDS:
                    self.wanted += (following - when) / interval  # those left out too
                    self.bytes += size
                    self.waits.append(now - when)

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
            elif kind == "script_finished" and message.script_finished != RERUN_FOLLOWS:
                return size


async def measure(
    port: int,
    pid: int,
    runs: Sequence[str],
    viewers: int,
    seconds: float,
    coming: subprocess.Popen[bytes] | None = None,
) -> dict[str, Any]:
    """Let ``viewers`` follow the runs, evenly, for ``seconds`` after a settling time.

    ``coming``: `bench.app.incoming`, which begins then.
    """
    more: dict[str, Any] = {}
    if coming is not None:
        assert coming.stdout is not None
        if await asyncio.to_thread(coming.stdout.readline) != b"ready\n":
            raise SystemExit("what was to come in could not be made")
    everyone, counting = [Viewer() for _ in range(viewers)], asyncio.Event()
    settle = 4.0 + 0.25 * viewers
    end = time.monotonic() + settle + seconds

    async def one(place: int, viewer: Viewer) -> None:
        await asyncio.sleep(settle * 0.6 * place / viewers)
        await viewer.watch(port, f"run={runs[place % len(runs)]}", counting, end)

    tasks = [asyncio.create_task(one(i, viewer)) for i, viewer in enumerate(everyone)]
    await asyncio.sleep(settle)
    server, memory = psutil.Process(pid), Memory(psutil.Process(pid))
    before, began = server.cpu_times(), time.monotonic()
    own = time.process_time()
    counting.set()
    told = asyncio.create_task(asyncio.to_thread(coming.communicate, b"go\n")) if coming else None
    looking = asyncio.create_task(memory.watch())
    await asyncio.gather(*tasks)
    after, took = server.cpu_times(), time.monotonic() - began
    own = time.process_time() - own
    if told is not None:
        more["incoming"] = json.loads((await told)[0])
    looking.cancel()
    waits = sorted(wait for viewer in everyone for wait in viewer.waits)
    updates = len(waits)
    cpu = after.user + after.system - before.user - before.system
    return {
        "viewers": viewers,
        "runs": len(runs),
        "seconds": round(took, 1),
        "updates": updates,
        "delivered_percent": round(100 * updates / max(1.0, sum(v.wanted for v in everyone)), 1),
        "cpu_ms_per_update": round(1000 * cpu / max(1, updates), 2),
        "cpu_share": round(cpu / took, 3),
        "latency_ms_p50": round(1000 * waits[len(waits) // 2], 1) if waits else None,
        "latency_ms_p95": round(1000 * waits[int(len(waits) * 0.95)], 1) if waits else None,
        "kilobytes_per_update": round(sum(v.bytes for v in everyone) / max(1, updates) / 1e3, 1),
        "client_cpu_share": round(own / took, 3),
        **memory.found(),
        **more,
    }


class Memory:
    """Resident memory of the server, looked at every few seconds."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.samples: list[tuple[float, float]] = []  # seconds, MB
        self.look()

    def look(self) -> None:
        """One sample."""
        self.samples.append((time.monotonic(), self.process.memory_info().rss / 1e6))

    async def watch(self) -> None:
        """Sample until cancelled."""
        while True:
            await asyncio.sleep(MEMORY_SECONDS)
            self.look()

    def found(self) -> dict[str, float]:
        """Start, end, growth between the two, the line's slope, and the most since it began."""
        self.look()
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        most = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        seconds, sizes = (np.array(values) for values in zip(*self.samples, strict=True))
        slope = float(np.polyfit(seconds - seconds[0], sizes, 1)[0])
        return {
            "memory_mb_start": round(float(sizes[0]), 1),
            "memory_mb_end": round(float(sizes[-1]), 1),
            "memory_growth_percent": round(100 * float(sizes[-1] / sizes[0] - 1), 2),
            "memory_mb_per_minute": round(60 * slope, 3),
            "memory_mb_most": round(int(most.split()[1]) * 1024 / 1e6, 1),
        }


def missed(found: dict[str, Any], goals: Mapping[str, float]) -> list[str]:
    """The goals that were not reached, in words."""
    words = []
    for name, goal in goals.items():
        got = found[name]
        least = name == "delivered_percent"
        if got is None or (got < goal if least else got > goal):
            words.append(f"{name} {got}, goal {'>=' if least else '<='} {goal:g}")
    return words


def main(argv: Sequence[str]) -> int:
    """Measure and print; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench viewers", description=__doc__)
    parser.add_argument("--viewers", type=int, default=30)
    parser.add_argument("--runs", type=int, default=2, help="live runs, in pairs of twins")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--uploads", type=int, default=0, help="files that come in meanwhile")
    parser.add_argument("--mb", type=int, default=20, help="size of each")
    parser.add_argument("--queued", type=int, default=0, help="runs that are asked for meanwhile")
    options = parser.parse_args(argv)
    stop_in_order()
    os.environ["HTS_WORKERS"] = "service"
    with tempfile.TemporaryDirectory() as home:
        xsrf = {"STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false"}  # no cookies here
        lab = Lab(Path(home), settings=xsrf, slots=options.runs)
        coming = None
        try:
            lab.start_service()
            lab.start_web()
            alone = not (options.uploads or options.queued)
            sizes = {"port": lab.port, "uploads": options.uploads, "mb": options.mb,
                     "runs": options.queued, "seconds": 0.9 * options.seconds}  # fmt: skip
            if not alone:
                words = [f"--{name}={value}" for name, value in sizes.items()]
                coming = subprocess.Popen(
                    [sys.executable, "-m", "bench.app.incoming", *words],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                )  # fmt: skip
            lab.until(lab.served, "the service is up")
            config = RunConfig(iterations=10**6, lr=0.05)
            pairs = [
                client.submit(lab.store, c, c.replace(noise="gaussian"))
                for c in (config.replace(seed=seed) for seed in range(1, options.runs // 2 + 1))
            ]
            runs = [run_id for pair in pairs for run_id in pair]
            for run_id in runs:
                lab.until(lambda run_id=run_id: _is_shown(lab, run_id), f"{run_id} begins", 600)
            assert lab.web is not None
            load, (viewers, seconds) = os.getloadavg()[0], (options.viewers, options.seconds)
            found = asyncio.run(measure(lab.port, lab.web.pid, runs, viewers, seconds, coming))
            found["taken_in"] = taken_in = _taken_in(lab)
        finally:
            if coming is not None:
                coming.kill()
                coming.wait()
            lab.close()
    found["load_average_before"] = round(load, 1)
    found["load_average"] = round(os.getloadavg()[0], 1)
    goals = missed(found, GOALS | ALONE if alone else GOALS)
    wanted = {"uploads": options.uploads, "queued": options.queued}
    if taken_in != wanted:
        goals.append(f"taken in {taken_in}, asked for {wanted}")
    print(json.dumps({**found, "missed": goals}))
    return int(bool(goals))


def _taken_in(lab: Lab) -> dict[str, int]:
    """How many uploads the lab has, and how many runs wait."""
    uploads = len(lab.store.holdings.of(NOBODY))
    return {"uploads": uploads, "queued": len(lab.store.queue.runs())}


def _is_shown(lab: Lab, run_id: str) -> bool:
    return lab.store.series.live(run_id) is not None and lab.last_step(run_id) >= 0
