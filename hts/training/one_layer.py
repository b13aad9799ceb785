"""One gradient step of the one-hidden-layer network, close to the cost of its matrix products.

The same mathematics as `hts.training.gradient`.  Units are worked through in blocks whose
activations stay in the cache, so that the activation, its derivative and the thin products with
the output layer cost no trip to memory; all buffers are made once.  The blocks do not change what
is computed for a unit; the scores are summed block by block, always in the same order.
"""

from __future__ import annotations

import threading

import torch
from torch import Tensor

from hts.models.network import Network
from hts.training.scores import score_slope

BLOCK_ELEMENTS = 2**19  # activations of one block: 2 MB
SMALLEST_BLOCK = 256  # units; fewer would make the products slow


class _Room:
    """Buffers of a step of ``units`` units, in blocks of ``size``, on ``batch`` examples."""

    def __init__(self, batch: int, units: int, size: int, device: torch.device) -> None:
        self.blocks = [slice(i, min(i + size, units)) for i in range(0, units, size)]
        widths = [block.stop - block.start for block in self.blocks]
        self.hidden = [torch.empty(batch, width, device=device) for width in widths]
        shared = torch.empty(batch * widths[0], device=device)
        self.back = [shared[: batch * width].view(batch, width) for width in widths]


class _Thread(threading.local):
    made_for: tuple[int, int, int, torch.device] | None = None
    room: _Room


_thread = _Thread()


class OneLayerStep:
    """Steps of networks with one hidden layer, all of one width and on batches of mostly one size.

    On the CPU all steps that one thread takes share their buffers.  On other devices there is one
    block: kernels launch seldom, caches are small.  There each has buffers of its own, which
    outlast batches of another size, as a recorded step needs.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int, torch.device], _Room] = {}

    def _room(self, batch: int, units: int, device: torch.device) -> _Room:
        cpu = device.type == "cpu"
        size = max(SMALLEST_BLOCK, BLOCK_ELEMENTS // batch) if cpu else units
        key = (batch, units, size, device)
        if cpu:
            if _thread.made_for != key:
                _thread.made_for, _thread.room = key, _Room(*key)
            return _thread.room
        if key not in self._kept:
            self._kept[key] = _Room(*key)
        return self._kept[key]

    def __call__(
        self, network: Network, x: Tensor, y: Tensor, lr: float, *, train_output: bool
    ) -> Tensor:
        """Move ``network`` by ``-lr`` times its gradient on the batch.

        ``x`` (batch, inputs) float32, ``y`` (batch,) int64.  Returns the batch's mean
        cross-entropy before the step (nats, a 0-d tensor), which is not finite when the network
        has diverged.
        """
        return self._add(network, x, y, network, 1, -lr, train_output)

    def into(
        self, into: Network, network: Network, x: Tensor, y: Tensor, *, train_output: bool
    ) -> Tensor:
        """As `hts.training.gradient.gradient_into`."""
        return self._add(network, x, y, into, 0, 1.0, train_output)

    @torch.no_grad()
    def _add(
        self,
        network: Network,
        x: Tensor,
        y: Tensor,
        onto: Network,
        keep: int,
        factor: float,
        train_output: bool,
    ) -> Tensor:
        """``onto = keep * onto + factor * gradient``; ``onto`` may be the network itself."""
        weights, output, activation = network.hidden[0], network.output, network.activation
        room = self._room(len(y), weights.shape[0], weights.device)
        scores = torch.zeros(len(y), output.shape[0], device=x.device)
        for block, h in zip(room.blocks, room.hidden, strict=True):
            torch.mm(x, weights[block].t(), out=h)
            activation.apply_(h)
            scores.addmm_(h, output[:, block].t())
        slope, loss = score_slope(scores.mul_(network.scale), y)
        slope.mul_(network.scale / len(y))
        factor /= network.scale  # 1 in the standard form, 1/n in the mean-field form
        across = slope.t().contiguous()
        for block, h, back in zip(room.blocks, room.hidden, room.back, strict=True):
            torch.mm(slope, output[:, block], out=back)
            if train_output:
                onto.output[:, block].addmm_(across, h, beta=keep, alpha=factor)
            activation.times_slope_(back, h)
            onto.hidden[0][block].addmm_(back.t(), x, beta=keep, alpha=factor)
        return loss
