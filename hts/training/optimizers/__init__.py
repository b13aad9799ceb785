"""The optimizers there are, as `torch.optim` has them: see `base` for what each says.  No torch."""

from __future__ import annotations

from hts.registry import Registry
from hts.training.optimizers.base import Optimizer

OPTIMIZERS = Registry(
    "optimizer",
    Optimizer,  # type: ignore[type-abstract]
    why="these move weights as torch.optim does",
    package=__name__,
    path=__path__,
)
