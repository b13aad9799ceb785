"""Runs with another optimizer against plain loops with `torch.optim` and autograd."""

from __future__ import annotations

import pytest
import torch

from hts import HeavyTailedNoise, HeavyTailedSGD
from hts.config import RunConfig
from hts.data import load
from hts.runs.session import Session
from hts.training import one_layer

STEPS = 30
OPTIMIZERS = {
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "decay": {"weight_decay": 0.05},
    "all": {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    "adam": {"optimizer": "adam", "lr": 0.002},
    "adam, decay": {"optimizer": "adam", "lr": 0.002, "weight_decay": 0.1},
    "adamw": {"optimizer": "adamw", "lr": 0.002, "weight_decay": 0.1},
}
SHAPES = {
    "one layer": {},
    "mean field": {"scaling": "mean_field"},
    "deep": {"depth": 3, "activation": "tanh"},
    "fixed output": {"train_output": False},
    "cnn": {"model": "cnn", "width": 8, "batch_size": 110},
}
TORCH = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
BASE = RunConfig(width=90, lr=0.1, iterations=STEPS, batch_size=64, device="cpu", noise="none")


def scores(network, weights, x):
    if hasattr(network, "convolutions"):
        return network.scores(network.images(x), weights[:-1], weights[-1])
    h = x
    for w in weights[:-1]:
        h = (torch.tanh if network.activation.name == "tanh" else torch.relu)(h @ w.t())
    return network.scale * (h @ weights[-1].t())


def torch_loop(config: RunConfig, weights: list[torch.nn.Parameter], optimizer) -> None:
    """``STEPS`` steps on the batches of the run, gradients by autograd."""
    session = Session(config, load("digits"))
    for step in range(1, STEPS + 1):
        x, y = session.examples.batch(session._batches.rows(step)[0])
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scores(session.network, weights, x), y)
        loss.backward()
        if config.scaling == "mean_field":  # the drift of every unit is multiplied by n
            for w in weights:
                w.grad = None if w.grad is None else config.width * w.grad
        optimizer.step()


def trained(config: RunConfig) -> Session:
    session = Session(config, load("digits"))
    for step in range(1, STEPS + 1):
        assert session.gradient(step)
        session.noise(step)
    return session


def parameters(config: RunConfig) -> list[torch.nn.Parameter]:
    weights = Session(config, load("digits")).network.named()
    found = [torch.nn.Parameter(w.clone()) for w in weights.values()]
    found[-1].requires_grad_(config.train_output)
    return found


def torch_settings(config: RunConfig) -> dict[str, object]:
    given = {"lr": config.lr, "weight_decay": config.weight_decay}
    if config.optimizer == "sgd":
        given |= {"momentum": config.momentum, "nesterov": config.nesterov}
    return given


def agree(session: Session, weights: list[torch.nn.Parameter]) -> None:
    start = Session(session.config, load("digits")).network.named()
    for (name, got), parameter in zip(session.network.named().items(), weights, strict=True):
        want = parameter.detach()
        moved = float((want - start[name]).abs().max())
        assert float((got - want).abs().max()) <= 5e-5 * moved, name
        assert moved > 0 or name == "output"


@pytest.mark.parametrize(
    ("optimizer", "shape"),
    [
        *((optimizer, "one layer") for optimizer in OPTIMIZERS),
        *((optimizer, "mean field") for optimizer in OPTIMIZERS),
        *((optimizer, shape) for optimizer in ("all", "adamw") for shape in list(SHAPES)[2:]),
    ],
)
def test_thirty_steps_equal_those_of_torch(optimizer, shape, monkeypatch):
    monkeypatch.setattr(one_layer, "SMALLEST_BLOCK", 7)
    monkeypatch.setattr(one_layer, "BLOCK_ELEMENTS", 7 * 64)  # the last of 13 blocks is short
    config = BASE.replace(**{**OPTIMIZERS[optimizer], **SHAPES[shape]})
    weights = parameters(config)
    moving = [w for w in weights if w.requires_grad]
    torch_loop(config, weights, TORCH[config.optimizer](moving, **torch_settings(config)))
    agree(trained(config), weights)


@pytest.mark.parametrize("optimizer", ["momentum", "adamw"])
def test_noise_follows_the_step_as_in_the_library(optimizer):
    noisy = {"noise": "III", "alpha": 1.6, "sigma": 0.02, "seed": 7}
    config = BASE.replace(**OPTIMIZERS[optimizer], **noisy)
    weights = parameters(config)
    groups = [{"params": weights[:1]}, {"params": weights[1:], "noise": "none"}]
    given = torch_settings(config)
    if optimizer == "momentum":
        theirs = HeavyTailedSGD(groups, **given, **noisy)
    else:
        plain = torch.optim.AdamW([{"params": g["params"]} for g in groups], **given)
        theirs = HeavyTailedNoise(plain, **noisy)
        plain.param_groups[1]["noise"] = "none"
    torch_loop(config, weights, theirs)
    agree(trained(config), weights)
