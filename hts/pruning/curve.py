"""Accuracy against pruning ratio.

With one hidden layer the pruned logits are cumulative sums of per-unit contributions, units taken
from the largest norm to the smallest: the whole curve costs about one forward pass.  With more
layers, units interact, and every level is evaluated on the smaller network itself, from what the
part that is never pruned makes of the examples (see `hts.pruning.levels` for what that costs).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from hts.models.model import Model
from hts.models.network import Network, one_layer
from hts.pruning.columns import removal_order, removed_units


def evenly(norms: list[np.ndarray], pruned: np.ndarray) -> np.ndarray:
    """How many units (levels, layers) each layer loses when all lose the fractions ``pruned``."""
    return np.stack([removed_units(pruned, len(n)) for n in norms], axis=1)


def accuracies_without(
    network: Model, norms: list[np.ndarray], x: Tensor, y: Tensor, counts: np.ndarray
) -> np.ndarray:
    """Accuracy in percent (prunings,) of the smaller networks that remain.

    ``counts`` (prunings, layers): how many units of smallest norm each layer loses.
    """
    right = torch.zeros(len(counts), dtype=torch.int64, device=network.device)
    for i, part, classes in answers_without(network, norms, x, counts):
        right[i] += (classes == y[part]).sum()
    return 100.0 * right.cpu().numpy() / len(y)


def answers_without(
    network: Model, norms: list[np.ndarray], x: Tensor, counts: np.ndarray
) -> Iterator[tuple[int, slice, Tensor]]:
    """Answers of the smaller networks that remain: (pruning, part of the examples, classes).

    ``counts`` (prunings, layers) as for `accuracies_without`; every pruning and part comes once.
    With every unit gone all scores tie at zero and the first class is predicted.
    """
    orders = [torch.from_numpy(removal_order(n).copy()).to(network.device) for n in norms]
    if (one := one_layer(network)) is not None:
        return _cumulative(one, orders[0], x, counts[:, 0])
    return _each(network, orders, x, counts)


def kept(orders: Sequence[Tensor], removed: Sequence[int]) -> list[Tensor]:
    """Units that stay in each layer: all but the first ``removed`` of its order of removal."""
    return [order[count:] for order, count in zip(orders, removed, strict=True)]


@torch.no_grad()
def _each(
    network: Model, orders: list[Tensor], x: Tensor, counts: np.ndarray
) -> Iterator[tuple[int, slice, Tensor]]:
    for part in network.chunks(len(x)):
        h = network.stem(x[part].to(network.device))
        for i, removed in enumerate(counts.tolist()):
            yield i, part, network.keep(kept(orders, removed)).head(h).argmax(1)


@torch.no_grad()
def _cumulative(
    network: Network, order: Tensor, x: Tensor, removed: np.ndarray
) -> Iterator[tuple[int, slice, Tensor]]:
    sorted_network = network.keep([order.flip(0)])
    output = sorted_network.output.t().contiguous()  # (units, classes)
    stops = (len(order) - removed).tolist()
    for part in network.chunks(len(x)):
        h = sorted_network.activations(x[part].to(network.device))[-1]
        scores = torch.zeros(h.shape[0], output.shape[1], device=h.device)
        start = 0
        for i in np.argsort(stops, kind="stable").tolist():
            if (stop := stops[i]) > start:
                scores = torch.addmm(scores, h[:, start:stop], output[start:stop])
            yield i, part, scores.argmax(1)
            start = stop
