"""Adversarial examples by projected gradient descent in L2 and Linf (Madry et al. 2018).

What is descended is the margin, the score of the true class over the best other one: unlike the
cross-entropy its gradient does not vanish where a network is very sure.  Nothing is clipped to the
range of the inputs: the ball alone is the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from hts.models.network import Network

NORMS = ("l2", "linf")
_REACH = 2.5  # all steps together, over the radius


@dataclass(frozen=True)
class Attacked:
    """Per example, bool (examples,): right at first, right throughout, and nothing to follow."""

    right: Tensor
    stands: Tensor
    flat: Tensor  # the margin has no slope there, so the attack says nothing


@torch.no_grad()
def attack(
    network: Network, x: Tensor, y: Tensor, *, norm: str, radius: float, steps: int
) -> Attacked:
    """Seek a wrong answer within ``radius`` of each of ``x`` (examples, inputs), labels ``y``.

    ``norm``: one of `NORMS`.  It starts at the example itself, so nothing is random.
    """
    margin, slope = _margin(network, x, y)
    right, flat = margin > 0, slope.flatten(1).abs().amax(1) == 0
    moved, stands = torch.zeros_like(x), right.clone()
    for _ in range(steps):
        if norm == "linf":
            moved = (moved - _REACH * radius / steps * slope.sign()).clamp_(-radius, radius)
        else:
            length = slope.norm(dim=1, keepdim=True).clamp_(min=1e-30)
            moved = moved - _REACH * radius / steps * slope / length
            moved *= (radius / moved.norm(dim=1, keepdim=True).clamp_(min=1e-30)).clamp_(max=1)
        margin, slope = _margin(network, x + moved, y)
        stands &= margin > 0
    return Attacked(right, stands, flat)


def _margin(network: Network, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Margins (examples,) of a network with one hidden layer, and their slopes by ``x``."""
    outputs = network.activations(x)[-1]
    scores = outputs @ network.output.t()
    true = scores.gather(1, y[:, None])[:, 0]
    others = scores.scatter(1, y[:, None], -torch.inf)
    best, place = others.max(1)
    weights = network.output[y] - network.output[place]
    slope = network.activation.times_slope_(weights.clone(), outputs) @ network.hidden[0]
    return (true - best) * network.scale, slope * network.scale
