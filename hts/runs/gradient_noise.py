"""The tail index of each layer's gradient noise: minibatch gradient minus mean gradient.

Two minibatches are drawn from the stream ("gradient noise", step), as large as those of the run,
and the law is fitted to the difference of their gradients at the same weights, in which the mean
gradient cancels: where the noises are symmetric stable, so is it, with the same alpha, as in
`hts.watching.gradient`.  Weights, batches and noise of the run are left alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from hts.records import TailIndex
from hts.seeds import generator
from hts.tails.estimation import likeliest
from hts.tails.layer import layer_sample
from hts.validate import BadInput

if TYPE_CHECKING:
    from hts.runs.session import Session

ENTRIES = 4000  # of a layer that the estimate rests on


def gradient_noise(session: Session, step: int) -> list[TailIndex | None]:
    """Of each of the network's ``matrices`` at ``step``, from at most about `ENTRIES` entries.

    None throughout where there is no such noise (a batch is the whole training set, or steps take
    no gradient) or the model family gives no gradient by itself; None of a layer whose entries say
    nothing about a tail.  ``scale`` is that of the difference, 2^(1/alpha) times the noise's.
    """
    config, network, examples = session.config, session.network, session.examples
    total = len(examples.y_train)
    gradient = None
    if config.batch_size < total and config.at(step).gradient:
        with contextlib.suppress(BadInput):
            gradient = config.family.gradient(config, network, session.device)
    if gradient is None:
        return [None] * len(network.matrices)
    draw = generator(config.seed, "gradient noise", step)
    first, second = (
        torch.from_numpy(draw.choice(total, config.batch_size, replace=False)) for _ in range(2)
    )
    named, device = network.named(), session.device
    found = gradient(*examples.batch(first.to(device)))[1]
    before = {name: tensor.clone() for name, tensor in found.items() if name != "output"}
    now = gradient(*examples.batch(second.to(device)))[1]
    tails = []
    for matrix in network.matrices:
        name = _name(named, matrix)
        if name in before:
            noise = before.pop(name).sub_(now[name]).reshape(matrix.shape)
            tails.append(_tail(noise, name))
        else:
            tails.append(None)
    return tails


def _tail(noise: Tensor, name: str) -> TailIndex | None:
    try:
        sample = layer_sample(noise.cpu().numpy(), "none", most=ENTRIES, seed=name)
        return likeliest(dataclasses.replace(sample, on="the gradient noise"))
    except BadInput:
        return None


def _name(named: dict[str, Tensor], matrix: Tensor) -> str:
    """Which of the weights ``matrix`` is; empty where it is none of them as a whole."""
    found = (
        name
        for name, weights in named.items()
        if weights.data_ptr() == matrix.data_ptr() and weights.numel() == matrix.numel()
    )
    return next(found, "")
