"""No nonlinearity: a linear network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation

if TYPE_CHECKING:
    from torch import Tensor


@ACTIVATIONS.register
class Identity(Activation):
    name = "identity"
    label = "identity"
    sentence = "z itself, a linear network"
    place = 30

    def h(self, z: Tensor) -> Tensor:
        return z

    def slope(self, h: Tensor) -> Tensor:
        return h.new_ones(h.shape)

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        return d
