"""Exported networks: the same answers, smaller files, and loaded without this package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hts.config import RunConfig
from hts.data import load
from hts.runs.session import Session
from hts.studio.cli.main import main
from hts.studio.compress import export
from hts.studio.store.store import Store

SETTINGS = {
    "one layer": {},
    "mean field": {"scaling": "mean_field", "lr": 0.1},
    "deep tanh": {"depth": 3, "activation": "tanh"},
    "cnn": {"model": "cnn", "width": 16, "iterations": 2},
}

# Nothing of this package is imported there: the folder is all that is on the path.
LOADED = """
import sys, numpy as np, torch
sys.path[:] = [p for p in sys.path if p and "site-packages" in p or "lib" in p]
sys.path.insert(0, sys.argv[1])
from load_network import Network
scores = Network()(torch.from_numpy(np.load(sys.argv[2])))
np.save(sys.argv[3], scores.detach().numpy())
print(sorted(m.split(".")[0] for m in sys.modules if m.split(".")[0] in ("hts", "streamlit")))
"""


def trained(home: Path, **settings) -> str:
    from hts.studio.cli.training import run_here
    from hts.studio.jobs.processes.run_jobs import create_for_this_process

    config = RunConfig(**{"width": 60, "iterations": 20, "device": "cpu", **settings})
    store = Store(home)
    run_id = create_for_this_process(store, config)
    run_here(store, run_id, threads=None, quiet=True)
    return run_id


def masked_scores(store: Store, run_id: str, removed: list[int], x: torch.Tensor) -> torch.Tensor:
    """The trained network with the rows of its smallest units set to zero."""
    run, arrays, ranking = export.ranked(store, run_id)
    network = Session(run.config, load(run.config.data)).network
    network.load(arrays)
    for weights, order, gone in zip(network.matrices, ranking.orders, removed, strict=True):
        weights[torch.from_numpy(order[:gone].copy())] = 0
    return network.logits(x)


@pytest.mark.process
@pytest.mark.parametrize("name", SETTINGS)
def test_a_fresh_python_gets_the_masked_networks_scores_from_a_smaller_file(
    name, home, tmp_path, capsys
):
    run_id = trained(home, **SETTINGS[name])
    out = tmp_path / "out"
    words = ["export", run_id, "--fraction", "0.5", "--out", str(out), "--json", "--no-program"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["removed"] == told["units"] // 2
    store = Store(home)
    _, arrays, _ = export.ranked(store, run_id)
    before = sum(w.nbytes for w in arrays.values())
    assert told["bytes_before"] == before
    assert (out / "network.safetensors").stat().st_size < told["bytes"] + 4096
    if len(arrays) == 2:  # one hidden layer: half of everything goes
        assert told["bytes"] == before / 2
    x = load("digits").x_test[:50]
    np.save(tmp_path / "x.npy", x)
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOADED, str(out), str(tmp_path / "x.npy"),
         str(tmp_path / "scores.npy")],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    about = json.loads(
        __import__("safetensors").safe_open(out / "network.safetensors", "np").metadata()["network"]
    )
    expected = masked_scores(store, run_id, about["units_removed"], torch.from_numpy(x))
    np.testing.assert_allclose(
        np.load(tmp_path / "scores.npy"), expected.numpy(), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", ["one layer", "cnn"])
def test_the_exported_program_takes_any_number_of_examples(name, home, tmp_path, capsys):
    run_id = trained(home, **SETTINGS[name])
    assert main(["export", run_id, "--prune", "criterion=0.2", "--out", str(tmp_path / "o")]) == 0
    assert "smaller" in capsys.readouterr().out
    from hts.studio.compress.load_network import Network

    program = torch.export.load(tmp_path / "o" / "network.pt2").module()
    network = Network(tmp_path / "o" / "network.safetensors")
    for count in (1, 7):
        x = torch.from_numpy(load("digits").x_test[:count])
        torch.testing.assert_close(program(x), network(x))


def test_the_loader_is_about_twenty_lines():
    code = [line for line in export.loader_code().splitlines() if line.strip()]
    assert len(code) <= 27  # docstrings and imports among them


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fraction", "1"], "leaves a layer without units"),
        (["--fraction", "1.5"], r"fraction must be a number in \[0, 1\], got 1.5"),
        (["--prune", "norm=0.1"], "must be one of criterion, fraction, points, got 'norm'"),
        (["--prune", "criterion"], "must be like criterion=0.1"),
        (["--within-points", "few"], "got 'few'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(words, said, home, tmp_path, capsys):
    import re

    run_id = trained(home)
    assert main(["export", run_id, *words, "--out", str(tmp_path / "o")]) == 2
    assert re.search(said, capsys.readouterr().err)
    assert not (tmp_path / "o").exists()


def test_a_run_without_weights_and_no_run_are_refused(home, tmp_path, capsys):
    queued = Store(home).runs.create(RunConfig())
    for run_id, said in ((queued, "has no final weights"), ("0123456789-1", "there is no run")):
        assert main(["export", run_id, "--out", str(tmp_path / "o")]) == 2
        assert said in capsys.readouterr().err.lower()
