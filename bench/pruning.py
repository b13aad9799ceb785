"""A pruning curve at every level beside one plain forward pass, and beside naive masking.

The network is a wide one with heavy-tailed noise on its weights; the examples are Gaussian and
labelled by the network itself, with a tenth of the labels changed: accuracy falls from 90 % on.

* ``forward``: class scores of the whole set as one writes it, in chunks, and their accuracy.
* ``every level``: the accuracies with 0, 1, ..., n units kept.
* ``naive``: the weights of removed units zeroed, then a whole forward pass for each sampled level;
  ``exact`` takes its sums in float64 like the definition (see `hts.pruning.every_level`), ``plain``
  in float32: how often that differs is the rounding of plain masking, told as answers in a million.
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hts.config import RunConfig
from hts.models.network import Network, draw_network
from hts.noise.sources import NoiseSource
from hts.pruning.columns import removal_order, unit_norms
from hts.pruning.criteria import CRITERIA
from hts.pruning.every_level import at_every_level
from hts.pruning.prune import measure as measure_levels
from hts.pruning.ranking import rank
from hts.seeds import generator
from hts.training.evaluate import accuracy_and_loss
from hts.verify.device.timing import ratio, rounds

SAMPLED = 50  # levels of the naive loops


def measure(
    width: int = 10_000, examples: int = 4500, inputs: int = 140, classes: int = 2, *, runs: int = 9
) -> list[dict[str, Any]]:
    """One row: times, ``times_forward``, and how the curves agree with naive masking."""
    network = _network(width, inputs, classes)
    x, y = _examples(network, examples, inputs, classes)
    order = removal_order(unit_norms(network.hidden[0].numpy()))[::-1]
    times = rounds(
        {
            "forward": lambda: _accuracy(network, x, y),
            "every level": lambda: at_every_level(network, order, x, y),
        },
        runs,
    )
    levels = np.unique(np.linspace(0, width, SAMPLED).round().astype(np.int64))
    right = at_every_level(network, order, x, y).right[levels]
    exact, different = _naive(network, order, levels, x, y)
    return [
        {
            "width": width,
            "examples": examples,
            "inputs": inputs,
            "classes": classes,
            "threads": torch.get_num_threads(),
            "forward_seconds": statistics.median(times["forward"]),
            "every_level_seconds": statistics.median(times["every level"]),
            "times_forward": ratio(times["every level"], times["forward"]),
            "levels": width + 1,
            "sampled": len(levels),
            "equal_to_exact": int((right == exact).sum()),
            "plain_differs_per_million": 1e6 * different / (len(levels) * examples),
            **_magnitude(network, x, y),
        }
    ]


def _network(width: int, inputs: int, classes: int) -> Network:
    config = RunConfig(width=width, seed=1)
    network = draw_network(config, inputs, classes, torch.device("cpu"))
    NoiseSource("II", 1.75, seed=1).add_(network.hidden[0], 0.05, 1)
    return network


def _examples(network: Network, count: int, inputs: int, classes: int) -> tuple[Tensor, Tensor]:
    rng = generator(1, "bench", "examples")
    x = torch.from_numpy(rng.standard_normal((count, inputs), np.float32))
    y = network.logits(x).argmax(1)
    changed = torch.from_numpy(rng.random(count) < 0.1)
    return x, torch.where(changed, (y + 1) % classes, y)


@torch.no_grad()
def _accuracy(network: Network, x: Tensor, y: Tensor) -> float:
    return sum(
        float((network.logits(x[c]).argmax(1) == y[c]).sum()) for c in network.chunks(len(y))
    )


@torch.no_grad()
def _naive(
    network: Network, order: np.ndarray, levels: np.ndarray, x: Tensor, y: Tensor
) -> tuple[np.ndarray, int]:
    """Right answers at each level, sums in float64, and how many answers float32 sums change."""
    right, different = [], 0
    for kept in levels:
        weights = network.hidden[0].clone()
        weights[torch.from_numpy(order[kept:].copy())] = 0
        hits = 0
        for part in network.chunks(len(y)):
            h = network.activation.apply_(x[part] @ weights.t())
            exact = (h.double() @ network.output.t().double()).argmax(1)
            hits += int((exact == y[part]).sum())
            different += int(((h @ network.output.t()).argmax(1) != exact).sum())
        right.append(hits)
    return np.array(right), different


def _magnitude(network: Network, x: Tensor, y: Tensor) -> dict[str, int]:
    """Levels of the magnitude curve, and how many of them equal naive masking."""
    few, labels = x[:1000], y[:1000]
    ranking = rank(CRITERIA["magnitude"], [network.hidden[0].numpy()])
    counts = ranking.counts(np.linspace(0, 1, SAMPLED))
    curve = measure_levels(network, ranking, counts, few, labels).accuracy
    sizes = network.hidden[0].abs().view(-1)
    ascending = sizes.sort().values
    equal = 0
    for (gone,), accuracy in zip(counts.tolist(), curve, strict=True):
        floor = ascending[gone] if gone < len(ascending) else torch.inf
        masked = network.with_matrices(
            [network.hidden[0] * (sizes >= floor).view(-1, few.shape[1])]
        )
        equal += accuracy_and_loss(masked, few, labels)[0] == accuracy
    return {"magnitude_levels": len(counts), "magnitude_equal_to_naive": int(equal)}
