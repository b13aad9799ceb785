"""What the noise adds to training: the fused update beside one SGD step of the same layer.

One hidden layer of 10 000 units with 140 inputs and two classes, batch 500: the step is the
gradient step of training, the noise what training adds after it.  Shares are medians over rounds,
each of which times every one of them once.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch

from hts.config import RunConfig
from hts.models.network import draw_network
from hts.noise.sources import NoiseSource
from hts.training.gradient import gradient_step
from hts.verify.device.timing import Ways, ratio, rounds

UNITS, INPUTS, CLASSES, BATCH = 10_000, 140, 2, 500
_STEP = "SGD step"


def measure_layer(
    threads: Sequence[int] = (1, 2), *, alpha: float = 1.75, runs: int = 15
) -> list[dict[str, Any]]:
    """Rows ``{what, threads, seconds, percent_of_step}``."""
    before, rows = torch.get_num_threads(), []
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(BATCH, INPUTS, generator=generator)
    y = torch.randint(CLASSES, (BATCH,), generator=generator)
    cpu = torch.device("cpu")
    network = draw_network(RunConfig(width=UNITS), INPUTS, CLASSES, cpu)
    weights = network.hidden[0]
    ways: Ways = {_STEP: partial(gradient_step, network, x, y, lr=1e-3, train_output=True)}
    for kind in ("II", "I", "III", "gaussian"):
        ways[f"w += type {kind}"] = partial(NoiseSource(kind, alpha, seed=1).add_, weights, 1e-9, 1)
    try:
        for count in threads:
            torch.set_num_threads(count)
            times = rounds(ways, runs)
            rows += [
                {
                    "what": what,
                    "threads": count,
                    "seconds": statistics.median(seconds),
                    "percent_of_step": 100 * ratio(seconds, times[_STEP]),
                }
                for what, seconds in times.items()
            ]
    finally:
        torch.set_num_threads(before)
    return rows
