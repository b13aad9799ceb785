"""Adam, with weight decay as part of the gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hts.training.optimizers import OPTIMIZERS
from hts.training.optimizers.base import Optimizer, OptimizerSettings

if TYPE_CHECKING:
    from torch import Tensor

BETAS, EPS = (0.9, 0.999), 1e-8  # the defaults of `torch.optim.Adam`


@OPTIMIZERS.register
class Adam(Optimizer):
    """`torch.optim.Adam` with its default betas and eps."""

    name = "adam"
    label = "Adam"
    sentence = "by the mean gradient over the root of its mean square"
    place = 20
    decoupled = False  # whether weights decay beside the averages instead of within the gradient

    def kept(self, settings: OptimizerSettings) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq")

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
        import torch
        from torch.optim.adam import adam

        adam(
            weights,
            gradients,
            kept["exp_avg"],
            kept["exp_avg_sq"],
            [],
            [torch.tensor(float(taken)) for _ in weights],
            amsgrad=False,
            beta1=BETAS[0],
            beta2=BETAS[1],
            lr=lr,
            weight_decay=settings.weight_decay,
            eps=EPS,
            maximize=False,
            decoupled_weight_decay=self.decoupled,
        )
