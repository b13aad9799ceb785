"""The positive part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation

if TYPE_CHECKING:
    from torch import Tensor


@ACTIVATIONS.register
class Relu(Activation):
    name = "relu"
    label = "relu"
    sentence = "max(z, 0)"
    place = 10

    def h(self, z: Tensor) -> Tensor:
        return z.relu()

    def slope(self, h: Tensor) -> Tensor:
        return (h > 0).to(h.dtype)

    def apply_(self, z: Tensor) -> Tensor:
        return z.relu_()

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        import torch

        # One pass, where d * (h > 0) would write and read a mask.
        return torch.ops.aten.threshold_backward.grad_input(d, h, 0, grad_input=d)
