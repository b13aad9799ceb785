"""`Model`: what a run asks of its network, whatever it is made of.

A layer that takes noise and is pruned appears as a matrix ``(units, inputs)`` that shares memory
with the weights: row i is all that flows into unit i, the paper's column theta^i.  In a
convolution a unit is a filter, and its row the flattened filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class LayerName:
    """What a layer, its units, and the owners of one noise draw are called (``hidden 1``)."""

    title: str
    units: str = "units"
    draws: str = "units"  # what one draw of types I and III belongs to


class Model(Protocol):
    """A network whose weights training changes in place."""

    @property
    def device(self) -> torch.device:
        """Where the weights live."""

    @property
    def matrices(self) -> list[Tensor]:
        """The layers that are pruned, each (units, inputs), in the order of the forward pass."""

    @property
    def noise_matrices(self) -> list[Tensor]:
        """The same memory as `matrices`, a row for each draw of noise types I and III."""

    @property
    def layer_names(self) -> list[LayerName]:
        """One for each of `matrices`."""

    def logits(self, x: Tensor) -> Tensor:
        """Class scores (examples, classes) for ``x`` (examples, inputs): ``head(stem(x))``."""

    def stem(self, x: Tensor) -> Tensor:
        """What flows into the first of `matrices`: the same however much is pruned."""

    def head(self, h: Tensor) -> Tensor:
        """Class scores from what `stem` gave."""

    def chunks(self, examples: int) -> Iterator[slice]:
        """Slices over the examples whose activations stay within bounded memory."""

    def keep(self, kept: Sequence[Tensor]) -> Model:
        """A smaller network of the units ``kept`` (indices per matrix).

        Equal to zeroing the others' weights, because every activation has h(0) = 0.
        """

    def with_matrices(self, matrices: Sequence[Tensor]) -> Model:
        """The same network with these in place of `matrices`, each of the same shape."""

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of the weights by name, on the CPU."""

    def load(self, tensors: dict[str, np.ndarray]) -> None:
        """Overwrite the weights with those that `tensors` gave; shapes must agree."""
