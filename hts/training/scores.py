"""The derivative of the cross-entropy by the class scores, with the loss itself."""

from __future__ import annotations

import torch
from torch import Tensor


def score_slope(scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """``softmax(scores) - onehot(y)``, and the mean cross-entropy in nats.

    ``scores`` (..., batch, classes), ``y`` (..., batch): the slope has the shape of the scores,
    the loss that of the leading axes.
    """
    log_probability = torch.log_softmax(scores, -1)
    label = y.unsqueeze(-1)
    picked = log_probability.gather(-1, label)
    loss = picked.squeeze(-1).mean(-1).neg()
    slope = log_probability.exp_()
    slope.scatter_add_(-1, label, torch.full_like(picked, -1.0))
    return slope, loss
