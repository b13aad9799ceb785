"""Loads the network in network.safetensors: needs torch and safetensors, nothing else."""

import json
from pathlib import Path

import torch
from safetensors import safe_open
from torch.nn import functional

HERE = Path(__file__).parent / "network.safetensors"


class Network(torch.nn.Module):
    """Inputs (examples, inputs), scaled as in training -> class scores (examples, classes)."""

    def __init__(self, path: str | Path = HERE) -> None:
        super().__init__()
        with safe_open(path, "pt") as file:
            self.about = json.loads(file.metadata()["network"])
            tensors = [file.get_tensor(name) for name in self.about["layers"]]
        self.weights = torch.nn.ParameterList(tensors)
        self.h = {"relu": torch.relu, "tanh": torch.tanh}.get(self.about["activation"], lambda z: z)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, output = self.weights
        image = self.about["image"]
        x = x.reshape(-1, *image) if image else x
        for weights, pooled in zip(hidden, self.about["pooled"], strict=True):
            x = self.h(functional.conv2d(x, weights, padding=1) if image else x @ weights.T)
            x = functional.max_pool2d(x, 2) if pooled else x
        return self.about["scale"] * ((x.mean((2, 3)) if image else x) @ output.T)
