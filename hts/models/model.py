"""`Model`: what a run asks of its network, whatever it is made of.

A layer that takes noise and is pruned appears as a matrix ``(units, inputs)`` that shares memory
with the weights: row i is all that flows into unit i, the paper's column theta^i.  In a
convolution a unit is a filter, and its row the flattened filter.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import Tensor

HIDDEN_ELEMENTS = 2**22  # activations held at once when looking at many examples (16 MB)


@dataclass(frozen=True)
class LayerName:
    """What a layer, its units, and the owners of one noise draw are called (``hidden 1``)."""

    title: str
    units: str = "units"
    draws: str = "units"  # what one draw of types I and III belongs to


class Weights(abc.ABC):
    """Tensors by name, of one network or of a stack of them."""

    @abc.abstractmethod
    def named(self) -> dict[str, Tensor]:
        """The weights: ``<word>_1``, ``<word>_2``, ... of the layers, then ``output``."""

    @property
    def device(self) -> torch.device:
        """Where the weights live."""
        return self.named()["output"].device

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of the weights by name, on the CPU."""
        return {name: w.detach().cpu().numpy().copy() for name, w in self.named().items()}

    def load(self, tensors: Mapping[str, np.ndarray]) -> None:
        """Overwrite the weights with those that `tensors` gave; shapes must agree."""
        import torch

        for name, weights in self.named().items():
            weights.copy_(torch.from_numpy(tensors[name]))


class Model(Weights):
    """A network whose weights training changes in place."""

    @property
    @abc.abstractmethod
    def matrices(self) -> list[Tensor]:
        """The layers that are pruned, each (units, inputs), in the order of the forward pass."""

    @abc.abstractmethod
    def logits(self, x: Tensor) -> Tensor:
        """Class scores (examples, classes) for ``x`` (examples, inputs): ``head(stem(x))``."""

    @abc.abstractmethod
    def keep(self, kept: Sequence[Tensor]) -> Model:
        """A smaller network of the units ``kept`` (indices per matrix).

        Equal to zeroing the others' weights, because every activation has h(0) = 0.
        """

    @abc.abstractmethod
    def with_matrices(self, matrices: Sequence[Tensor]) -> Model:
        """The same network with these in place of `matrices`, each of the same shape."""

    @property
    def noise_matrices(self) -> list[Tensor]:
        """The same memory as `matrices`, a row for each draw of noise types I and III."""
        return self.matrices

    @property
    def layer_names(self) -> list[LayerName]:
        """One for each of `matrices`: ``hidden 1``, ``hidden 2``, ..."""
        return [LayerName(f"hidden {number}") for number in range(1, len(self.matrices) + 1)]

    def stem(self, x: Tensor) -> Tensor:
        """What flows into the first of `matrices`, the same however much is pruned: here ``x``."""
        return x

    def head(self, h: Tensor) -> Tensor:
        """Class scores from what `stem` gave."""
        return self.logits(h)

    @property
    def chunk(self) -> int:
        """How many examples at a time keep activations within `HIDDEN_ELEMENTS`."""
        widest = max(1, *(len(weights) for weights in self.matrices))
        return max(64, HIDDEN_ELEMENTS // widest)

    def chunks(self, examples: int) -> list[slice]:
        """Slices over the examples, `chunk` each."""
        starts = range(0, examples, self.chunk)
        return [slice(start, min(start + self.chunk, examples)) for start in starts]


class TrainingExamples(Protocol):
    """What a step of a `Stack` sees of the data; `hts.training.examples.Examples` is one."""

    y_train: Tensor

    def whole(self) -> tuple[Tensor, Tensor]: ...
    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor]: ...


class Stack(Protocol):
    """Networks of one shape trained as one computation: `hts.training.ensemble.Ensemble` is one."""

    @property
    def noise_layers(self) -> list[Tensor]:
        """The layers that take noise, each (members, units, inputs), changed in place."""

    @property
    def nbytes(self) -> int:
        """Bytes of all weights."""

    def network(self, member: int) -> Model:
        """Member ``member`` as a network of its own: views, not copies."""

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of all weights on the CPU, each with a first axis of members."""

    def load(self, tensors: Mapping[str, np.ndarray]) -> None:
        """Overwrite all weights with those that `tensors` gave."""

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only, in this order."""

    def step(self, examples: TrainingExamples, rows: Tensor | None = None) -> Tensor:
        """One gradient step of every member on its ``rows`` (members, batch), None: on all.

        Returns the losses before it (members,), not finite for a member that has diverged.
        """

    def accuracies(
        self, members: Sequence[int], x: Tensor, y: Tensor
    ) -> tuple[list[float], list[float]]:
        """Accuracy in percent and mean cross-entropy (nats) of some members on a whole set."""
