"""`train --replicates --controls --json` against single runs and a plain PyTorch computation."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from hts.data import load
from hts.studio.cli.main import main
from hts.studio.store.store import Store

ASKED = [
    "--data", "digits", "--width", "120", "--iterations", "40", "--lr", "0.1", "--sigma", "0.1",
    "--seed", "5", "--threads", "1", "--json",
]  # fmt: skip
SHARES = (50, 70, 80, 90, 95, 98)


def printed(capsys, *words: str) -> dict:
    assert main(["train", *ASKED, *words]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HTS_HOME", str(tmp_path))
    return tmp_path


def plain_accuracies(weights: dict[str, np.ndarray]) -> np.ndarray:
    """Test accuracy with each number of the units of smallest norm zeroed, in plain PyTorch."""
    data = load("digits")
    x, y = torch.from_numpy(data.x_test), torch.from_numpy(data.y_test)
    hidden, output = (torch.from_numpy(weights[name]).double() for name in ("hidden_1", "output"))
    order = hidden.norm(dim=1).argsort(stable=True)
    found = []
    for removed in range(len(hidden) + 1):
        pruned = hidden.clone()
        pruned[order[:removed]] = 0
        answers = (torch.relu(x.double() @ pruned.T) @ output.T).argmax(1)
        found.append(100 * (answers == y).double().mean().item())
    return np.array(found)


def test_it_agrees_with_single_runs_and_with_plain_pytorch(home, capsys):
    found = printed(capsys, "--replicates", "3", "--controls", "none,gaussian")
    curves: dict[tuple[str, int], np.ndarray] = {}
    for arm, noise in (("main", "III"), ("none", "none"), ("gaussian", "gaussian")):
        for seed in (5, 6, 7):
            alone = printed(capsys, "--noise", noise, "--seed", str(seed))
            of = next(m for m in found["members"] if (m["arm"], m["seed"]) == (arm, seed))
            for name in ("test_accuracy", "pruning_ratio", "curve", "prunable_within_1_point"):
                assert of[name] == alone[name], (arm, seed, name)
            with Store(home) as store:
                weights = store.arrays.load_weights(f"{found['run']}.{arm}.{seed}")
            curves[arm, seed] = plain_accuracies(weights)
            within = curves[arm, seed] >= curves[arm, seed][0] - 1 - 1e-9
            first_below = len(within) if within.all() else int(np.argmin(within))
            assert of["prunable_within_1_point"] == pytest.approx(100 * (first_below - 1) / 120)
    assert [(e["control"], e["share"]) for e in found["at_equal_share"]] == [
        (control, share) for control in ("none", "gaussian") for share in SHARES
    ]
    for entry in found["at_equal_share"]:
        removed = int(entry["share"] / 100 * 120 + 1e-9)
        noisy = np.array([curves["main", seed][removed] for seed in (5, 6, 7)])
        control = np.array([curves[entry["control"], seed][removed] for seed in (5, 6, 7)])
        gained = noisy - control
        said = [
            entry[name] for name in ("accuracy", "control_accuracy", "difference", "low", "high")
        ]
        expected = [
            np.median(noisy),
            np.median(control),
            np.median(gained),
            min(gained),
            max(gained),
        ]
        assert said == pytest.approx(expected)
        assert (entry["seeds_won"], entry["seeds"]) == ((gained > 0).sum(), 3)


def test_medians_stand_under_todays_keys_with_low_and_high(home, capsys):
    found = printed(capsys, "--replicates", "3", "--controls", "none")
    noisy = [member for member in found["members"] if member["arm"] == "main"]
    for name in ("test_accuracy", "train_accuracy", "pruning_ratio", "prunable_within_1_point"):
        values = [member[name] for member in noisy]
        expected = (np.median(values), min(values), max(values))
        assert (found[name], found["low"][name], found["high"][name]) == expected
    assert found["tail_index"]["alpha"] == np.median([m["tail_index"]["alpha"] for m in noisy])
    assert set(found["tail_index"]) == {"alpha", "low", "high", "method", "fits"}


def test_equal_steps_adds_controls_as_long_as_the_noisy_network(home, capsys):
    words = ["--replicates", "2", "--controls", "none", "--target-accuracy", "70", "--iterations"]
    found = printed(capsys, *words, "300", "--equal-steps")
    steps = {(m["arm"], m["seed"]): m["iterations"] for m in found["members"]}
    assert {arm for arm, _ in steps} == {"main", "none", "none-steps"}
    assert all(steps["none-steps", seed] == steps["main", seed] for seed in (5, 6))
    assert {entry["control"] for entry in found["at_equal_share"]} == {"none", "none-steps"}


def test_seeds_that_are_an_axis_too_are_refused(home, capsys):
    words = ["sweep", "--set", "replicates=2", "--grid", "seed=1..3", "--set", "width=20"]
    assert main(words) == 2
    assert "replicates" in capsys.readouterr().err
