"""How long does the noise take?  Seconds a step, and ratios to filling a buffer with Gaussians.

``python -m hts.noise.bench`` prints one JSON list.  The yardstick is ``normal_`` of torch into a
buffer that is reused, with the same number of threads (torch uses one for it whatever the number).
Beside the noise types stand the ways one would first think of: the textbook formula in plain torch,
its pole-safe form, and scipy (timed on a hundredth of the values).  Times are the best of several
runs, in wall-clock seconds: other work on the machine shows in them.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from scipy.stats import levy_stable

from hts.noise.sources import NoiseSource
from hts.noise.stable import symmetric_from_bits

_BLOCK = 1 << 15


def measure(
    sizes: Sequence[int] = (1_400_000, 10_000_000),
    threads: Sequence[int] = (1, 2),
    *,
    alpha: float = 1.75,
    inputs: int = 140,
    runs: int = 7,
) -> list[dict[str, Any]]:
    """Rows ``{what, values, threads, seconds, ns_per_value, times_normal}``.

    ``sizes``: values a step, cut to a multiple of ``inputs``.
    """
    before, rows = torch.get_num_threads(), []
    try:
        for count in threads:
            torch.set_num_threads(count)
            for size in sizes:
                rows += _measure(size // inputs, inputs, count, alpha, runs)
    finally:
        torch.set_num_threads(before)
    return rows


def _measure(
    units: int, inputs: int, threads: int, alpha: float, runs: int
) -> list[dict[str, Any]]:
    size = units * inputs
    weights = torch.zeros(units, inputs)
    generator = torch.Generator().manual_seed(1)
    normal = _best(lambda: weights.normal_(generator=generator), runs)
    ways: dict[str, tuple[Callable[[], object], int]] = {"normal_": (lambda: None, 0)}
    for kind in ("gaussian", "I", "II", "III"):
        source = NoiseSource(kind, alpha, seed=1)
        ways[f"w += type {kind}"] = (partial(source.add_, weights, 1.0, 1), runs)
    flat = weights.view(-1)
    ways["w += textbook torch"] = (lambda: _textbook(flat, alpha, generator), 2)
    ways["w += pole-safe torch"] = (lambda: _pole_safe(flat, alpha, generator), 2)
    ways["scipy rvs"] = (lambda: levy_stable.rvs(alpha, 0, size=size // 100, random_state=1), 1)
    rows = []
    for what, (work, times) in ways.items():
        seconds = _best(work, times) if times else normal
        if what == "scipy rvs":
            seconds *= 100
        rows.append(
            {
                "what": what,
                "values": size,
                "threads": threads,
                "seconds": seconds,
                "ns_per_value": 1e9 * seconds / size,
                "times_normal": seconds / normal,
            }
        )
    return rows


def _best(work: Callable[[], object], runs: int) -> float:
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _textbook(flat: torch.Tensor, alpha: float, generator: torch.Generator) -> None:
    """Chambers, Mallows and Stuck as printed; NaN about once in 2^24 draws."""
    for part in torch.split(flat, _BLOCK):
        v = (torch.rand(part.shape, generator=generator) - 0.5) * math.pi
        w = torch.empty_like(part).exponential_(generator=generator)
        x = torch.sin(alpha * v) / torch.cos(v) ** (1 / alpha)
        part.add_(x * (torch.cos((1 - alpha) * v) / w) ** ((1 - alpha) / alpha))


def _pole_safe(flat: torch.Tensor, alpha: float, generator: torch.Generator) -> None:
    bits = torch.empty(2, _BLOCK, dtype=torch.int32)
    for part in torch.split(flat, _BLOCK):
        bits.random_(-(2**31), None, generator=generator)
        part.add_(symmetric_from_bits(bits[0], bits[1], alpha)[: len(part)])


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
