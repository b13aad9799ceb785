"""How close is the noise of a CUDA step to the speed of memory?  Needs a CUDA device.

``w += scale * x`` reads and writes every weight once, as a copy does, so its share of the copy's
bandwidth is the copy's time over its own, both taken in the same round.  Not yet run on a GPU: no
figure of it is quoted anywhere.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch

from bench.noise import Ways, ratio
from hts.noise.draws import gpu_kernels
from hts.noise.sources import NoiseSource
from hts.validate import BadInput


def measure(
    sizes: Sequence[int] = (1_400_000, 140_000_000),
    *,
    alpha: float = 1.75,
    inputs: int = 140,
    runs: int = 30,
) -> list[dict[str, Any]]:
    """Rows ``{what, values, seconds, share_of_copy, kernel}``; no CUDA device raises `BadInput`."""
    if not torch.cuda.is_available():
        raise BadInput("device cuda was asked for, but torch finds no CUDA device here.")
    kernel = "torch" if gpu_kernels() is None else "triton"
    rows = []
    for size in sizes:
        weights = torch.zeros(size // inputs, inputs, device="cuda")
        other = torch.empty_like(weights)
        ways: Ways = {"copy": partial(other.copy_, weights), "randn": other.normal_}
        for kind in ("gaussian", "I", "II", "III"):
            source = NoiseSource(kind, alpha, seed=1)
            ways[f"w += type {kind}"] = partial(source.add_, weights, 1e-6, 1)
        times = _rounds(ways, runs)
        rows += [
            {
                "what": what,
                "values": weights.numel(),
                "seconds": statistics.median(seconds),
                "share_of_copy": ratio(times["copy"], seconds),
                "kernel": kernel if what.startswith("w +=") else "torch",
            }
            for what, seconds in times.items()
        ]
    return rows


def _rounds(ways: Ways, runs: int) -> dict[str, list[float]]:
    """Seconds on the device, launch included, by its own events; three rounds are not counted."""
    times: dict[str, list[float]] = {what: [] for what in ways}
    for i in range(runs + 3):
        for what, work in ways.items():
            begin, end = _event(), _event()
            begin.record()
            work()
            end.record()
            torch.cuda.synchronize()
            if i >= 3:
                times[what].append(begin.elapsed_time(end) / 1e3)
    return times


def _event() -> torch.cuda.Event:
    return torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
