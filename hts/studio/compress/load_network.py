"""Loads the network in network.safetensors: needs torch and safetensors, nothing else.

It takes raw examples, as they stand in the data's files: Network().about["raw"] says what they are.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

HERE = Path(__file__).parent / "network.safetensors"
KNOWN: dict[str, Any] = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda z: z}


class Network(torch.nn.Module):
    """Raw examples (examples, ...) -> class scores (examples, classes)."""

    mean: torch.Tensor
    sd: torch.Tensor
    used: torch.Tensor | None

    def __init__(self, path: str | Path = HERE, h: Any = None) -> None:
        super().__init__()
        with safe_open(path, "pt") as file:
            self.about = json.loads(file.metadata()["network"])
            self.weights = torch.nn.ParameterList(map(file.get_tensor, self.about["layers"]))
            names = set(file.keys())
            for name in ("mean", "sd", "used"):
                found = file.get_tensor(f"raw.{name}") if f"raw.{name}" in names else None
                self.register_buffer(name, found)
        name = self.about["activation"]
        self.h = KNOWN.get(name, h)
        if self.h is None:
            raise ValueError(f"activation {name} is not known here: give its function as h")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scores(self.scaled(x))

    def scaled(self, x: torch.Tensor) -> torch.Tensor:
        """Inputs as in training (examples, inputs) of raw examples, images in either axis order."""
        image = self.about["raw"]["image"]
        if image and x.ndim == 4 and list(x.shape[1:]) == [*image[1:], image[0]] != image:
            x = x.movedim(3, 1)
        x = x.flatten(1)
        if self.about["raw"]["pixels"]:
            x = self._fractions(x)
        if self.used is not None and x.shape[1] != len(self.used):
            x = x[:, self.used]
        each = self.about["inputs"] // len(self.mean)
        mean, sd = (v.repeat_interleave(each) for v in (self.mean, self.sd))
        return ((x.double() - mean) / sd).float()

    def _fractions(self, x: torch.Tensor) -> torch.Tensor:
        """Pixels from 0 to 1 of bytes from 0 to 255, whole numbers in a float too."""
        if not x.is_floating_point():
            return x.double() / 255
        if not torch.compiler.is_exporting():
            whole = bool((x == x.round()).all())
            if x.min() < 0 or x.max() > (255 if whole else 1):
                raise ValueError("pixels must be from 0 to 255 or from 0 to 1, before any scaling")
        return x.double() / torch.where(x.amax() > 1, 255.0, 1.0)

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """Class scores of inputs scaled as in training."""
        *hidden, output = self.weights
        image = self.about["image"]
        x = x.reshape(-1, *image) if image else x
        for weights, pooled in zip(hidden, self.about["pooled"], strict=True):
            x = self.h(torch.conv2d(x, weights, padding=1) if image else x @ weights.T)
            x = torch.max_pool2d(x, 2) if pooled else x
        return self.about["scale"] * ((x.mean((2, 3)) if image else x) @ output.T)
