"""The gradient of the convolutional network by autograd, and one step along it.

On a CPU the batch is differentiated in parts of fixed size, one thread each, and their gradients
are added in order, so the step does not depend on how many threads there are.
"""

from __future__ import annotations

import torch
from torch import Tensor

from hts.models.convolutional import ConvolutionalNetwork
from hts.models.parts import in_parts

MOST_PARTS = 8  # each has a gradient of its own until they are added up
PART = 50  # examples or more: smaller parts cost more in calls than they gain


def convolutional_step(
    network: ConvolutionalNetwork, x: Tensor, y: Tensor, lr: float, *, train_output: bool
) -> Tensor:
    """Move ``network`` by ``-lr`` times its gradient on the batch.

    ``x`` (batch, inputs) floating, ``y`` (batch,) int64.  Returns the batch's mean cross-entropy
    before the step (nats, a 0-d tensor), which is not finite when the network has diverged.
    """
    loss, gradients = _differentiate(network, x, y, train_output)

    weights = list(network.named().values())

    @torch.no_grad()
    def move(which: slice) -> None:
        for moved, gradient in zip(weights[which], gradients[which], strict=False):
            for of_part in gradient:
                moved.sub_(of_part, alpha=lr)

    in_parts(move, len(gradients), 1, network.device)
    return loss


def convolutional_gradient(
    network: ConvolutionalNetwork, x: Tensor, y: Tensor, *, train_output: bool
) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss before a step, and the gradients of the weights that move, by their names."""
    loss, gradients = _differentiate(network, x, y, train_output)

    for first, *others in gradients:
        for of_part in others:
            first.add_(of_part)
    return loss, {name: parts[0] for name, parts in zip(network.named(), gradients, strict=False)}


def _differentiate(
    network: ConvolutionalNetwork, x: Tensor, y: Tensor, train_output: bool
) -> tuple[Tensor, list[tuple[Tensor, ...]]]:
    """The batch's loss, and of each weight the gradients of the batch's parts, in order."""
    weights = list(network.named().values())

    def part(where: slice) -> tuple[Tensor, tuple[Tensor, ...]]:
        moving = [w.detach().requires_grad_() for w in weights]  # the same memory
        scores = network.scores(network.images(x[where]), moving[:-1], moving[-1])
        loss = torch.nn.functional.cross_entropy(scores, y[where], reduction="sum")
        loss = loss / len(y)
        return loss.detach(), torch.autograd.grad(loss, moving if train_output else moving[:-1])

    size = -(-len(y) // min(MOST_PARTS, max(1, len(y) // PART)))
    with torch.backends.cudnn.flags(enabled=True, deterministic=True):
        parts = in_parts(part, len(y), size, network.device)
    gradients = list(zip(*(gradient for _, gradient in parts), strict=True))
    return torch.stack([loss for loss, _ in parts]).sum(), gradients
