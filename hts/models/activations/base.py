"""`Activation`: a nonlinearity h of the hidden units, with h(0) = 0.

A unit with zero weights then contributes nothing.  The derivative is written in terms of the output
h, so that the backward pass needs no copy of the input.  Files of this folder import torch inside
functions: forms read the registry too.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Activation(abc.ABC):
    """One activation.  ``sentence``: what it computes, for help texts."""

    name: str
    label: str
    sentence: str
    place = 100  # in lists

    @abc.abstractmethod
    def h(self, z: Tensor) -> Tensor:
        """h of every element; ``z`` stays as it is, and autograd can differentiate it."""

    @abc.abstractmethod
    def slope(self, h: Tensor) -> Tensor:
        """The derivative where the output is ``h``."""

    def apply_(self, z: Tensor) -> Tensor:
        """h(z), written over ``z`` unless autograd needs it."""
        return self.h(z) if z.requires_grad else z.copy_(self.h(z))

    def times_slope_(self, d: Tensor, h: Tensor) -> Tensor:
        """``d`` times the derivative where the output is ``h``, written over ``d``."""
        return d.mul_(self.slope(h))
