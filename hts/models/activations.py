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


ACTIVATIONS = {
    a.name: a
    for a in (
        Activation("relu", torch.relu_, lambda d, h: d.mul_(h > 0)),
        Activation("tanh", torch.tanh_, lambda d, h: d.mul_(1 - h * h)),
        Activation("identity", lambda z: z, lambda d, h: d),
    )
}
