"""`Optimizer`: how a gradient moves the weights; the noise of a step is added after it.

What one keeps between steps are tensors of the weights' shapes that begin at zero, and the number
of steps taken; both are the caller's (`hts.training.optimized`).  Files of this folder import torch
inside functions: forms read the registry too.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from hts.validate import BadInput

if TYPE_CHECKING:
    from torch import Tensor


class OptimizerSettings(Protocol):
    """What an optimizer needs to know of a run beside its learning rate."""

    @property
    def momentum(self) -> float: ...
    @property
    def nesterov(self) -> bool: ...
    @property
    def weight_decay(self) -> float: ...


class Optimizer(abc.ABC):
    """One optimizer.  ``sentence``: what it does, for help texts."""

    name: str
    label: str  # in forms and in lines about a run
    sentence: str
    place = 100  # in lists
    takes_momentum = False

    @abc.abstractmethod
    def kept(self, settings: OptimizerSettings) -> tuple[str, ...]:
        """Names of the tensors that it keeps for every weight, such as ``momentum_buffer``."""

    @abc.abstractmethod
    def move(
        self,
        weights: list[Tensor],
        gradients: list[Tensor],
        kept: Mapping[str, list[Tensor]],
        *,
        taken: int,
        lr: float,
        settings: OptimizerSettings,
    ) -> None:
        """One step in place after ``taken`` others; ``kept``: a tensor a weight by `kept` name."""

    def plain(self, settings: OptimizerSettings) -> bool:
        """Whether it only adds ``-lr`` times the gradient, which needs no copy of the gradient."""
        return False

    def check(self, settings: OptimizerSettings) -> None:
        """Raise `BadInput` for settings that do not go together."""
        if settings.momentum > 0 and not self.takes_momentum:
            raise BadInput(
                f"momentum must be 0 with optimizer {self.name}, got {settings.momentum:g}: "
                "it averages gradients in its own way. Optimizer sgd takes momentum."
            )
        if settings.nesterov and settings.momentum == 0:
            raise BadInput(
                "nesterov needs a momentum above 0, got 0: it looks ahead along the momentum. Set "
                "momentum, such as 0.9, with optimizer sgd."
            )

    def words(self, settings: OptimizerSettings) -> str:
        """``AdamW, weight decay 0.01``; empty for what needs no mention."""
        if self.plain(settings):
            return ""
        parts = [] if self.takes_momentum else [self.label]
        if settings.momentum:
            way = "Nesterov momentum" if settings.nesterov else "momentum"
            parts.append(f"{way} {settings.momentum:g}")
        if settings.weight_decay:
            parts.append(f"weight decay {settings.weight_decay:g}")
        return ", ".join(parts)
