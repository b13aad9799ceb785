"""Accuracy against pruning ratio.

With one hidden layer the pruned logits are cumulative sums of per-unit contributions, units taken
from the largest norm to the smallest: the whole curve costs about one forward pass.  With more
layers, units interact, and every level is evaluated on the smaller network itself.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hts.models.model import Model
from hts.models.network import Network
from hts.pruning.columns import removal_order, removed_units
from hts.training.evaluate import accuracy_and_loss

# Fractions removed: even steps of 2 %, finer where heavy-tailed networks live.
LEVELS = np.unique(np.round(np.concatenate([np.linspace(0, 1, 51), [0.97, 0.99, 0.995, 0.999]]), 4))


def accuracy_curve(
    network: Model, norms: list[np.ndarray], x: Tensor, y: Tensor, pruned: np.ndarray
) -> np.ndarray:
    """Accuracy in percent (levels,) after removing each fraction of ``pruned`` from every layer.

    ``norms``: the unit norms of each of the network's matrices; ``x`` (examples, inputs), ``y``
    (examples,); ``pruned``: fractions in [0, 1], any order.  With every unit gone all scores tie
    at zero and the first class is predicted.
    """
    if isinstance(network, Network) and len(norms) == 1:
        return _cumulative(network, norms[0], x, y, pruned)
    orders = [torch.from_numpy(removal_order(n).copy()).to(network.device) for n in norms]
    values = []
    for fraction in pruned:
        counts = [int(removed_units(fraction, len(n))) for n in norms]
        smaller = network.keep([o[c:] for o, c in zip(orders, counts, strict=True)])
        values.append(accuracy_and_loss(smaller, x, y)[0])
    return np.array(values)


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
        h = sorted_network.activations(x[part])[-1]
        scores = torch.zeros(h.shape[0], output.shape[1], device=h.device)
        start = 0
        for i, stop in enumerate(levels.tolist()):
            if stop > start:
                scores = torch.addmm(scores, h[:, start:stop], output[start:stop])
            right[i] += (scores.argmax(1) == y[part]).sum()
            start = stop
    return (100.0 * right.cpu().numpy() / len(y))[where]
