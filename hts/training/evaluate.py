"""Accuracy and loss of a network on a whole set, in bounded memory."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hts.models.model import Model


@torch.no_grad()
def accuracy_and_loss(network: Model, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Accuracy in percent and mean cross-entropy in nats over ``x`` (examples, inputs).

    ``x`` may lie in main memory when the network is elsewhere.

    Sums run in a fixed order (NumPy, float64), so they do not depend on the thread count.
    A network that has diverged gives a loss that is not finite.
    """
    right = 0
    losses = []
    for part in network.chunks(len(y)):
        logits = network.logits(x[part].to(network.device))
        right += int((logits.argmax(1) == y[part]).sum())
        losses.append(torch.nn.functional.cross_entropy(logits, y[part], reduction="none").cpu())
    total = np.concatenate([loss.numpy() for loss in losses]).astype(np.float64).sum()
    return 100.0 * right / len(y), float(total) / len(y)
