"""Accuracy against pruning ratio.

With one hidden layer the pruned logits are cumulative sums of per-unit contributions, units taken
from the largest norm to the smallest: the whole curve costs about one forward pass.  With more
layers, units interact, and every level is evaluated on the smaller network itself, from what the
part that is never pruned makes of the examples (see `hts.pruning.levels` for what that costs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hts.models.model import Model
from hts.models.network import Network, one_layer
from hts.pruning.columns import removal_order, removed_units


def accuracy_curve(
    network: Model, norms: list[np.ndarray], x: Tensor, y: Tensor, pruned: np.ndarray
) -> np.ndarray:
    """Accuracy in percent (levels,) after removing each fraction of ``pruned`` from every layer.

    ``norms``: the unit norms of each of the network's matrices; ``x`` (examples, inputs), ``y``
    (examples,); ``pruned``: fractions in [0, 1], any order.  With every unit gone all scores tie
    at zero and the first class is predicted.
    """
    if (one := one_layer(network)) is not None:
        return _cumulative(one, norms[0], x, y, pruned)
    counts = np.stack([removed_units(pruned, len(n)) for n in norms], axis=1)
    return accuracies_without(network, norms, x, y, counts)


@torch.no_grad()
def accuracies_without(
    network: Model, norms: list[np.ndarray], x: Tensor, y: Tensor, counts: np.ndarray
) -> np.ndarray:
    """Accuracy in percent (prunings,) of the smaller networks that remain.

    ``counts`` (prunings, layers): how many units of smallest norm each layer loses.
    """
    orders = [torch.from_numpy(removal_order(n).copy()).to(network.device) for n in norms]
    different, where = np.unique(counts, axis=0, return_inverse=True)
    right = torch.zeros(len(different), dtype=torch.int64, device=network.device)
    for part in network.chunks(len(y)):
        h = network.stem(x[part].to(network.device))
        for i, removed in enumerate(different.tolist()):
            smaller = network.keep(kept(orders, removed))
            right[i] += (smaller.head(h).argmax(1) == y[part]).sum()
    return (100.0 * right.cpu().numpy() / len(y))[where.reshape(-1)]


def kept(orders: Sequence[Tensor], removed: Sequence[int]) -> list[Tensor]:
    """Units that stay in each layer: all but the first ``removed`` of its order of removal."""
    return [order[count:] for order, count in zip(orders, removed, strict=True)]


@torch.no_grad()
def _cumulative(
    network: Network, norms: np.ndarray, x: Tensor, y: Tensor, pruned: np.ndarray
) -> np.ndarray:
    units = len(norms)
    kept = units - removed_units(pruned, units)
    levels, where = np.unique(kept, return_inverse=True)
    order = torch.from_numpy(removal_order(norms)[::-1].copy()).to(network.device)
    sorted_network = network.keep([order])
    output = sorted_network.output.t().contiguous()  # (units, classes)
    right = torch.zeros(len(levels), dtype=torch.int64, device=network.device)
    for part in network.chunks(len(y)):
        h = sorted_network.activations(x[part].to(network.device))[-1]
        scores = torch.zeros(h.shape[0], output.shape[1], device=h.device)
        start = 0
        for i, stop in enumerate(levels.tolist()):
            if stop > start:
                scores = torch.addmm(scores, h[:, start:stop], output[start:stop])
            right[i] += (scores.argmax(1) == y[part]).sum()
            start = stop
    return (100.0 * right.cpu().numpy() / len(y))[where]
