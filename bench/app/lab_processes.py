"""A hosted lab made of plain processes, to be broken on purpose; and what must hold afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hts.config import RunConfig
from hts.studio.jobs import client
from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 900.0  # only what never comes is broken, however busy the machine is

LONG = RunConfig(
    width=20, iterations=10**8, eval_every=100, batch_size=20, noise="none", device="cpu"
)
SHORT = LONG.replace(iterations=3000, eval_every=100)  # a second or two
SEVERAL = SHORT.replace(replicates=2, noise="III", alpha=1.8, sigma=1e-4, controls="I")
WIDE = LONG.replace(width=20_000, iterations=200, eval_every=10)  # of memory, above all


class Broken(Exception):
    """What should hold does not, in words."""


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_in_order() -> None:
    """Have SIGTERM end this program as an error does, so that it ends what it started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@dataclass
class Lab:
    """Web and worker service on one home; ``settings`` are further environment variables."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    slots: int = 2
    services: list[subprocess.Popen[bytes]] = field(default_factory=list)
    web: subprocess.Popen[bytes] | None = None
    port: int = field(default_factory=free_port)
    _steps: list[int] = field(default_factory=list)  # of the evaluations of an undisturbed run

    def __post_init__(self) -> None:
        self.store = Store(self.home)

    def start_service(self) -> subprocess.Popen[bytes]:
        """Start one more worker service; the first one rules, others wait."""
        process = self._start("workers.log", [sys.executable, "-m", "hts", "workers"])
        self.services.append(process)
        return process

    def start_web(self) -> None:
        """Start the web process and wait until it answers."""
        flags = {"headless": "true", "port": self.port, "address": "127.0.0.1",
                 "fileWatcherType": "none"}  # fmt: skip
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += [f"--server.{name}={value}" for name, value in flags.items()]
        self.web = self._start("web.log", command, MALLOC_ARENA_MAX="2")  # as in deploy/web
        self.until(self.answers, "the web process answers")

    def _start(self, log_name: str, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        own = {"HTS_HOME": str(self.home), "HTS_WORKERS": "service", "HTS_THREADS": "1"}
        own |= {"HTS_SLOTS": str(self.slots)}
        log = Path(os.devnull) if "HTS_QUIET" in self.settings else self.home / log_name
        with log.open("ab") as file:
            return subprocess.Popen(
                command, cwd=ROOT, env={**environment(), **own, **more, **self.settings},
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip

    def answers(self) -> bool:
        """Whether the web process is there."""
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{self.port}/_stcore/health"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status == 200
        return False

    def until(self, true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Wait; raises `Broken` if it does not come about."""
        give_up = time.monotonic() + seconds
        while not true():
            if time.monotonic() > give_up:
                raise Broken(f"within {seconds:.0f} s not: {what}")
            time.sleep(0.05)

    def served(self) -> bool:
        """Whether a service rules."""
        return scheduler_status(self.store) is not None

    def submit(self, seed: int) -> str:
        """Queue a run that never ends by itself, as a page would."""
        return client.submit(self.store, LONG.replace(seed=seed))[0]

    def accept(self, rng: random.Random, count: int = 2, *, wide: bool = False) -> list[str]:
        """Have a run, and as many requests of any kind as make ``count``, accepted.

        They come to their end by themselves: runs, also of several networks or steered while they
        wait, and sweeps.
        """
        first = client.submit(self.store, (WIDE if wide else SHORT).replace(seed=_seed(rng)))[0]
        return [first, *(rng.choice(KINDS)(self, rng) for _ in range(count - 1))]

    def all_finish(self, asked: list[str]) -> str:
        """Wait until all are finished, with the records of an undisturbed run and nothing broken.

        Returns all that they said meanwhile.  Raises `Broken`.
        """
        said: dict[str, None] = {}
        runs = runs_of(asked)
        sweeps = [name for name in asked if name not in runs]

        def ended() -> bool:
            found = [self.store.runs.get(run_id) for run_id in runs]
            said.update({run.message: None for run in found if run.state != "finished"})
            many = [self.store.sweeps.get(sweep_id) for sweep_id in sweeps]
            return not any(one.active for one in (*found, *many))

        self.until(ended, f"{', '.join(asked)} end")
        for sweep_id in sweeps:
            sweep = self.store.sweeps.get(sweep_id)
            if (sweep.state, sweep.done) != ("finished", sweep.total):
                raise Broken(f"sweep {sweep_id} is {sweep.state}: {sweep.message}")
        for run_id in runs:
            run = self.store.runs.get(run_id)
            if run.state != "finished" or run.result is None:
                raise Broken(f"run {run_id} is {run.state}: {run.message}")
            steps = [point.step for point in self.store.series.evaluations(run_id)]
            self._steps = self._steps or steps
            if steps != self._steps or run.result.iterations != run.config.iterations:
                raise Broken(f"run {run_id} has other records than an undisturbed one: {steps}")
        self.check(runs)
        return " ".join(said)

    def kill_service(self) -> None:
        """SIGKILL to the service that was started last."""
        service = self.services.pop()
        service.kill()
        service.wait()

    def until_moving(self, run_id: str) -> Run:
        """Wait until the run is being trained and has recorded something more."""
        before = self.last_step(run_id)
        self.until(
            lambda: (
                self.store.runs.get(run_id).state == "running" and self.last_step(run_id) > before
            ),
            f"run {run_id} moves beyond step {before} ({self.store.runs.get(run_id).state})",
        )
        return self.store.runs.get(run_id)

    def last_step(self, run_id: str) -> int:
        """The step of the last recorded evaluation; -1 without one."""
        rows = self.store.db.rows(
            "SELECT MAX(step) FROM evaluations WHERE run = (SELECT number FROM runs WHERE id = ?)",
            (run_id,),
        )
        return -1 if rows[0][0] is None else int(rows[0][0])

    def recorded(self, run_id: str) -> int:
        """How many evaluations are recorded."""
        rows = self.store.db.rows(
            "SELECT COUNT(*) FROM evaluations WHERE run = (SELECT number FROM runs WHERE id = ?)",
            (run_id,),
        )
        return int(rows[0][0])

    def end_run(self, run_id: str) -> None:
        """Stop a run and wait until nobody has it."""
        client.stop(self.store, run_id)
        self.until(lambda: not self.store.runs.get(run_id).active, f"run {run_id} stops")

    # -- what must hold -----------------------------------------------------------------------

    def processes(self) -> list[psutil.Process]:
        """Every process of this lab."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if (
                    process.environ().get("HTS_HOME") == str(self.home)
                    and process.pid != os.getpid()
                ):
                    found.append(process)
        return found

    def check(self, runs: list[str]) -> None:
        """No run in two places, no zombie, every run that was acknowledged accounted for."""
        places: Counter[str] = Counter()
        for process in self.processes():
            with contextlib.suppress(OSError):
                target = Path(f"/proc/{process.pid}/fd/1").readlink()
                if target.name == "worker.log":
                    places[target.parent.name] += 1
        doubled = [run_id for run_id, count in places.items() if count > 1]
        if doubled:
            raise Broken(f"in two places: {', '.join(doubled)}")
        self.until(lambda: not self._zombies(), "no zombie is left", 20.0)
        for run_id in runs:
            run = self.store.runs.get(run_id)  # raises if it is lost
            if run.state in ("interrupted", "failed") and not run.message:
                raise Broken(f"run {run_id} is {run.state} without a word")

    def _zombies(self) -> list[int]:
        ours = {process.pid for process in self.processes()}
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE and process.ppid() in ours:
                    found.append(process.pid)
        return found

    def close(self) -> None:
        """End every process of the lab."""
        for started in [*self.services, self.web]:
            if started is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(started.pid, signal.SIGKILL)
                started.wait()
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.store.close()


def _seed(rng: random.Random) -> int:
    return rng.randrange(10**9)


def _run(lab: Lab, rng: random.Random) -> str:
    return client.submit(lab.store, SHORT.replace(seed=_seed(rng)))[0]


def _several(lab: Lab, rng: random.Random) -> str:
    return client.submit(lab.store, SEVERAL.replace(seed=_seed(rng)))[0]


def _steered(lab: Lab, rng: random.Random) -> str:
    run_id = client.submit(lab.store, SHORT.replace(seed=_seed(rng)))[0]
    return client.steer(lab.store, run_id, lr=0.01)


def _sweep(lab: Lab, rng: random.Random) -> str:
    base = SHORT.replace(iterations=1000)
    grid = {"seed": tuple(_seed(rng) for _ in range(3)), "width": (20, 24)}
    return client.submit_sweep(lab.store, SweepSpec(name="accepted", base=base, grid=grid))


KINDS: tuple[Callable[[Lab, random.Random], str], ...] = (_run, _several, _steered, _sweep)


def runs_of(asked: list[str]) -> list[str]:
    """The runs among them; the others are sweeps, whose workers see to all that wait."""
    return [name for name in asked if not name.startswith("s")]
