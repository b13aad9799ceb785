"""The noise types, a file each; importing them brings no torch."""

from __future__ import annotations

from hts.noise.types.base import SMALLEST_ALPHA, Draws, NoiseType, Primitives, StackOfDraws
from hts.registry import Registry

__all__ = [
    "NOISE_TYPES",
    "SMALLEST_ALPHA",
    "Draws",
    "NoiseType",
    "Primitives",
    "StackOfDraws",
    "heavy_types",
    "noise_type",
]

NOISE_TYPES: Registry[NoiseType] = Registry(
    "noise type",
    NoiseType,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)


def noise_type(name: object) -> NoiseType:
    """The noise type called ``name``; an unknown name raises `BadInput`."""
    return NOISE_TYPES.named(name)


def heavy_types() -> list[NoiseType]:
    """Those in which alpha has an effect."""
    return [kind for kind in NOISE_TYPES.values() if kind.heavy]
