"""What a cluster costs: throughput of a sweep on local Ray beside workers of this machine.

Both compute the same groups of the same runs, with the same number of workers and threads, into
stores of their own, one after the other, in rounds.  The clock runs from the end of the first
group, when every worker is warm, to the last result; what starting Ray takes is told apart.
CPU time is that of everything that takes part, Ray's own processes included: it says what a run
costs also on a machine that has other work, whose clock says little.  How much of the machine
others had meanwhile is told too.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from hts.config import RunConfig
from hts.studio.cluster.connect import connected
from hts.studio.cluster.head import SweepOnRay
from hts.studio.cluster.share import Share
from hts.studio.cluster.status import read_status
from hts.studio.jobs.foreground import TICK_SECONDS, SweepHere
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.sweeps import begin_sweep
from hts.studio.launch.here import Computing
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec

GROUPS = 4  # of each worker in a round; the clock starts when the first group has ended


def measure(*, workers: int, seconds: float, runs: int, rounds: int) -> dict[str, Any]:
    """Runs per second of both ways, and the overhead of the cluster in percent.

    ``workers`` at a time, one thread each; groups of ``runs`` runs, of as many steps as make a
    group last about ``seconds``; medians over ``rounds``.
    """
    found: dict[str, list[_Timed]] = {"local": [], "cluster": []}
    base, took = _calibrated(seconds, runs)
    with tempfile.TemporaryDirectory() as folder:
        home, began = Path(folder), time.perf_counter()
        with connected("local", log=home / "ray.log", cpus=workers) as ray:
            started = time.perf_counter() - began
            plan = planned({**os.environ, "HTS_SLOTS": str(workers), "HTS_THREADS": "1"})
            for number in range(rounds):
                spec = _spec(base, runs=runs, groups=GROUPS * workers)
                with Store(home / f"local-{number}") as store:
                    here = partial(SweepHere, store, plan=plan)
                    found["local"].append(_timed(store, spec, here, runs))
                with Store(home / f"cluster-{number}") as store:
                    found["cluster"].append(_timed(store, spec, _on_ray(store, ray), runs))
                    status = read_status(store, store.sweeps.list()[0].id)
            assert status is not None
            received = status.received_bytes / status.recorded
    pace = {way: statistics.median(t.pace for t in timed) for way, timed in found.items()}
    costs = {way: statistics.median(t.cpu for t in timed) for way, timed in found.items()}
    pairs = list(zip(found["local"], found["cluster"], strict=True))
    ratios = [here.pace / there.pace for here, there in pairs]
    return {
        "workers": workers,
        "group_runs": runs,
        "group_steps": base.iterations,
        "group_seconds_alone": took,
        "rounds": rounds,
        "local_runs_per_second": pace["local"],
        "cluster_runs_per_second": pace["cluster"],
        "overhead_percent": 100 * (statistics.median(ratios) - 1),
        "overhead_percent_each": [100 * (ratio - 1) for ratio in ratios],
        "others_percent_each": [[here.others, there.others] for here, there in pairs],
        "local_cpu_seconds_per_run": costs["local"],
        "cluster_cpu_seconds_per_run": costs["cluster"],
        "cpu_overhead_percent": 100 * (costs["cluster"] / costs["local"] - 1),
        "ray_start_seconds": started,
        "received_bytes_per_run": received,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


@dataclass(frozen=True)
class _Timed:
    pace: float  # runs per second
    cpu: float  # CPU seconds a run
    others: float  # percent of the machine's cores that other work had


def _busy_seconds() -> float:
    """CPU time of everything on this machine since it was started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _cpu_seconds() -> float:
    """CPU time of this process and all that it started, those that have ended included."""
    own = psutil.Process()
    times = own.cpu_times()
    total = float(sum(times[:4]))  # user, system, and those of children that have ended
    for child in own.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            spent = child.cpu_times()
            total += spent.user + spent.system
    return total


def _clocks(sweep: Sweep) -> tuple[float, float, float, int]:
    return time.perf_counter(), _cpu_seconds(), _busy_seconds(), sweep.done


def _on_ray(store: Store, ray: Any) -> Callable[[str], Computing]:
    return lambda sweep_id: SweepOnRay(store, sweep_id, ray, share=Share(), address="local")


def _timed(
    store: Store, spec: SweepSpec, computing: Callable[[str], Computing], runs: int
) -> _Timed:
    """From the end of the first group to the last's."""
    sweep_id = begin_sweep(store, spec, worker=this_process())
    engine = computing(sweep_id)
    first: tuple[float, float, float, int] | None = None
    try:
        while True:
            sweep = engine.tick()
            if first is None and sweep.done >= runs:
                first = _clocks(sweep)
            if sweep.done + sweep.failed == sweep.total:
                assert first is not None
                assert not sweep.failed, store.sweeps.members(sweep_id)
                pairs = zip(first, _clocks(sweep), strict=True)
                seconds, cpu, busy, ended = (after - before for before, after in pairs)
                others = 100 * (busy - cpu) / (seconds * (os.cpu_count() or 1))
                return _Timed(ended / seconds, cpu / ended, max(0.0, others))
            time.sleep(TICK_SECONDS / 4)
    finally:
        engine.close()


def _spec(base: RunConfig, *, runs: int, groups: int) -> SweepSpec:
    """``groups`` groups of ``runs`` runs: shapes of nearly the same cost."""
    grid = {"seed": range(1, runs + 1), "width": range(base.width, base.width + groups)}
    return SweepSpec(name="bench", base=base, grid={k: tuple(v) for k, v in grid.items()})


def _calibrated(seconds: float, runs: int) -> tuple[RunConfig, float]:
    """Runs whose groups take about ``seconds`` here, and what one of them took."""
    import torch

    from hts.data import load
    from hts.runs.group import run_group

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    dataset, steps = load("digits"), 100
    base = RunConfig(data="digits", width=100, batch_size=100, noise="II", device="cpu")

    def took(config: RunConfig) -> float:
        began = time.perf_counter()
        run_group(
            [config.replace(seed=seed) for seed in range(1, runs + 1)],
            dataset,
            on_end=lambda outcome: None,
        )
        return time.perf_counter() - began

    try:
        quick = base.replace(iterations=steps, eval_every=steps)
        took(quick)
        short, twice = took(quick), took(quick.replace(iterations=2 * steps, eval_every=2 * steps))
        a_step = max((twice - short) / steps, 1e-4)
        steps = max(steps, int((seconds - (short - steps * a_step)) / a_step))
        chosen = base.replace(iterations=steps, eval_every=steps)
        return chosen, took(chosen)
    finally:
        torch.set_num_threads(before)
