"""How long does the noise take?  Nanoseconds a value, and ratios to a buffer of Gaussians.

The yardstick is ``normal_`` of torch into a buffer that is reused, with the same number of threads
(torch uses one for it whatever the number).  Beside the noise types stand the ways one would first
think of: the textbook formula in plain torch, its pole-safe form, scipy, and pyro where it is
installed.  Every round times each way once, and the figures are medians over rounds, ratios being
taken inside a round: other work on the machine then slows both sides alike.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import statistics
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from scipy.stats import levy_stable

from bench.pole_form import symmetric_from_bits
from hts.noise.sources import NoiseSource
from hts.verify.device.timing import Ways, ratio, rounds

_BLOCK = 1 << 15
_SLOW_SHARE = 100  # scipy and pyro are timed on a hundredth of the values
_YARDSTICK = "normal_"


def measure(
    sizes: Sequence[int] = (1_400_000, 10_000_000),
    threads: Sequence[int] = (1, 2),
    *,
    alpha: float = 1.75,
    inputs: int = 140,
    runs: int = 15,
) -> list[dict[str, Any]]:
    """Rows ``{what, values, threads, seconds, ns_per_value, times_normal}``.

    ``sizes``: values a step, cut to a multiple of ``inputs``.  ``times_normal`` is the time of
    ``normal_`` for as many values.
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
    flat, generator = weights.view(-1), torch.Generator().manual_seed(1)
    # Type I comes last, before the yardstick, which is serial: its copying wakes torch's threads,
    # and for some milliseconds after it they hold the cores that the next way would use.
    ours: Ways = {
        f"w += type {kind}": partial(NoiseSource(kind, alpha, seed=1).add_, weights, 1.0, 1)
        for kind in ("gaussian", "II", "III", "I")
    }
    plain: Ways = {
        "w += textbook torch": lambda: _textbook(flat, alpha, generator),
        "w += pole-safe torch": lambda: _pole_safe(flat, alpha, generator),
    }
    few = max(1, size // _SLOW_SHARE)
    part: Ways = {"scipy rvs": lambda: levy_stable.rvs(alpha, 0, size=few, random_state=1)}
    if importlib.util.find_spec("pyro") is not None:
        stable = importlib.import_module("pyro.distributions").Stable(alpha, 0.0)
        part["pyro Stable"] = lambda: stable.sample((few,))
    rows = []
    for ways, timed, often in ((ours, size, runs), (plain, size, 3), (part, few, 3)):
        # Each group has the yardstick beside it, so that ratios are taken in the same rounds.
        times = rounds({_YARDSTICK: lambda: weights.normal_(generator=generator), **ways}, often)
        normal = times[_YARDSTICK]
        for what in times if ways is ours else ways:
            grow = 1.0 if what == _YARDSTICK else size / timed
            seconds = [grow * t for t in times[what]]
            rows.append(
                {
                    "what": what,
                    "values": size,
                    "threads": threads,
                    "seconds": statistics.median(seconds),
                    "ns_per_value": 1e9 * statistics.median(seconds) / size,
                    "times_normal": ratio(seconds, normal),
                }
            )
    return rows


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
