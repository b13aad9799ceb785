"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hts.training.optimizers import OPTIMIZERS
from hts.training.optimizers.base import Optimizer, OptimizerSettings

if TYPE_CHECKING:
    from torch import Tensor

BUFFER = "momentum_buffer"


@OPTIMIZERS.register
class Sgd(Optimizer):
    """`torch.optim.SGD` without dampening."""

    name = "sgd"
    label = "SGD"
    sentence = "along the gradient, with momentum if set"
    place = 10
    takes_momentum = True

    def plain(self, settings: OptimizerSettings) -> bool:
        return settings.momentum == 0 and settings.weight_decay == 0

    def kept(self, settings: OptimizerSettings) -> tuple[str, ...]:
        return (BUFFER,) if settings.momentum else ()

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
        from torch.optim.sgd import sgd

        sgd(
            weights,
            gradients,
            list(kept.get(BUFFER, [None] * len(weights))),
            weight_decay=settings.weight_decay,
            momentum=settings.momentum,
            lr=lr,
            dampening=0.0,
            nesterov=settings.nesterov,
            maximize=False,
        )
