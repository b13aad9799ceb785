"""Exported networks: the same answers, smaller files, and loaded without this package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load as load_file_of_bytes

from hts.config import RunConfig
from hts.data import info, load
from hts.data.reading.own_table import register_table
from hts.data.sources import stratified
from hts.pruning.cut import Cut
from hts.runs.session import Session
from hts.studio.cli.main import main
from hts.studio.compress import export
from hts.studio.compress.measure import compression
from hts.studio.store.store import Store
from hts.studio.transfer.export import weights_safetensors
from pages._parts.compress.export import HOW, chosen_cut

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


def masked_scores(
    store: Store, run_id: str, removed: list[int] | None, x: torch.Tensor
) -> torch.Tensor:
    """The trained network with the rows of its smallest units set to zero."""
    run, arrays, ranking = export.ranked(store, run_id)
    network = Session(run.config, load(run.config.data)).network
    network.load(arrays)
    removed = removed or [0] * len(ranking.orders)
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
    got = scores_of_a_fresh_python(out, 16 * x, tmp_path)
    about = json.loads(
        __import__("safetensors").safe_open(out / "network.safetensors", "np").metadata()["network"]
    )
    expected = masked_scores(store, run_id, about["units_removed"], torch.from_numpy(x))
    np.testing.assert_allclose(got, expected.numpy(), rtol=1e-4, atol=1e-5)


def scores_of_a_fresh_python(folder: Path, raw: np.ndarray, tmp_path: Path) -> np.ndarray:
    np.save(tmp_path / "x.npy", raw)
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOADED, str(folder), str(tmp_path / "x.npy"),
         str(tmp_path / "scores.npy")],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    return np.load(tmp_path / "scores.npy")


def export_whole(run_id: str, out: Path, capsys) -> None:
    assert main(["export", run_id, "--fraction", "0", "--out", str(out), "--report"]) == 0
    capsys.readouterr()


@pytest.mark.process
@pytest.mark.parametrize("model", [{}, {"model": "cnn", "width": 8, "iterations": 2}])
def test_raw_pixels_get_the_runs_answers_every_one(model, home, tmp_path, shared_data, capsys):
    run_id = trained(home, data="mnist", batch_size=500, **model)
    export_whole(run_id, tmp_path / "out", capsys)
    store = Store(home)
    dataset = load("mnist")
    few = slice(None) if not model else slice(1000)
    expected = masked_scores(store, run_id, None, torch.from_numpy(dataset.x_test[few]))
    with np.load(shared_data / "mnist.npz") as archive:
        raw = archive["X_test"][few]
    program = torch.export.load(tmp_path / "out" / "network.pt2").module()
    for given in (raw, raw.astype(np.float32), (raw / 255).astype(np.float32), raw[..., None]):
        got = scores_of_a_fresh_python(tmp_path / "out", given, tmp_path)
        np.testing.assert_array_equal(got.argmax(1), expected.argmax(1))
    rows = torch.from_numpy(raw.reshape(len(raw), -1).astype(np.float32))
    np.testing.assert_array_equal(program(rows).argmax(1), expected.argmax(1))


@pytest.mark.process
def test_raw_rows_of_a_table_get_the_runs_answers_every_one(home, tmp_path, capsys):
    rng = np.random.default_rng(1)
    y = np.arange(400) % 4
    far = np.column_stack([1e6 + y + 0.3 * rng.normal(size=400), 1e-5 * rng.normal(size=400)])
    raw = np.column_stack([far[:, :1], np.full(400, 7.0), far[:, 1:], y**2 - rng.random(400)])
    path = tmp_path / "far.npz"
    np.savez(path, x=raw, y=y)
    name = register_table(path)
    run_id = trained(home, data=name, lr=0.1, batch_size=50)
    export_whole(run_id, tmp_path / "out", capsys)
    dataset = load(name)
    _, test = stratified(y, name)
    expected = masked_scores(Store(home), run_id, None, torch.from_numpy(dataset.x_test))
    for given in (raw[test], np.delete(raw[test], 1, axis=1)):  # with the constant column, without
        got = scores_of_a_fresh_python(tmp_path / "out", given, tmp_path)
        np.testing.assert_array_equal(got.argmax(1), expected.argmax(1))
    program = torch.export.load(tmp_path / "out" / "network.pt2").module()
    answers = program(torch.from_numpy(raw[test])).argmax(1)
    np.testing.assert_array_equal(answers, expected.argmax(1))
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert f"<th>column 1</th><td>{raw[stratified(y, name)[0], 0].mean():.10g}</td>" in report
    taken = load_file_of_bytes(weights_safetensors(Store(home), run_id))
    np.testing.assert_allclose(taken["raw.mean"][0], raw[stratified(y, name)[0], 0].mean())


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_pixels_are_scaled_as_in_training_to_the_bit(kind):
    from hts.studio.compress.load_network import Network

    known = info("cifar10")
    images = np.random.default_rng(1).integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
    network = Network.__new__(Network)
    torch.nn.Module.__init__(network)
    network.about = {"inputs": 3072, "raw": {**known.scaling.about(), "image": [3, 32, 32]}}
    constants = known.scaling.arrays()
    network.mean, network.sd = (torch.from_numpy(constants[f"raw.{k}"]) for k in ("mean", "sd"))
    network.used = None
    given = torch.from_numpy(images.astype(kind))
    np.testing.assert_array_equal(network.scaled(given).numpy(), known.as_inputs(images))
    first = given.movedim(3, 1)  # channels first
    np.testing.assert_array_equal(network.scaled(first).numpy(), known.as_inputs(images))
    with pytest.raises(ValueError, match="from 0 to 255 or from 0 to 1"):
        network.scaled(torch.from_numpy(known.as_inputs(images)))


@pytest.mark.parametrize("name", ["one layer", "cnn"])
def test_the_exported_program_takes_any_number_of_examples(name, home, tmp_path, capsys):
    run_id = trained(home, **SETTINGS[name])
    assert main(["export", run_id, "--prune", "criterion=0.2", "--out", str(tmp_path / "o")]) == 0
    assert "smaller" in capsys.readouterr().out
    from hts.studio.compress.load_network import Network

    program = torch.export.load(tmp_path / "o" / "network.pt2").module()
    network = Network(tmp_path / "o" / "network.safetensors")
    for count in (1, 7):
        x = 16 * torch.from_numpy(load("digits").x_test[:count])
        torch.testing.assert_close(program(x), network(x))


def test_the_loader_stays_a_short_file():
    code = [line for line in export.loader_code().splitlines() if line.strip()]
    assert len(code) <= 64  # docstrings and imports among them


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


def test_a_report_shows_every_layer_of_a_deep_network(home, tmp_path, capsys):
    run_id = trained(home, depth=3)
    export_whole(run_id, tmp_path / "out", capsys)
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    for layer in ("hidden 1", "hidden 2", "hidden 3"):
        assert f"<h2>Sizes of the weights: {layer}</h2>" in report


@pytest.mark.parametrize("points", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("settings", [{"lr": 1e-12, "iterations": 1}, {}, {"depth": 2}])
def test_page_and_command_line_remove_the_same_units_within_points(settings, points, home):
    run_id, store = trained(home, **settings), Store(home)
    run, _, ranking = export.ranked(store, run_id)
    by_command = export.cut_counts(store, run, ranking, Cut("points", points))
    record = compression(store, run_id)
    by_page = chosen_cut(record, "columns", points, 0, HOW[2]).counts(ranking)
    np.testing.assert_array_equal(by_page, by_command)
    assert (by_command < ranking.parts).all()  # at chance too, where every unit could go
