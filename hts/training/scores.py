"""The derivative of the cross-entropy by the class scores, with the loss itself."""

from __future__ import annotations

import torch
from torch import Tensor


def score_slope(scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """``softmax(scores) - onehot(y)`` (batch, classes), and the mean cross-entropy (0-d, nats)."""
    log_probability = torch.log_softmax(scores, 1)
    picked = log_probability.gather(1, y[:, None])
    loss = picked.mean().neg()
    slope = log_probability.exp_()
    slope.scatter_add_(1, y[:, None], torch.full_like(picked, -1.0))
    return slope, loss
