"""Seeds with their controls as one run, beside the same networks one after another on one thread.

``floor``: only the products of the gradient steps and the noise of all networks, on as many threads
as the run has, without evaluations, looks and the interpreter.  Ratios are of wall times taken in
the same process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from hts.config import RunConfig
from hts.config.arms import members
from hts.data import load
from hts.noise.sources import NoiseSource
from hts.runs.lockstep import train_several
from hts.runs.several import SeveralInMemory
from hts.runs.single import train


def measure(
    width: int = 1000, steps: int = 1000, seeds: int = 8, *, threads: int = 2
) -> dict[str, Any]:
    """``{networks, together, alone, floor, times_alone, times_floor, looks}``, in seconds."""
    config = RunConfig(
        data="digits", width=width, iterations=steps, replicates=seeds, controls="none,gaussian"
    )
    dataset = load(config.data)
    warm = config.replace(iterations=20, replicates=1)
    before, recorder = torch.get_num_threads(), SeveralInMemory()
    try:
        torch.set_num_threads(threads)
        train_several(warm, dataset)
        together = _seconds(lambda: train_several(config, dataset, recorder=recorder))
        floor = _floor(config, dataset.inputs, len(dataset.classes)) / threads
        torch.set_num_threads(1)
        alone = _seconds(lambda: [train(one.config, dataset) for one in members(config)])
    finally:
        torch.set_num_threads(before)
    return {
        "networks": len(members(config)),
        "width": width,
        "steps": steps,
        "threads": threads,
        "together": together,
        "alone": alone,
        "floor": floor,
        "times_alone": together / alone,
        "times_floor": together / floor,
        "looks": len(recorder.moments),
    }


def _floor(config: RunConfig, inputs: int, classes: int, sample: int = 50) -> float:
    """Seconds of all products and all noise on one thread, from ``sample`` steps of each."""
    torch.set_num_threads(1)
    batch, width = config.batch_size, config.width
    x, weights = torch.rand(batch, inputs), torch.rand(width, inputs)
    hidden, output = torch.rand(batch, width), torch.rand(classes, width)
    scores, back = torch.rand(batch, classes), torch.rand(batch, width)

    def products() -> None:
        torch.mm(x, weights.t(), out=hidden)
        torch.mm(hidden, output.t(), out=scores)
        torch.mm(scores, output, out=back)
        torch.mm(scores.t(), hidden)
        torch.mm(back.t(), x)

    total = 0.0
    for one in members(config):
        source = NoiseSource(one.config.noise, one.config.alpha, seed=one.seed)
        products()
        source.add_(weights, 1e-6, 0)
        began = time.perf_counter()
        for step in range(1, sample + 1):
            products()
            source.add_(weights, 1e-6, step)
        total += (time.perf_counter() - began) / sample * config.iterations
    return total


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
