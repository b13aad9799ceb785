"""Accuracy and loss of a network on a whole set, in bounded memory."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hts.models.model import Model

PART = 500  # examples between two questions whether a target is out of reach


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


class Reach:
    """Asks again and again whether the accuracy of one network on ``x``, ``y`` reaches a target.

    What it got wrong last time is tried first, so that a target out of reach is known from little
    more than the wrong answers it allows: a fifth of the set for 80 %, a twentieth for 95 %.
    """

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self._x, self._y = x, y
        self._order = torch.arange(len(y), device=y.device)  # the hard ones first

    @torch.no_grad()
    def accuracy(self, network: Model, least: float) -> tuple[float, bool]:
        """Accuracy in percent, and whether every loss seen was finite.

        An accuracy below ``least`` (percent) is not measured to its end: what comes back then is
        the most that it can be, which is below ``least`` too.
        """
        size, wrong, fine, tried = len(self._y), 0, True, []
        for rows in torch.split(self._order, min(PART, network.chunk)):
            y = self._y[rows]
            logits = network.logits(self._x[rows.to(self._x.device)].to(network.device))
            fine = fine and bool(torch.nn.functional.cross_entropy(logits, y).isfinite())
            tried.append(logits.argmax(1) != y)
            wrong += int(tried[-1].sum())
            if 100.0 * (size - wrong) / size < least:
                break
        missed = torch.cat(tried)
        seen, rest = self._order.tensor_split([len(missed)])
        self._order = torch.cat([seen[missed], seen[~missed], rest])
        return 100.0 * (size - wrong) / size, fine
