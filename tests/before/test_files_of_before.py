"""Optimizer checkpoints and exported networks of the commit before the house are used on."""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from of_before import RELATIVE, expected, is_that_machine, unpack
from safetensors.numpy import load_file

import hts
from hts.data import load
from hts.studio.cli.main import main

NAMES: dict[str, str] = expected()["names"]
OPTIMIZERS = ["sgd-I", "sgd-II", "sgd-III", "sgd-gaussian-entry", "adam-III", "adam-II"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name in ("optimizers", "exported"):
        unpack(name, folder / name)
    return folder


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_goes_on_from_its_state(files, name):
    """Into a model of other weights and an optimizer of another seed: the file has it all."""
    folder = files / "optimizers"
    about = json.loads((folder / "about.json").read_text())[name]
    layers = torch.nn
    model = layers.Sequential(
        layers.Linear(6, 10), layers.ReLU(), layers.Linear(10, 8), layers.Tanh(),
        layers.Linear(8, 3),
    )  # fmt: skip
    optimizer = made(about["class"], model, {**about["settings"], "seed": 12345})
    state = torch.load(folder / f"{name}.pt", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    data = np.load(folder / "data.npz")
    x, y = torch.from_numpy(data["x"]), torch.from_numpy(data["y"])
    for _ in range(about["further_steps"]):
        optimizer.zero_grad()
        layers.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    after = np.load(folder / f"{name}-after.npz")
    tolerance = 0.0 if is_that_machine() else RELATIVE
    for layer, weights in model.state_dict().items():
        np.testing.assert_allclose(weights.numpy(), after[layer], rtol=tolerance, atol=tolerance)


def made(kind: str, model: torch.nn.Module, settings: dict[str, Any]) -> torch.optim.Optimizer:
    groups = hts.noisy_groups(model)
    if kind == "HeavyTailedSGD":
        return hts.HeavyTailedSGD(groups, **settings)
    return hts.HeavyTailedNoise(torch.optim.Adam(groups, lr=0.01), **settings)


@functools.cache
def digits() -> torch.Tensor:
    return torch.from_numpy(load("digits").x_test[:50])


@pytest.mark.parametrize("kind", ["finished", "cnn"])
def test_an_exported_network_loads_and_answers(files, kind):
    path = files / "exported" / kind / "load_network.py"
    spec = importlib.util.spec_from_file_location(f"loader_of_{kind}", path)
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    answers = loader.Network()(digits()).argmax(1).tolist()
    assert answers == expected()["answers"][kind]


@pytest.mark.parametrize(("kind", "fraction"), [("finished", "0.5"), ("cnn", "0.25")])
def test_todays_export_of_the_stored_run_has_the_same_weights(files, kind, fraction, home, capsys):
    unpack("convolutions" if kind == "cnn" else "runs", home)
    out = home / "out"
    command = ["export", NAMES[kind], "--out", str(out), "--fraction", fraction, "--no-program"]
    assert main(command) == 0
    before = load_file(files / "exported" / kind / "network.safetensors")
    today = load_file(out / "network.safetensors")
    assert {name for name in today if not name.startswith("raw.")} == before.keys()
    for layer, weights in before.items():
        np.testing.assert_array_equal(today[layer], weights)
