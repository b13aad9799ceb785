"""One gradient step of the mean cross-entropy, in closed form.

With ``G = (softmax(logits) - onehot) / B`` and ``s`` the network's scale:
``dV = s G^T h``, ``dh = s G V``, ``dW_l = (dh_l * h'_l)^T h_{l-1}``.  Each product is added to
the weights at once, so no gradient is stored, or goes where an optimizer finds it.  In the
mean-field form the drift of every unit is multiplied by n, as in
theta^i <- theta^i - eta n d_{theta^i} R (Wan et al., their recursion).
"""

from __future__ import annotations

import torch
from torch import Tensor

from hts.models.network import Network
from hts.training.scores import score_slope


def gradient_step(
    network: Network, x: Tensor, y: Tensor, lr: float, *, train_output: bool
) -> Tensor:
    """Move ``network`` by ``-lr`` times its gradient on the batch.

    ``x`` (batch, inputs) float32, ``y`` (batch,) int64.  Returns the batch's mean cross-entropy
    before the step (nats, a 0-d tensor), which is not finite when the network has diverged.
    """
    return _add(network, x, y, network, 1, -lr, train_output)


def gradient_into(
    into: Network, network: Network, x: Tensor, y: Tensor, *, train_output: bool
) -> Tensor:
    """Overwrite the weights of ``into`` with the gradient of ``network``; gives the loss.

    The output layer of ``into`` stays as it is unless ``train_output``.
    """
    return _add(network, x, y, into, 0, 1.0, train_output)


@torch.no_grad()
def _add(
    network: Network,
    x: Tensor,
    y: Tensor,
    onto: Network,
    keep: int,
    factor: float,
    train_output: bool,
) -> Tensor:
    """``onto = keep * onto + factor * gradient``; ``onto`` may be the network itself."""
    outputs = network.activations(x)
    logits = (outputs[-1] @ network.output.t()).mul_(network.scale)
    slope, loss = score_slope(logits, y)
    slope.mul_(network.scale / len(y))
    factor /= network.scale  # 1 in the standard form, 1/n in the mean-field form
    back = slope @ network.output
    if train_output:
        onto.output.addmm_(slope.t(), outputs[-1], beta=keep, alpha=factor)
    for layer in range(len(network.hidden) - 1, -1, -1):
        weights = network.hidden[layer]
        network.activation.times_slope_(back, outputs[layer])
        below = outputs[layer - 1] if layer else x
        carried = back @ weights if layer else None
        onto.hidden[layer].addmm_(back.t(), below, beta=keep, alpha=factor)
        if carried is not None:
            back = carried
    return loss
