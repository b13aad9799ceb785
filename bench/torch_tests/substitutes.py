"""Our optimizers under the names of torch's, without noise: nobody should see a difference.

`HeavyTailedSGD` stands for SGD, and `HeavyTailedNoise` around each other optimizer for it.  As a
pytest plugin (``-p bench.torch_tests.substitutes``) this puts them in place before any test file
is imported.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch.optim import Optimizer

from hts import HeavyTailedNoise, HeavyTailedSGD

SILENT: dict[str, Any] = {"sigma": 0.0, "seed": 0}


class SGD(HeavyTailedSGD):
    """With torch's signature; ``differentiable``, which `HeavyTailedSGD` has not, is put in."""

    def __init__(self, params: Any, lr: Any = 1e-3, *args: Any, **options: Any) -> None:
        names = ("momentum", "dampening", "weight_decay", "nesterov")
        options |= dict(zip(names, args, strict=False))
        differentiable = {"differentiable": options.pop("differentiable", False)}
        super().__init__(params, lr, **SILENT, **options)
        for kept in (self.defaults, *self.param_groups):
            kept.update(differentiable)


def substitutes() -> dict[str, type[Optimizer]]:
    """By the name in `torch.optim`: SGD, and every other optimizer with noise around it."""
    kinds = {name: getattr(torch.optim, name, None) for name in torch.optim.__all__}
    others = {
        name: _around(kind)
        for name, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, Optimizer) and kind is not Optimizer
    }
    return {**others, "SGD": SGD}


def _around(kind: type[Optimizer]) -> type[Optimizer]:
    def start(self: HeavyTailedNoise, *args: Any, **options: Any) -> None:
        HeavyTailedNoise.__init__(self, kind(*args, **options), **SILENT)

    return type(kind.__name__, (HeavyTailedNoise,), {"__init__": start})


def pytest_configure() -> None:
    """Put ours in place: in `torch.optim`, and in the module that each of torch's comes from."""
    for name, ours in substitutes().items():
        theirs = getattr(torch.optim, name)
        ours.__module__ = theirs.__module__
        for module in (torch.optim, sys.modules[theirs.__module__]):
            setattr(module, name, ours)
