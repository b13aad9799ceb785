"""No nonlinearity: a linear network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation

if TYPE_CHECKING:
    from torch import Tensor


@ACTIVATIONS.register
class Identity(Activation):
    """h(z) = z."""

    name = "identity"
    label = "identity"
    sentence = "z itself, a linear network"
    place = 30

    def h(self, z: Tensor) -> Tensor:
        """A copy."""
        return z.clone()

    def slope(self, h: Tensor) -> Tensor:
        """1."""
        return h.new_ones(h.shape)

    def apply_(self, z: Tensor) -> Tensor:
        """Nothing to do."""
        return z

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        """Nothing to do."""
        return d
