"""VGG-11-like convolutional networks, for image data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hts.data.sources import info, names
from hts.families import FAMILIES
from hts.families.base import Gradient, ModelFamily, Step, noise_bytes
from hts.families.cost import FLOAT, Layer, MemoryEstimate
from hts.models.architecture import CNN_WIDTH_STEP, CONVOLUTIONS, Image, convolutions
from hts.models.settings import FamilySettings
from hts.validate import BadInput

if TYPE_CHECKING:
    import torch

    from hts.models.model import Model


@FAMILIES.register
class Convolutional(ModelFamily):
    """`hts.models.convolutional`, with gradients by autograd; members are trained one by one."""

    name = "cnn"
    label = "Convolutional (images)"
    sentence = "VGG-11-like convolutions, for image data"
    place = 20
    short = "convolutional network"
    uses = frozenset({"conv_noise"})
    fixed_because: Mapping[str, str] = {
        "depth": "its eight convolutions are fixed, and depth counts hidden layers of a fully "
        "connected network",
        "scaling": "the mean-field limit implemented here is that of one hidden layer",
    }
    width_step = CNN_WIDTH_STEP
    width_because = "its first stages have 1/8, 1/4 and 1/2 of it"
    starts: Mapping[str, Any] = {"width": 64}  # wider ones are slow on a CPU

    def draw(
        self, settings: FamilySettings, inputs: int, classes: int, device: torch.device
    ) -> Model:
        from hts.models.convolutional import draw_convolutional

        return draw_convolutional(settings, image_of(settings.data), classes, device)

    def step(self, settings: FamilySettings, network: Model, device: torch.device) -> Step:
        from hts.models.convolutional import ConvolutionalNetwork
        from hts.training.convolutional_step import convolutional_step

        assert isinstance(network, ConvolutionalNetwork)
        return partial(convolutional_step, network, train_output=settings.train_output)

    def gradient(self, settings: FamilySettings, network: Model, device: torch.device) -> Gradient:
        from hts.models.convolutional import ConvolutionalNetwork
        from hts.training.convolutional_step import convolutional_gradient

        assert isinstance(network, ConvolutionalNetwork)
        return partial(convolutional_gradient, network, train_output=settings.train_output)

    def layers(self, settings: FamilySettings, inputs: int) -> list[Layer]:
        return [
            Layer(weights=found.weights, outputs=found.outputs, places=found.height * found.width)
            for found in convolutions(settings.width, image_of(settings.data))
        ]

    def prunable(self, settings: FamilySettings) -> list[bool]:
        return [number > 0 for number in range(CONVOLUTIONS)]

    def memory(
        self, settings: FamilySettings, *, inputs: int, classes: int, train: int, test: int
    ) -> MemoryEstimate:
        layers = convolutions(settings.width, image_of(settings.data))
        weights = sum(layer.weights for layer in layers)
        largest = max(layer.weights for layer in layers)
        batch = min(settings.batch_size, train)
        parts = min(8, max(1, batch // 50))  # `convolutional_step`: one thread each
        threads = os.cpu_count() or 1
        widest = max(layer.outputs for layer in layers)
        # Of an example: every output, and of a maximum also where it was (int64).
        kept = inputs + sum(layer.outputs * (1.75 if layer.pooled else 1) for layer in layers)
        step = -(-batch // parts) * min(parts, threads) * (kept + 2 * widest)
        looked_at = min(max(train, test), max(128, 2**23 // layers[0].outputs))
        look = looked_at * layers[0].outputs // 2 + min(looked_at, 128 * threads) * 2 * widest
        output = self.output_weights(settings, classes)
        return MemoryEstimate(
            data=int(FLOAT * inputs * (train + test) * 1.5),
            weights=FLOAT * (weights * (1 + parts) + output),  # and their gradients
            activations=int(FLOAT * max(step, look)),
            noise=noise_bytes(settings, largest),
            analysis=FLOAT * 2 * largest + FLOAT * weights,
        )

    def form(self, settings: FamilySettings) -> dict[str, Any]:
        image = image_of(settings.data)
        layers = convolutions(settings.width, image)
        return {"scale": 1.0, "image": list(image), "pooled": [layer.pooled for layer in layers]}


def image_of(data: str) -> Image:
    """Shape (channels, height, width) of the images in a dataset.

    Raises `BadInput` naming the datasets that are images, if it is none of them.
    """
    shape = info(data).image_shape
    if shape is not None:
        return shape
    images = ", ".join(name for name in names() if info(name).image_shape is not None)
    raise BadInput(
        f"model cnn needs images, got the dataset {data}, whose inputs have no places in a plane "
        f"to convolve over: choose one of {images}, or model fcn."
    )
