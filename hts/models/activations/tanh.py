"""The hyperbolic tangent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation

if TYPE_CHECKING:
    from torch import Tensor


@ACTIVATIONS.register
class Tanh(Activation):
    name = "tanh"
    label = "tanh"
    sentence = "the hyperbolic tangent"
    place = 20

    def h(self, z: Tensor) -> Tensor:
        return z.tanh()

    def slope(self, h: Tensor) -> Tensor:
        return 1 - h * h

    def apply_(self, z: Tensor) -> Tensor:
        return z.tanh_()

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        import torch

        return torch.ops.aten.tanh_backward.grad_input(d, h, grad_input=d)
