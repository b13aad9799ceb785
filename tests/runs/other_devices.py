"""Training, sweeps and pruning on a device that is not the CPU: the same results.

The device computes on the CPU, so this says that every tensor is where it belongs, and that
nothing needs double precision there; not that a device of its own rounds as the CPU does.  What
torch is told of the device is told to the whole process: `test_other_devices` runs this in another.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from foreign_device import Foreign, foreign_device

from hts import RunConfig
from hts.data import load
from hts.pruning.every_level import at_every_level
from hts.reproduce.regimes import REGIMES
from hts.reproduce.trajectory import follow
from hts.runs.group import run_group
from hts.runs.lockstep import train_several
from hts.runs.session import Session
from hts.runs.single import train
from hts.training.examples import Examples

DIGITS = load("digits")
SMALL = RunConfig(width=40, iterations=6, eval_every=3, noise="III", alpha=1.5, device="auto")
doubles = pytest.mark.parametrize("double", [True, False], ids=["double", "no double"])


def figures(result) -> tuple:
    return (
        result.iterations, result.train_accuracy, result.test_accuracy, result.pruning_ratio,
        result.test_accuracy_pruned, result.curve, result.tail_index, result.prunable,
    )  # fmt: skip


def test_the_device_refuses_what_a_device_refuses(monkeypatch):
    with foreign_device(monkeypatch, double=False):
        there = torch.ones(3).to("foreign")
        assert isinstance(there, Foreign)
        assert isinstance((2 * there).cpu(), torch.Tensor)
        assert (there + there).cpu().tolist() == [2.0, 2.0, 2.0]
        with pytest.raises(TypeError, match="float64"):
            there.double()
        with pytest.raises(RuntimeError, match="some on the CPU"):
            there + torch.ones(3)
        with pytest.raises(TypeError, match="NumPy"):
            there.numpy()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"noise": "I", "alpha": 1.9},
        {"noise": "II", "alpha": 1.2, "depth": 2},
        {"noise": "gaussian", "optimizer": "adam"},
        {"noise": "none", "momentum": 0.9, "weight_decay": 0.01},
        {"noise": "none", "model": "cnn", "width": 8, "batch_size": 20, "iterations": 2},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())) or "III",
)
def test_a_run_is_the_same_without_double_precision(monkeypatch, changes):
    config = SMALL.replace(**changes)
    here = train(config.replace(device="cpu"), DIGITS)
    with foreign_device(monkeypatch, double=False):
        there = train(config, DIGITS)
    assert figures(there) == figures(here)


@doubles
def test_a_sweep_group_and_a_run_of_several_are_the_same(monkeypatch, double):
    configs = [SMALL.replace(seed=seed, alpha=alpha) for seed in (1, 2) for alpha in (1.4, 2.0)]
    several = SMALL.replace(replicates=2, controls="none,gaussian")

    def results(device: str) -> tuple:
        outcomes = []
        run_group([c.replace(device=device) for c in configs], DIGITS, on_end=outcomes.append)
        together = [(o.member, figures(o.result)) for o in outcomes]
        of_several = train_several(several.replace(device=device), DIGITS)
        return together, figures(of_several), [figures(m.result) for m in of_several.members]

    with foreign_device(monkeypatch, double=double):
        there = results("auto")
    together, one, members = results("cpu")
    assert one == there[1]
    assert members == there[2]
    for (number, mine), (other, found) in zip(together, there[0], strict=True):
        assert number == other
        # A group on the CPU adds its noise in the compiled pass, elsewhere in torch: last bits.
        assert found[:3] == mine[:3]


@doubles
def test_every_level_of_pruning_is_the_same(monkeypatch, double):
    asked = np.array([0, 7, 40])

    def levels(device: str):
        session = Session(SMALL.replace(device=device), DIGITS)
        x, y = session.examples.x_test, session.examples.y_test
        return at_every_level(session.network, np.arange(40), x, y, asked=asked)

    here = levels("cpu")
    with foreign_device(monkeypatch, double=double):
        there = levels("auto")
    assert np.array_equal(there.right, here.right)
    assert np.array_equal(there.answers, here.answers)
    assert np.allclose(there.loss, here.loss, rtol=1e-12)


@doubles
def test_a_network_of_reproduce_is_the_same(monkeypatch, double):
    def looks(device: str):
        examples = Examples(DIGITS, torch.device(device))
        wanted = SMALL.replace(device="auto" if device == "foreign" else device)
        return follow(wanted, DIGITS, examples, [REGIMES["full"]], (2,))[0]

    here = looks("cpu")
    with foreign_device(monkeypatch, double=double):
        there = looks("foreign")
    assert there == here
