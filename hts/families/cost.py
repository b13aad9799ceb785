"""The sizes from which memory and work are estimated.  No torch."""

from __future__ import annotations

from dataclasses import dataclass

FLOAT = 4
BASE = 400 * 2**20  # interpreter, torch, numba and the numerical libraries in a worker


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer below the output."""

    weights: int
    outputs: int  # numbers per example
    places: int = 1  # at how many places of an image each weight is used

    @property
    def products(self) -> int:
        """Multiply-adds of one example's forward pass."""
        return self.weights * self.places


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes by purpose."""

    data: int
    weights: int
    activations: int
    noise: int
    analysis: int
    base: int = BASE

    @property
    def besides(self) -> int:
        """Bytes beside those of a worker that waits for work."""
        return self.data + self.weights + self.activations + self.noise + self.analysis

    @property
    def total(self) -> int:
        """All of it, in bytes."""
        return self.besides + self.base
