"""Runs per second of ensembles, beside the same runs one after another and in two processes.

Every way trains the same configurations to the same end and analyses each final network in full.
"together" is one ensemble with all threads; "as a sweep" two ensembles in two processes with half
the threads each, which is how sweeps run.
"one after another" is an ensemble of one member at a time, with all threads: it looks at a run no
more often than an ensemble does.  "two processes" is that in two processes at once, each with half
the runs and half the threads, started and warm before the clock starts.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from hts.config import RunConfig
from hts.data import load
from hts.runs.group import run_group

BASE = RunConfig(data="digits", noise="II", batch_size=100, eval_every=100)
ALPHAS = (1.5, 1.6, 1.75, 1.9)
STEPS = {200: 400, 1000: 200, 5000: 60}  # of widths up to these


def members(count: int, width: int) -> list[RunConfig]:
    """Runs of one shape over alphas and seeds."""
    steps = next((steps for limit, steps in STEPS.items() if width <= limit), 40)
    return [
        BASE.replace(width=width, iterations=steps, alpha=ALPHAS[i % 4], seed=1 + i // 4)
        for i in range(count)
    ]


def measure(
    widths: Sequence[int] = (200, 1000, 5000),
    counts: Sequence[int] = (1, 8, 32, 128),
    *,
    device: str = "cpu",
) -> list[dict[str, Any]]:
    """Rows ``{width, members, steps, together, as_a_sweep, one_after_another, ...}``.

    These and ``two_processes`` are runs per second; ``times_...`` are the ratios of ``together``,
    ``sweep_times_...`` those of ``as_a_sweep``, to the last two.
    """
    rows = []
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        half = max(1, torch.get_num_threads() // 2)
        for width in widths:
            warm = members(1, width)
            concurrent.futures.wait([pool.submit(_alone, warm, half) for _ in range(4)])
            _together(warm, None)
            for count in counts:
                configs = [config.replace(device=device) for config in members(count, width)]
                split = [part for part in (configs[::2], configs[1::2]) if part]
                processes = _in_processes(pool, _alone, split, half)
                sweep = _in_processes(pool, _together, split, half)
                alone = _alone(configs, None)
                together = _together(configs, None)
                rows.append(
                    {
                        "width": width,
                        "members": count,
                        "steps": configs[0].iterations,
                        "together": count / together,
                        "as_a_sweep": count / sweep,
                        "one_after_another": count / alone,
                        "two_processes": count / processes,
                        "times_one_after_another": alone / together,
                        "times_two_processes": processes / together,
                        "sweep_times_one_after_another": alone / sweep,
                        "sweep_times_two_processes": processes / sweep,
                    }
                )
    return rows


_Way = Callable[[list[RunConfig], int | None], float]


def _in_processes(
    pool: concurrent.futures.Executor, way: _Way, parts: list[list[RunConfig]], threads: int
) -> float:
    """Seconds until every part is done, each in a process of its own."""
    began = time.perf_counter()
    for job in [pool.submit(way, part, threads) for part in parts]:
        job.result()
    return time.perf_counter() - began


def _alone(configs: list[RunConfig], threads: int | None) -> float:
    """Seconds of ``configs`` one after another."""
    return sum(_together([config], threads) for config in configs)


def _together(configs: list[RunConfig], threads: int | None) -> float:
    """Seconds of ``configs`` as one ensemble."""
    if threads is not None:
        torch.set_num_threads(threads)
    dataset = load(configs[0].data)
    began = time.perf_counter()
    run_group(configs, dataset, on_end=lambda outcome: None)
    return time.perf_counter() - began
