"""Penalties on the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.price.methods import METHODS, Members, Method

if TYPE_CHECKING:
    from hts.training.ensemble import Ensemble


@METHODS.register
class WeightDecay(Method):
    """Decoupled: W <- (1 - lr lambda) W behind the gradient, both layers."""

    name = "weight-decay"
    place = 20
    title = "Weight decay"
    sentence = "every step shrinks all weights by lr times lambda of themselves"
    knob = "lambda"
    grid = (0.001, 0.003, 0.01, 0.02, 0.03, 0.05)

    def after(self, stack: Ensemble, members: Members) -> None:
        for weights in stack.named().values():
            weights.mul_(1 - members.rate * members.value)


@METHODS.register
class GroupLasso(Method):
    """The proximal step of lambda times the sum of the units' norms (Yuan and Lin 2006)."""

    name = "group-lasso"
    place = 30
    title = "Group lasso"
    sentence = "every step shortens each unit's weight vector by lr times lambda, down to 0"
    knob = "lambda"
    grid = (0.0003, 0.001, 0.003, 0.005, 0.01, 0.02)

    def after(self, stack: Ensemble, members: Members) -> None:
        for weights in stack.hidden:
            norms = weights.norm(dim=2, keepdim=True)
            short = members.rate * members.value
            weights.mul_((1 - short / norms.clamp(min=1e-30)).clamp(min=0))
