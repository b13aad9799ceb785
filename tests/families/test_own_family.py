"""An activation and a model family from outside are everywhere the others are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hts.budget.groups import group_size
from hts.budget.memory import check_memory, estimate_memory
from hts.budget.work import work_of
from hts.config import RunConfig
from hts.data import load
from hts.families import FAMILIES
from hts.families.base import ModelFamily
from hts.families.fcn import FullyConnected
from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation
from hts.registry import PLUGINS
from hts.runs.group import run_group
from hts.runs.recorder import InMemory
from hts.runs.session import Session
from hts.runs.single import train
from hts.studio.cli.main import main
from hts.studio.compress import export
from hts.studio.compress.measure import compression
from hts.studio.store.store import Store
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = f"{ROOT}/examples/own_model.py{os.pathsep}{ROOT}/tests/support/own_family.py"
SMALL = {"width": 40, "iterations": 12, "eval_every": 4, "device": "cpu", "activation": "softsign"}
SIZES = {"inputs": 64, "classes": 10, "train": 1438, "test": 359}


def in_words(*words: str) -> str:
    environment = {**os.environ, PLUGINS: OWN, "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-m", "hts", *words], cwd=ROOT, check=True, text=True,
        capture_output=True, env=environment,
    )  # fmt: skip
    return done.stdout


@pytest.mark.process
def test_the_command_line_lists_them_and_trains_one(home):
    said = in_words("train", "--help")
    assert "features: a hidden layer on fixed random features" in said
    assert "softsign: z / (1 + |z|)" in said
    words = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]
    told = json.loads(in_words("train", "--model", "features", *words, "--json"))
    assert told["iterations"] == 12


@pytest.mark.process
def test_registering_them_loads_no_torch():
    code = (
        "import sys; from hts.config import RunConfig; RunConfig(model='features'); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, text=True, capture_output=True,
        env={**os.environ, PLUGINS: OWN},
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_settings_that_it_does_not_have_are_refused_and_its_runs_have_their_own_names(own_family):
    with pytest.raises(BadInput, match="depth must be 1 in a features, got 2: this model has no"):
        RunConfig(model="features", depth=2)
    assert len({RunConfig(model=model).hash for model in ("fcn", "positive", "features")}) == 3
    with pytest.raises(
        BadInput, match=r"must be sgd .* in a features, got adam, momentum 0, .* has"
    ):
        RunConfig(model="features", optimizer="adam")
    RunConfig(model="positive", optimizer="adam")
    kernels = RunConfig(model="features", conv_noise="kernel")
    assert kernels.hash == RunConfig(model="features").hash
    assert "conv_noise" in kernels.without_effect


def test_memory_and_work_are_estimated(own_family):
    config = RunConfig(model="features", width=2000)
    weights = 4 * config.family.parameters(config, inputs=64, classes=10)
    assert estimate_memory(config, **SIZES).total > 2 * weights
    with pytest.raises(BadInput, match=r"a width up to about \d+ fits"):
        check_memory(config.replace(width=10**6), **SIZES)
    deep, shallow = (RunConfig(**s, width=2000) for s in ({"depth": 2}, {}))
    steps = [work_of(c, **SIZES).step for c in (deep, config, shallow)]
    assert steps[0] == steps[1] > steps[2]
    assert group_size(config.replace(width=100)) >= group_size(config)


@pytest.mark.parametrize("model", ["fcn", "positive", "features", "cnn"])
def test_a_group_ends_as_its_members_end_alone(own_family, model):
    change = {"width": 16, "iterations": 4} if model == "cnn" else {}
    base = RunConfig(**{**SMALL, **change}, model=model, batch_size=100)
    configs, data = [base.replace(seed=seed) for seed in (1, 2)], load("digits")
    together = {}
    run_group(configs, data, on_end=lambda outcome: together.update({outcome.member: outcome}))
    for number, config in enumerate(configs):
        memory = InMemory()
        alone = train(config, data, recorder=memory)
        assert together[number].result.iterations == alone.iterations
        losses = [p.train_loss for p in (together[number].evaluations[-1], memory.evaluations[-1])]
        assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_only_a_family_that_says_how_trains_members_in_the_same_products(own_family):
    cpu = torch.device("cpu")
    stacks = {
        model: FAMILIES[model].stack([RunConfig(model=model, **SMALL)] * 2, 64, 10, cpu)
        for model in ("positive", "features")
    }
    assert stacks["features"] is None
    assert (stacks["positive"].noise_layers[0] >= 0).all()


def test_it_starts_and_moves_as_it_says(own_family):
    data = load("digits")
    session = Session(RunConfig(**SMALL, model="features"), data)
    before = session.network.tensors()
    assert session.gradient(1)
    after = session.network.tensors()
    moved = {name: not np.array_equal(before[name], after[name]) for name in before}
    assert moved == {"fixed_1": False, "hidden_2": True, "output": True}
    start = Session(RunConfig(**SMALL, model="positive"), data).network
    assert all((weights >= 0).all() for weights in start.matrices)


def trained(home: Path, **settings) -> str:
    from hts.studio.cli.training import run_here
    from hts.studio.jobs.processes.run_jobs import create_for_this_process

    store = Store(home)
    run_id = create_for_this_process(store, RunConfig(**{**SMALL, **settings}))
    run_here(store, run_id, threads=None, quiet=True)
    return run_id


def test_its_pruning_is_measured_with_every_weight_counted(own_family, home):
    record = compression(Store(home), trained(home, model="features"))
    columns = next(curve for curve in record.curves if curve.criterion == "columns")
    assert columns.parameters[0] == 40 * 64 + 40 * 40 + 40 * 10
    assert columns.parameters[-1] == 40 * 64
    assert columns.pruned[-1] == 1
    assert columns.test_accuracy[0] == pytest.approx(
        Store(home).runs.get(record.run).result.test_accuracy
    )


def test_its_export_has_the_masked_networks_scores_and_says_what_it_needs(
    own_family, home, tmp_path, capsys
):
    run_id = trained(home, model="features")
    capsys.readouterr()
    assert main(["export", run_id, "--fraction", "0.5", "--out", str(tmp_path)]) == 0
    assert "and the activation softsign, given as Network(h=...)" in capsys.readouterr().out
    from hts.studio.compress.load_network import KNOWN, Network

    assert set(KNOWN) == export.LOADED
    with pytest.raises(ValueError, match="activation softsign is not known here: give its"):
        Network(tmp_path / "network.safetensors")
    x = torch.from_numpy(load("digits").x_test[:20])
    loaded = Network(tmp_path / "network.safetensors", torch.nn.functional.softsign)(16 * x)
    run, arrays, ranking = export.ranked(Store(home), run_id)
    network = Session(run.config, load("digits")).network
    network.load(arrays)
    network.matrices[0][torch.from_numpy(ranking.orders[0][:20].copy())] = 0
    torch.testing.assert_close(loaded, network.logits(x))
    program = torch.export.load(tmp_path / "network.pt2").module()
    torch.testing.assert_close(program(16 * x), loaded)


def test_a_family_that_the_loader_cannot_compute_is_not_exported(
    own_family, home, tmp_path, capsys, monkeypatch
):
    monkeypatch.delattr(type(FAMILIES["features"]), "form")
    run_id = trained(home, model="features")
    assert main(["export", run_id, "--out", str(tmp_path / "out")]) == 2
    assert "the model features cannot be exported: the loader" in capsys.readouterr().err


def test_an_unfinished_family_is_refused(own_family):
    class Nothing(ModelFamily):
        name = "nothing"

    lacks = "draw, layers, step, label, sentence"
    with pytest.raises(BadInput, match=f"model 'nothing' is unfinished: it lacks {lacks}"):
        FAMILIES.register(Nothing)
    with pytest.raises(BadInput, match="model 'other' has a step of its own but trains ensembles"):

        class Other(FullyConnected):
            name = "other"

            def step(self, settings, network, device):
                return lambda x, y, lr: x

    with pytest.raises(BadInput, match="'third' has a step of its own but takes gradients as its"):

        class Third(FullyConnected):
            name = "third"
            stack = ModelFamily.stack

            def step(self, settings, network, device):
                return lambda x, y, lr: x


@pytest.mark.parametrize(
    ("name", "h", "slope", "says"),
    [
        ("sigmoid", torch.sigmoid, lambda h: h * (1 - h), r"sigmoid has h\(0\) = 0.5, but it must"),
        ("sine", torch.sin, lambda h: 1 - h * h, "sine has a slope that is not the derivative"),
    ],
)
def test_an_activation_that_would_go_wrong_silently_is_refused(own_family, name, h, slope, says):
    given = {"name": name, "label": name, "sentence": name}
    given |= {"h": lambda self, z: h(z), "slope": lambda self, h: slope(h)}
    ACTIVATIONS.register(type(name, (Activation,), given))
    with pytest.raises(BadInput, match=says):
        Session(RunConfig(**{**SMALL, "activation": name}), load("digits"))
