"""What a device is sent, and how often the CPU waits for it, by the function that does it.

Run by `test_other_devices`, in a process of its own.
"""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from foreign_device import SENT, WAITS, foreign_device

from hts import HeavyTailedSGD, RunConfig
from hts.data import load
from hts.noise import NoiseSource
from hts.runs.group import run_group
from hts.runs.session import Session

DIGITS = load("digits")
SMALL = RunConfig(width=40, iterations=40, eval_every=40, noise="III", alpha=1.5, device="auto")
STEPS, EPOCHS = 20, 2  # 15 batches an epoch


@pytest.fixture(autouse=True)
def there(monkeypatch):
    with foreign_device(monkeypatch, double=True):
        yield
    WAITS.clear()
    SENT.clear()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"noise": "I"},
        {"noise": "II", "depth": 2},
        {"noise": "gaussian", "optimizer": "adam"},
        {"noise": "none", "momentum": 0.9, "weight_decay": 0.01},
        {"noise": "none", "model": "cnn", "width": 8},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())) or "III",
)
def test_a_step_waits_for_its_loss_alone_and_sends_an_order_an_epoch(changes):
    session = Session(SMALL.replace(**changes), DIGITS)
    session.noise(1)  # the table of an alpha is sent once
    WAITS.clear()
    SENT.clear()
    for step in range(1, STEPS + 1):
        session.gradient(step)
        session.noise(step)
    assert Counter({"runs/session.py:gradient": STEPS}) == WAITS
    assert Counter({"training/examples.py:rows": EPOCHS}) == SENT


def test_members_of_an_ensemble_wait_once_a_step_together():
    configs = [SMALL.replace(seed=seed, iterations=STEPS, eval_every=STEPS) for seed in range(1, 9)]
    run_group(configs, DIGITS, on_end=lambda outcome: None)
    assert WAITS["runs/ensemble.py:gradient"] == STEPS
    assert SENT["training/examples.py:rows"] == EPOCHS
    assert WAITS["training/ensemble.py:accuracies"] == 4  # two figures of either set, at the end
    assert not [where for where in WAITS + SENT if where.startswith("noise/stacked")]


def test_an_optimizer_of_ones_own_loop_waits_for_nothing():
    weight = torch.nn.Parameter(torch.ones(30, 20).to("foreign"))
    optimizer = HeavyTailedSGD([weight], lr=0.1, noise="II", alpha=1.5, sigma=0.01, seed=1)
    for step in range(4):
        weight.grad = torch.ones(30, 20, device="foreign")
        if step == 1:
            WAITS.clear()
            SENT.clear()
        optimizer.step()
    assert not WAITS
    assert not SENT


def test_what_is_on_two_devices_is_refused():
    session = Session(SMALL, DIGITS)
    x, y = DIGITS.x_train[:20], DIGITS.y_train[:20]
    with pytest.raises(RuntimeError, match="some on the CPU"):
        session._step(torch.from_numpy(x), torch.from_numpy(y), 0.1)
    there, here = torch.zeros(4, 3, device="foreign"), torch.zeros(4, 3)
    NoiseSource("II", 1.5, seed=1).add_(there, 1.0, 1)
    with pytest.raises(RuntimeError, match="some on the CPU"):
        here.add_(there)
    with pytest.raises(RuntimeError, match="some on the CPU"):
        here[torch.ones(2, dtype=torch.int64, device="foreign")]
    with pytest.raises(RuntimeError, match="some on the CPU"):
        there.index_select(0, torch.ones(2, dtype=torch.int64))


def test_every_kind_of_wait_is_counted():
    there = torch.arange(5.0, device="foreign")
    for wait in (
        lambda: float(there[1]),
        lambda: there.cpu(),
        lambda: there.tolist(),
        lambda: there[there > 2],
        lambda: there.nonzero(),
        lambda: bool(there.isfinite().all()),
        lambda: torch.zeros(5).copy_(there),
    ):
        WAITS.clear()
        wait()
        assert Counter({"elsewhere": 1}) == WAITS
    WAITS.clear()
    (there * 2 + there.sum()).clone().to("foreign")
    assert not WAITS
