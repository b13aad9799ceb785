"""Fully connected networks f(x) = scale * V h(W_L ... h(W_1 x)), no biases.

Weights are ``(units, inputs)``: row i of W_1 is the paper's column theta^i.  ``scale`` is 1 in the
standard form and 1/n in the mean-field form (Wan et al., one hidden layer).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hts.models.activations import checked_activation
from hts.models.activations.base import Activation
from hts.models.arrays import rows_kept
from hts.models.model import Model
from hts.models.settings import ModelSettings
from hts.seeds import generator


@dataclass
class Network(Model):
    """The weights themselves; training changes them in place."""

    hidden: list[Tensor]  # each (units, inputs)
    output: Tensor  # (classes, units), V
    activation: Activation
    scale: float

    def named(self) -> dict[str, Tensor]:
        """hidden_1, ..., output."""
        return {**{f"hidden_{i}": w for i, w in enumerate(self.hidden, 1)}, "output": self.output}

    @property
    def matrices(self) -> list[Tensor]:
        """The hidden layers: they take noise and are pruned, the output layer never."""
        return self.hidden

    def activations(self, x: Tensor) -> list[Tensor]:
        """Outputs of each hidden layer for ``x`` (examples, inputs): [(examples, units), ...]."""
        outputs = []
        for weights in self.hidden:
            x = self.activation.apply_(x @ weights.t())
            outputs.append(x)
        return outputs

    def logits(self, x: Tensor) -> Tensor:
        return (self.activations(x)[-1] @ self.output.t()).mul_(self.scale)

    def keep(self, kept: Sequence[Tensor]) -> Network:
        """A smaller network of the units ``kept`` (indices per hidden layer); scale unchanged.

        Equal to zeroing the others' weights, because every activation has h(0) = 0.
        """
        hidden = rows_kept(self.hidden, kept)
        return Network(hidden, self.output[:, kept[-1]], self.activation, self.scale)

    def empty_like(self) -> Network:
        """Room for a network of the same shapes."""
        hidden = [torch.empty_like(weights) for weights in self.hidden]
        return Network(hidden, torch.empty_like(self.output), self.activation, self.scale)

    def with_matrices(self, matrices: Sequence[Tensor]) -> Network:
        """The same network with other hidden layers of the same shapes."""
        return Network(list(matrices), self.output, self.activation, self.scale)


def one_layer(network: Model) -> Network | None:
    """The network if it has one hidden layer, whose units then add up to the scores; else None."""
    if type(network) is Network and len(network.hidden) == 1:  # a subclass may compute otherwise
        return network
    return None


def draw_network(config: ModelSettings, inputs: int, classes: int, device: torch.device) -> Network:
    """The network of ``config`` at step 0, drawn from the streams ("init", layer) of its seed.

    Hidden layers: PyTorch's default, U(-1/sqrt(inputs), 1/sqrt(inputs)).  Output layer: the same
    rule in the standard form; in the mean-field form i.i.d. N(0, 1) (our choice: the theory only
    asks for a fixed second layer whose law does not depend on n).  Values are drawn unit by unit,
    so a wider first layer begins with a narrower one's units.
    """
    hidden = []
    fan_in = inputs
    for layer in range(config.depth):
        bound = 1.0 / math.sqrt(fan_in)
        hidden.append(_uniform(config.seed, layer, config.width, fan_in).mul_(bound).to(device))
        fan_in = config.width
    if config.scaling == "mean_field":
        rng = generator(config.seed, "init", "output")
        output = torch.from_numpy(rng.standard_normal((config.width, classes), np.float32))
        scale = 1.0 / config.width
    else:
        bound = 1.0 / math.sqrt(config.width)
        output = _uniform(config.seed, "output", config.width, classes).mul_(bound)
        scale = 1.0
    output = output.t().contiguous().to(device)
    return Network(hidden, output, checked_activation(config.activation), scale)


def _uniform(seed: int, layer: int | str, rows: int, columns: int) -> Tensor:
    rng = generator(seed, "init", layer)
    values = rng.random((rows, columns), dtype=np.float32)
    return torch.from_numpy(values).mul_(2.0).sub_(1.0)
