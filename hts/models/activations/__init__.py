"""The activations there are, and how a network gets one: see `base` for what each says."""

from __future__ import annotations

import functools

from hts.models.activations.base import Activation
from hts.registry import Registry
from hts.validate import BadInput

ACTIVATIONS = Registry(
    "activation",
    Activation,  # type: ignore[type-abstract]
    why="these have closed-form gradients here",
    package=__name__,
    path=__path__,
)


@functools.cache
def checked_activation(name: str) -> Activation:
    """The activation called ``name``, for a network.  Loads torch.

    Raises `BadInput` for one with h(0) not 0 or whose ``slope`` is not the derivative of its ``h``.
    """
    import torch

    activation = ACTIVATIONS.named(name)
    z = torch.tensor([-2.0, -0.4, 0.0, 0.7, 3.0], requires_grad=True)
    with torch.enable_grad():
        h = activation.h(z)
        (slope,) = torch.autograd.grad(h.sum(), z)
    h = h.detach()
    if h[2] != 0:
        raise BadInput(
            f"activation {name} has h(0) = {float(h[2]):g}, but it must be 0: removing a unit "
            "would not equal zeroing its weights."
        )
    away = z != 0  # a derivative may jump at 0
    if not torch.allclose(activation.slope(h)[away], slope[away], rtol=1e-3, atol=1e-4):
        raise BadInput(f"activation {name} has a slope that is not the derivative of its h.")
    return activation
