"""Steps of an optimizer that needs the gradient by itself, and what it keeps between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from hts.models.arrays import OPTIMIZER
from hts.models.model import Weights
from hts.models.settings import FamilySettings
from hts.training.optimizers import OPTIMIZERS

TAKEN = f"{OPTIMIZER}taken"


class OptimizedStep:
    """Moves the weights of ``network`` by what the optimizer makes of their gradients.

    ``gradient``: of a batch the loss, and the gradients of the weights that move, by their names.
    """

    def __init__(
        self,
        gradient: Callable[[Tensor, Tensor], tuple[Tensor, Mapping[str, Tensor]]],
        network: Weights,
        settings: FamilySettings,
    ) -> None:
        self._gradient, self._network = gradient, network
        self._optimizer, self._settings = OPTIMIZERS[settings.optimizer], settings
        self._taken = 0
        self._kept: dict[str, dict[str, Tensor]] = {}  # by what it is, by the weight's name

    @torch.no_grad()
    def __call__(self, x: Tensor, y: Tensor, lr: float) -> Tensor:
        """One step on the batch ``x`` (batch, inputs), ``y`` (batch,); gives the loss before it."""
        loss, gradients = self._gradient(x, y)
        weights = {name: w for name, w in self._network.named().items() if name in gradients}
        if not self._taken:
            self._kept = {
                what: {name: torch.zeros_like(w) for name, w in weights.items()}
                for what in self._optimizer.kept(self._settings)
            }
        self._optimizer.move(
            list(weights.values()),
            [gradients[name] for name in weights],
            {what: [kept[name] for name in weights] for what, kept in self._kept.items()},
            taken=self._taken,
            lr=lr,
            settings=self._settings,
        )
        self._taken += 1
        return loss

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of what it keeps, ``optimizer.momentum_buffer.hidden_1`` say, on the CPU."""
        found = {TAKEN: np.array([self._taken], dtype=np.int64)}
        for what, kept in self._kept.items():
            for name, tensor in kept.items():
                found[f"{OPTIMIZER}{what}.{name}"] = tensor.cpu().numpy().copy()
        return found

    def load(self, tensors: Mapping[str, np.ndarray]) -> None:
        """Go on from what `tensors` gave, among other tensors."""
        self._taken = int(tensors[TAKEN][0])
        device = self._network.device
        self._kept = {what: {} for what in self._optimizer.kept(self._settings)}
        for what, kept in self._kept.items():
            start = f"{OPTIMIZER}{what}."
            for name, array in tensors.items():
                if name.startswith(start):
                    kept[name.removeprefix(start)] = torch.tensor(array, device=device)
