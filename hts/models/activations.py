"""Activations h with h(0) = 0, so that a unit with zero weights contributes nothing.

Each derivative is written in terms of the output ``h``: the backward pass needs no copy of the
input.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Activation:
    """``apply_`` overwrites its argument with h; ``times_slope_(d, h)`` multiplies d by h'."""

    name: str
    apply_: Callable[[Tensor], Tensor]
    times_slope_: Callable[[Tensor, Tensor], Tensor]


def _relu_slope_(d: Tensor, h: Tensor) -> Tensor:
    # One pass, where d * (h > 0) would write and read a mask.
    return torch.ops.aten.threshold_backward.grad_input(d, h, 0, grad_input=d)


def _tanh_slope_(d: Tensor, h: Tensor) -> Tensor:
    return torch.ops.aten.tanh_backward.grad_input(d, h, grad_input=d)


ACTIVATIONS = {
    a.name: a
    for a in (
        Activation("relu", torch.relu_, _relu_slope_),
        Activation("tanh", torch.tanh_, _tanh_slope_),
        Activation("identity", lambda z: z, lambda d, h: d),
    )
}
