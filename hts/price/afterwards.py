"""What is done to a pruned network: fine-tuning of what is left, or a new last layer.

Both see the training part only and are the same for every method.  The last layer is refitted in
closed form: least squares on one-hot labels, each unit's output brought to a mean square of 1, with
a ridge of 0.001.  Fine-tuning is plain SGD from where training ended, at the settings' learning
rate and at a tenth of it; the better one on validation is kept, network by network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hts.models.model import TrainingExamples
from hts.models.network import Network
from hts.training.ensemble import Ensemble
from hts.training.examples import Batches

RIDGE = 1e-3
RATES = (1.0, 0.1)  # of fine-tuning, times the settings' learning rate


def refitted(network: Network, order: np.ndarray, kept: Sequence[int], x: Tensor, y: Tensor
             ) -> list[Network]:  # fmt: skip
    """The networks of the first ``kept`` units of ``order``, each with its own new last layer.

    ``order`` (units,): the last to be removed first.  ``x`` (train, inputs), ``y`` (train,).
    """
    index = torch.from_numpy(np.ascontiguousarray(order))
    ordered = network.keep([index])
    h = ordered.activations(x)[-1].double()
    size = h.square().mean(0).sqrt()
    h /= torch.where(size > 0, size, 1.0)
    gram = h.t() @ h / len(y)
    wanted = torch.nn.functional.one_hot(y, len(network.output)).double()
    right = h.t() @ wanted / len(y)
    found = []
    for units in kept:
        inner = gram[:units, :units] + RIDGE * torch.eye(units, dtype=torch.float64)
        output = torch.linalg.solve(inner, right[:units])
        output /= torch.where(size > 0, size, 1.0)[:units, None]
        smaller = ordered.keep([torch.arange(units)])
        smaller.output = (output / network.scale).t().float().contiguous()
        found.append(smaller)
    return found


def tuned(
    networks: Sequence[Network],
    examples: TrainingExamples,
    batches: Batches,
    *,
    rate: float,
    first: int,
    steps: int,
) -> Ensemble:
    """``networks``, pruned to one size, after ``steps`` plain steps on the batches from ``first``.

    They are copied.
    """
    stack = Ensemble(networks, [rate] * len(networks), train_output=True)
    for step in range(first, first + steps):
        stack.step(examples, batches.rows(step))
    return stack
