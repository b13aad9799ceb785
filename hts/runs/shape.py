"""Which runs can be trained together: those of one shape."""

from __future__ import annotations

from hts.config import RunConfig

VARYING = (
    "seed", "alpha", "sigma", "noise", "lr", "iterations", "target_accuracy", "eval_every",
)  # fmt: skip


Shape = tuple[object, ...]


def shape_of(config: RunConfig) -> Shape:
    """Everything that members of one group share."""
    return tuple(value for name, value in config.to_dict().items() if name not in VARYING)
