"""The positive part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation

if TYPE_CHECKING:
    from torch import Tensor


@ACTIVATIONS.register
class Relu(Activation):
    """h(z) = max(z, 0)."""

    name = "relu"
    label = "relu"
    sentence = "max(z, 0)"
    place = 10

    def h(self, z: Tensor) -> Tensor:
        """max(z, 0)."""
        return z.relu()

    def slope(self, h: Tensor) -> Tensor:
        """1 where the unit is active."""
        return (h > 0).to(h.dtype)

    def apply_(self, z: Tensor) -> Tensor:
        """In place."""
        return z.relu_()

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        """One pass, where d * (h > 0) would write and read a mask."""
        import torch

        return torch.ops.aten.threshold_backward.grad_input(d, h, 0, grad_input=d)
