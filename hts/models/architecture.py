"""The shape of the convolutional network.  Needs no torch: the memory estimate reads it too.

The authors' VGG-11-like network for CIFAR-10, all convolutions 3 x 3 with padding 1, without biases
and batch normalisation::

    128 M 256 M 512 512 M 1024 1024 M 1024 1024 M, average pool, linear

Here 1024 is the width n and the other stages shrink with it.  M is a 2 x 2 maximum; on images that
are already down to one pixel a side it is left out (28 x 28: the last one, 8 x 8: the last two).
"""

from __future__ import annotations

from dataclasses import dataclass

Image = tuple[int, int, int]  # channels, height, width

KERNEL = 3
CNN_WIDTH_STEP = 8  # the stages have 1/8, 1/4, 1/2 and all of the width
# (filters as a multiple of n / 8, whether a 2 x 2 maximum follows)
_STAGES = (
    (1, True), (2, True), (4, False), (4, True), (8, False), (8, True), (8, False), (8, True),
)  # fmt: skip
CONVOLUTIONS = len(_STAGES)


@dataclass(frozen=True)
class Convolution:
    """One convolution with the activation after it, and whether a 2 x 2 maximum follows."""

    channels: int  # in
    filters: int  # out
    height: int  # of its input and, before pooling, of its output
    width: int
    pooled: bool

    @property
    def weights(self) -> int:
        """How many numbers its filters hold."""
        return self.filters * self.channels * KERNEL**2

    @property
    def outputs(self) -> int:
        """Numbers per example after it, before pooling."""
        return self.filters * self.height * self.width

    @property
    def products(self) -> int:
        """Multiply-adds of one example's forward pass, padding counted."""
        return self.weights * self.height * self.width


def convolutions(width: int, image: Image) -> list[Convolution]:
    """The eight convolutions of a network ``width`` wide for images (channels, height, width)."""
    channels, height, across = image
    unit = width // CNN_WIDTH_STEP
    layers = []
    for multiple, wanted in _STAGES:
        pooled = wanted and min(height, across) >= 2
        layers.append(Convolution(channels, multiple * unit, height, across, pooled))
        channels = multiple * unit
        if pooled:
            height, across = height // 2, across // 2
    return layers
