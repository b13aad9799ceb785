"""The matrix products of a gradient step of one hidden layer, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def bare_products(width: int, x: Tensor, classes: int) -> Callable[[], object]:
    """The five products of a step on ``x`` (batch, inputs), into buffers that are there.

    Scores of the hidden units, class scores, both weights' gradients, the way back.
    """
    batch, inputs = x.shape
    here = x.device
    weights = torch.randn(width, inputs, device=here)
    output = torch.randn(classes, width, device=here)
    hidden, slope = torch.randn(batch, width, device=here), torch.randn(batch, classes, device=here)
    back, scores = torch.empty_like(hidden), torch.empty_like(slope)
    weights_change, output_change = torch.empty_like(weights), torch.empty_like(output)

    def products() -> None:
        torch.mm(x, weights.t(), out=hidden)
        torch.mm(hidden, output.t(), out=scores)
        torch.mm(slope.t(), hidden, out=output_change)
        torch.mm(slope, output, out=back)
        torch.mm(back.t(), x, out=weights_change)

    return products
