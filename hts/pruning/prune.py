"""Networks after pruning, and what they still can do at stated levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from hts.models.model import Model
from hts.models.network import one_layer
from hts.pruning.every_level import at_every_level
from hts.pruning.ranking import Ranking


@dataclass(frozen=True)
class Measured:
    """Accuracy in percent and mean cross-entropy in nats, each (prunings,)."""

    accuracy: np.ndarray
    loss: np.ndarray
    answers: np.ndarray  # (prunings, examples) int16: predicted classes


def pruned(network: Model, ranking: Ranking, counts: Sequence[int]) -> Model:
    """The network without the first ``counts`` parts of each layer; the given one stays as it is.

    Whole units are really gone: the layers are smaller, and answer as if masked.  Single weights
    and singular values leave matrices of the old shape.
    """
    if ranking.criterion.whole_units:
        kept = [order[gone:] for order, gone in zip(ranking.orders, counts, strict=True)]
        # In their old order: pruning nothing is then the very same network.
        return network.keep([_there(np.sort(units), network) for units in kept])
    if not any(counts):
        return network
    left = ranking.left([w.detach().cpu().numpy() for w in network.matrices], counts)
    return network.with_matrices([_there(matrix, network) for matrix in left])


def measure(
    network: Model,
    ranking: Ranking,
    counts: np.ndarray,
    x: Tensor,
    y: Tensor,
    *,
    tell: Callable[[float], None] = lambda done: None,
) -> Measured:
    """Accuracy and loss after each of ``counts`` (prunings, layers), every one of them measured.

    Units of one hidden layer: all levels together cost about one forward pass.  Everything else: a
    forward pass of what is left for each different row.  ``tell`` hears the share done, in [0, 1].
    """
    if ranking.criterion.whole_units and (one := one_layer(network)) is not None:
        kept = len(ranking.orders[0]) - counts[:, 0]
        whole = at_every_level(one, ranking.orders[0][::-1], x, y, asked=kept)
        return Measured(whole.accuracy[kept], whole.loss, whole.answers)
    different, where = np.unique(counts, axis=0, return_inverse=True)
    loss, answers = np.empty(len(different)), np.empty((len(different), len(y)), np.int16)
    for i, gone in enumerate(different.tolist()):
        answers[i], loss[i] = _answers_and_loss(pruned(network, ranking, gone), x, y)
        tell((i + 1) / len(different))
    accuracy = 100.0 * (answers == y.cpu().numpy()).sum(axis=1) / len(y)
    back = where.reshape(-1)
    return Measured(accuracy[back], loss[back], answers[back])


@torch.no_grad()
def _answers_and_loss(network: Model, x: Tensor, y: Tensor) -> tuple[np.ndarray, float]:
    answers, losses = [], []
    for part in network.chunks(len(y)):
        logits = network.logits(x[part].to(network.device))
        answers.append(logits.argmax(1).cpu().numpy())
        losses.append(functional.cross_entropy(logits, y[part], reduction="none").cpu().numpy())
    total = np.concatenate(losses).astype(np.float64).sum()
    return np.concatenate(answers), float(total) / len(y)


def _there(array: np.ndarray, network: Model) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(network.device)
