"""A network's weights as named arrays: which are pruned, and taking units out of them.  No torch.

Names are those of `Model.tensors`: ``hidden_1``, ... or ``convolution_1``, ..., and ``output``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hts.models.architecture import Image, convolutions
from hts.models.settings import ModelSettings

Arrays = Mapping[str, np.ndarray]


def in_order(arrays: Arrays) -> list[str]:
    """The names from the first layer to the output."""
    layers = [name for name in arrays if name != "output"]
    return [*sorted(layers, key=lambda name: int(name.rpartition("_")[2])), "output"]


def pruned_names(arrays: Arrays) -> list[str]:
    """The layers that may lose units: all hidden layers, every convolution but the first."""
    names = in_order(arrays)[:-1]
    return names[1:] if names[0].startswith("convolution") else names


def matrices(arrays: Arrays) -> list[np.ndarray]:
    """The layers that may lose units, each (units, inputs)."""
    return [arrays[name].reshape(len(arrays[name]), -1) for name in pruned_names(arrays)]


def keep_units(arrays: Arrays, kept: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Smaller arrays of the units ``kept`` (indices per layer of `pruned_names`).

    The same as `Model.keep`: unit i takes its row along, and its column of the next layer.
    """
    smaller, previous = dict(arrays), None
    for name, units in zip(pruned_names(arrays), kept, strict=True):
        rows = arrays[name][units]
        smaller[name] = np.ascontiguousarray(rows if previous is None else rows[:, previous])
        previous = units
    smaller["output"] = np.ascontiguousarray(arrays["output"][:, previous])
    return smaller


def form(config: ModelSettings, image: Image | None) -> dict[str, Any]:
    """What has to be known beside the weights to compute with them, ready for JSON.

    ``image``: shape of the examples of a convolutional network, else None.
    """
    layers = [] if image is None else convolutions(config.width, image)
    return {
        "activation": config.activation,
        "scale": 1.0 / config.width if config.scaling == "mean_field" else 1.0,
        "image": None if image is None else list(image),
        "pooled": [layer.pooled for layer in layers] or [False] * config.depth,
    }


def places(config: ModelSettings, image: Image | None) -> list[int]:
    """At how many places of an image each layer but the last is applied; 1 without images."""
    if image is None:
        return [1] * config.depth
    return [layer.height * layer.width for layer in convolutions(config.width, image)]
