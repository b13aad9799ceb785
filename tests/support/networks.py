"""Small networks with units of very different norms, and examples they mostly get right."""

from __future__ import annotations

import torch

from hts import RunConfig
from hts.models.convolutional import draw_convolutional
from hts.models.network import Network, draw_network

CPU = torch.device("cpu")


def network(depth: int = 1, *, width: int = 150, classes: int = 4, **settings) -> Network:
    config = RunConfig(width=width, depth=depth, **settings)
    made = draw_network(config, 12, classes, CPU)
    generator = torch.Generator().manual_seed(5)
    for weights in made.hidden:
        weights.mul_(torch.exp(torch.randn(len(weights), 1, generator=generator)))
    return made


def convolutional():
    config = RunConfig(model="cnn", width=16, data="digits", device="cpu")
    made = draw_convolutional(config, (1, 8, 8), 3, CPU)
    generator = torch.Generator().manual_seed(6)
    for weights in made.matrices:
        weights.mul_(2 * torch.exp(torch.randn(len(weights), 1, generator=generator)))
    return made


def examples(made, count: int = 400, inputs: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(count, inputs, generator=torch.Generator().manual_seed(7))
    y = made.logits(x).argmax(1)
    y[::7] = 0
    return x, y
