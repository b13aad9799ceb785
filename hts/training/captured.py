"""A gradient step as one CUDA graph: a replay in place of a dozen small launches.

On a GPU a network of some thousand units is bound by launches, not by products.  The first steps of
a batch size run as they are, which makes all buffers; the next one is recorded, and from then on
replayed.  Batches of another size (an epoch's last one) run as they are.  A graph holds the rate
it was recorded with: after a change steps run as they are until the new rate has stayed for as
many steps.  Where recording fails, steps go on without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

WARM_STEPS = 3

_log = logging.getLogger(__name__)


class CapturedStep:
    """Wraps ``step(x, y, lr)``, which moves weights in place on the current stream, gives the loss.

    Everything the step touches but ``x`` and ``y`` must stay where it is in memory, and it must not
    wait for the device.  The loss given is overwritten by the next step.
    """

    def __init__(self, step: Callable[[Tensor, Tensor, float], Tensor]) -> None:
        self._step = step
        self._lr = 0.0  # of the last step
        self._graph: torch.cuda.CUDAGraph | None = None
        self._warm: dict[int, int] = {}
        self._x, self._y, self._loss = torch.empty(0), torch.empty(0), torch.empty(0)
        self._works = True

    @property
    def recorded(self) -> bool:
        """Whether the next step of the same rate and size is a replay."""
        return self._graph is not None

    def __call__(self, x: Tensor, y: Tensor, lr: float) -> Tensor:
        """One step on the batch ``x`` (batch, inputs), ``y`` (batch,)."""
        if lr != self._lr:
            self._lr, self._graph, self._warm = lr, None, {}
        if self._graph is not None and x.shape == self._x.shape:
            if x.data_ptr() != self._x.data_ptr():
                self._x.copy_(x)
                self._y.copy_(y)
            self._graph.replay()
            return self._loss
        warm = self._warm[len(y)] = self._warm.get(len(y), 0) + 1
        if self._graph is None and self._works and warm > WARM_STEPS:
            try:
                return self._record(x, y)
            except RuntimeError as error:
                self._works, self._graph = False, None
                _log.warning("the step cannot be recorded as a CUDA graph: %s", error)
        return self._aside(x, y)

    def _aside(self, x: Tensor, y: Tensor) -> Tensor:
        """A step on a stream of its own, as steps before a recording must be."""
        here, aside = torch.cuda.current_stream(x.device), torch.cuda.Stream(x.device)
        aside.wait_stream(here)
        with torch.cuda.stream(aside):
            loss = self._step(x, y, self._lr)
        here.wait_stream(aside)
        return loss

    def _record(self, x: Tensor, y: Tensor) -> Tensor:
        """Record a step, which does not take it, and replay it once, which does."""
        graph = torch.cuda.CUDAGraph()
        self._x, self._y = x.clone(), y.clone()
        with torch.cuda.graph(graph):
            self._loss = self._step(self._x, self._y, self._lr)
        graph.replay()
        self._graph = graph
        return self._loss
