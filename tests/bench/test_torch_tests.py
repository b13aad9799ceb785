"""`bench torch-tests`: ours in the place of torch's optimizers, and what is lost by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bench.torch_tests import database, files
from bench.torch_tests.substitutes import substitutes
from hts import HeavyTailedSGD
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parents[2]
OF_TORCH = """
import torch

def test_a_step_moves_by_the_gradient():
    w = torch.ones(3, 3, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    w.grad = torch.ones(3, 3)
    optimizer.step()
    assert (w == 0.5).all()

def test_the_very_class_of_torch_is_needed():
    assert torch.optim.Adam.__mro__[1] is torch.optim.Optimizer

def test_that_torch_fails():
    raise AssertionError
"""


@pytest.mark.process
def test_every_optimizer_of_torchs_database_is_the_same_without_noise():
    pytest.importorskip("expecttest")
    said = subprocess.run(
        [sys.executable, "-m", "bench", "torch-tests", "--json"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    rows = json.loads(said.stdout)["database"]
    assert {row["optimizer"] for row in rows} >= {"SGD", "Adam", "LBFGS", "RMSprop", "SparseAdam"}
    for row in rows:
        assert (row["differing"], row["moved"]) == ([], True), row
        assert row["settings"] >= 4
        assert row["schedules"] >= 1


def test_an_optimizer_with_noise_differs():
    def noisy(weights, **options):
        return HeavyTailedSGD(weights, sigma=0.01, seed=0, **options)

    options = {"lr": 0.1, "momentum": 0.9}
    plain = database.trained(torch.optim.SGD, options, sparse=False)
    assert database.same(plain, database.trained(substitutes()["SGD"], options, sparse=False))
    assert not database.same(plain, database.trained(noisy, options, sparse=False))


@pytest.mark.process
def test_what_torch_passes_and_ours_does_not_is_named(tmp_path):
    (tmp_path / "test_optim.py").write_text(OF_TORCH, encoding="utf-8")
    (row,) = files.measure(tmp_path)
    assert (row["file"], row["torch"], row["ours"]) == ("test_optim.py", 2, 1)
    assert [name.split(".")[-1] for name in row["lost"]] == [
        "test_the_very_class_of_torch_is_needed"
    ]


def test_a_folder_without_torchs_tests_is_told(tmp_path):
    with pytest.raises(BadInput, match=r"must hold torch's own test files, test_optim\.py"):
        files.measure(tmp_path)
