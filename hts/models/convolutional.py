"""A VGG-11-like convolutional network (see `hts.models.architecture`), no biases.

The first convolution and the linear layer on top take no noise and are never pruned, as in the
authors' experiments.  Noise belongs to whole filters or to single 3 x 3 kernels; pruning removes
filters, and with filter i the i-th input channel of the next layer.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from hts.models.activations import checked_activation
from hts.models.activations.base import Activation
from hts.models.architecture import KERNEL, Image, convolutions
from hts.models.arrays import rows_kept
from hts.models.model import LayerName, Model
from hts.models.parts import in_parts
from hts.models.settings import ModelSettings
from hts.seeds import generator

HELD = 2**23  # activations held at once when looking at many examples (32 MB)
PART = 128  # examples that one thread classifies at a time


@dataclass
class ConvolutionalNetwork(Model):
    """The weights themselves; training changes them in place."""

    convolutions: list[Tensor]  # each (filters, channels, 3, 3)
    output: Tensor  # (classes, filters of the last convolution)
    pooled: list[bool]  # after which convolutions a 2 x 2 maximum is taken
    image: Image
    activation: Activation
    noise_per: str  # "filter" or "kernel"

    def named(self) -> dict[str, Tensor]:
        """convolution_1, ..., output."""
        named = {f"convolution_{i}": w for i, w in enumerate(self.convolutions, 1)}
        return {**named, "output": self.output}

    @property
    def matrices(self) -> list[Tensor]:
        """Every convolution but the first, each (filters, channels * 9)."""
        return [w.view(len(w), -1) for w in self.convolutions[1:]]

    @property
    def noise_matrices(self) -> list[Tensor]:
        """The same: a row a filter, or (filters * channels, 9): a row a kernel."""
        if self.noise_per == "filter":
            return self.matrices
        return [w.view(-1, KERNEL**2) for w in self.convolutions[1:]]

    @property
    def layer_names(self) -> list[LayerName]:
        """``convolution 2``, ``convolution 3``, ..."""
        return [
            LayerName(f"convolution {number}", "filters", f"{self.noise_per}s")
            for number in range(2, len(self.convolutions) + 1)
        ]

    def scores(self, x: Tensor, convolutions: Sequence[Tensor], output: Tensor) -> Tensor:
        """Class scores with these weights instead of the network's own, for differentiation."""
        for weights, pooled in zip(convolutions, self.pooled, strict=True):
            x = self._layer(x, weights, pooled)
        return x.mean((2, 3)) @ output.t()

    def images(self, x: Tensor) -> Tensor:
        """``x`` (examples, inputs) as images, in the memory order that convolutions like best."""
        return x.view(-1, *self.image).contiguous(memory_format=torch.channels_last)

    def stem(self, x: Tensor) -> Tensor:
        """What the first convolution, which is never pruned, makes of ``x`` (examples, inputs)."""
        return self._in_parts(self._first, x)

    def head(self, h: Tensor) -> Tensor:
        return self._in_parts(self._rest, h)

    def logits(self, x: Tensor) -> Tensor:
        return self._in_parts(lambda part: self._rest(self._first(part)), x)

    @property
    def chunk(self) -> int:
        """So many that the largest activations stay within `HELD`."""
        _, height, width = self.image
        return max(PART, HELD // max(1, len(self.convolutions[0]) * height * width))

    def keep(self, kept: Sequence[Tensor]) -> ConvolutionalNetwork:
        """A smaller network of the filters ``kept`` (indices per convolution but the first).

        Equal to zeroing the others' weights, because every activation has h(0) = 0.
        """
        smaller = [self.convolutions[0], *rows_kept(self.convolutions[1:], kept)]
        return dataclasses.replace(self, convolutions=smaller, output=self.output[:, kept[-1]])

    def with_matrices(self, matrices: Sequence[Tensor]) -> ConvolutionalNetwork:
        """The same network with other filters of the same shapes in all convolutions but one."""
        others = [m.view_as(w) for m, w in zip(matrices, self.convolutions[1:], strict=True)]
        return dataclasses.replace(self, convolutions=[self.convolutions[0], *others])

    def _layer(self, x: Tensor, weights: Tensor, pooled: bool) -> Tensor:
        h = self.activation.apply_(functional.conv2d(x, weights, padding=KERNEL // 2))
        return functional.max_pool2d(h, 2) if pooled else h

    def _first(self, x: Tensor) -> Tensor:
        return self._layer(self.images(x), self.convolutions[0], self.pooled[0])

    def _rest(self, h: Tensor) -> Tensor:
        if any(len(w) == 0 for w in self.convolutions):  # then nothing reaches the top
            return h.new_zeros(len(h), len(self.output))
        for weights, pooled in zip(self.convolutions[1:], self.pooled[1:], strict=True):
            h = self._layer(h, weights, pooled)
        return h.mean((2, 3)) @ self.output.t()

    def _in_parts(self, work: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        @torch.no_grad()
        def one(part: slice) -> Tensor:
            return work(x[part])

        return torch.cat(in_parts(one, len(x), PART, self.device))


def draw_convolutional(
    config: ModelSettings, image: Image, classes: int, device: torch.device
) -> ConvolutionalNetwork:
    """The network of ``config`` at step 0, drawn from the streams ("init", layer) of its seed.

    PyTorch's default for convolutions and linear layers: U(-b, b), b = 1/sqrt(inputs of a unit).
    """
    layers = convolutions(config.width, image)
    weights = [
        _uniform(config.seed, i, layer.filters, layer.channels * KERNEL**2)
        .view(layer.filters, layer.channels, KERNEL, KERNEL)
        .to(device)
        for i, layer in enumerate(layers)
    ]
    output = _uniform(config.seed, "output", classes, layers[-1].filters).to(device)
    pooled = [layer.pooled for layer in layers]
    activation = checked_activation(config.activation)
    return ConvolutionalNetwork(weights, output, pooled, image, activation, config.conv_noise)


def _uniform(seed: int, layer: int | str, units: int, inputs: int) -> Tensor:
    rng = generator(seed, "init", layer)
    values = rng.random((units, inputs), dtype=np.float32)
    return torch.from_numpy(values).mul_(2.0).sub_(1.0).mul_(1.0 / math.sqrt(inputs))
