"""`hts.inspect`: exact where the answer is known, then on networks everybody knows."""

from __future__ import annotations

import csv
import dataclasses
import json

import numpy as np
import pytest
import torch
from known_networks import ResNet50, SmallTransformer, initialised
from safetensors.torch import save_file
from torch import nn

import hts
from hts.inspection.layer import measure
from hts.noise import sample
from hts.studio.cli.main import main
from hts.validate import BadInput
from hts.weights import state_weights


def only(model, **options):
    (layer,) = hts.inspect(model, **options).layers
    return layer


def test_a_matrix_whose_numbers_are_obvious():
    # Norms 1, 1, 2, 8 out of squares 1 + 1 + 4 + 64 = 70: 6 go, 0.1 of 70 is 7.
    layer = only({"w": np.diag([1.0, -1.0, 2.0, 8.0])})
    assert (layer.kind, layer.shape, layer.units, layer.inputs) == ("matrix", (4, 4), 4, 4)
    assert layer.pruning_ratio == 75.0
    # Half kept leaves out 1 + 1; of four units a fifth or a tenth is rounded up to one.
    assert layer.relative_error == pytest.approx(
        [np.sqrt(2 / 70), np.sqrt(6 / 70), np.sqrt(6 / 70)]
    )
    assert layer.median_abs == 0.0
    assert layer.mean_abs == 12 / 16
    assert layer.largest_share == pytest.approx(100 * 64 / 70)
    assert layer.by_entries is None
    assert "at least 50 values, got 16" in layer.note


def test_filters_are_units_and_order_does_not_matter():
    w = np.random.default_rng(1).standard_normal((60, 4, 3, 3)).astype(np.float32)
    found = hts.inspect({"conv": w, "flat": w.reshape(60, 36)})
    conv, flat = (dataclasses.replace(x, name="", kind="", shape=()) for x in found.layers)
    assert conv == flat
    assert found.layers[0].kind == "conv 2-D"


def test_known_noise_gives_the_known_index():
    w = sample("II", 1.75, units=500, inputs=100, seed=1, step=1)
    foreign = only({"w": w})
    assert foreign.by_entries.low <= 1.75 <= foreign.by_entries.high
    assert foreign.by_entries.fits
    w = sample("III", 1.75, units=2000, inputs=50, seed=1, step=1)
    told = only({"w": w}, noise="III")
    assert told.by_units.low <= 1.75 <= told.by_units.high
    assert told.by_units.fits
    assert told.by_entries is None  # its interval would be wrong: a unit's weights share a draw
    assert only({"w": w}, noise="II").by_units is None


def test_a_large_layer_is_measured_by_a_stated_choice_of_rows():
    w = sample("II", 1.75, units=60_000, inputs=100, seed=2, step=1)
    layer = only({"w": w})
    assert (layer.entries_used, layer.units_used) == (180_000, 40_000)
    assert layer.by_entries.low <= 1.75 <= layer.by_entries.high
    assert layer == only({"w": w})
    norms = np.sort(np.linalg.norm(w.astype(float), axis=1) ** 2)
    assert layer.pruning_ratio == 100 * np.mean(np.cumsum(norms) <= 0.1 * norms.sum())


@pytest.mark.parametrize(
    ("w", "says"),
    [
        (np.full((9, 9), np.nan), "81 of 81 weights are NaN or infinite"),
        (np.where(np.eye(9) > 0, np.inf, 1.0), "9 of 81 weights are NaN or infinite"),
        (np.zeros((9, 9)), "all 81 weights are zero"),
        (np.full((9, 9), 1e200), "their squares overflow"),
        (np.full((9, 9), 1e-200), "their squares vanish"),
        (np.ones(9), "no matrix"),
        (np.ones((9, 0)), "empty"),
        (np.ones((9, 9), np.int8), "codes of quantised weights"),
    ],
)
def test_what_cannot_be_measured_is_left_out_with_the_reason(w, says):
    found = hts.inspect({"bad": w, "good": np.eye(3)})
    assert [layer.name for layer in found.layers] == ["good"]
    assert found.left_out[0].name == "bad"
    assert says in found.left_out[0].why
    assert says.split(" (")[0] in " ".join(str(found).split())


def test_patterns_choose_layers():
    model = nn.ModuleDict({name: nn.Linear(4, 4) for name in ("one", "two", "three")})
    names = lambda layers: [x.name for x in hts.inspect(model, layers=layers).layers]  # noqa: E731
    assert names("t*") == ["two.weight", "three.weight"]
    assert names(["one", "three.weight"]) == ["one.weight", "three.weight"]
    with pytest.raises(BadInput, match=r"no layer is called 'four'; there are 6, such as one\.w"):
        hts.inspect(model, layers="four")


@pytest.mark.parametrize("given", [3, None, [1, 2], torch.ones(3, 3)])
def test_what_is_no_network(given):
    with pytest.raises(
        BadInput, match=r"a torch\.nn\.Module, a dict of arrays or the path of a file"
    ):
        hts.inspect(given)
    with pytest.raises(BadInput, match="noise"):
        hts.inspect({"w": np.eye(3)}, noise="IV")


@pytest.mark.slow
def test_a_resnet_50_has_a_row_a_layer():
    model = initialised(ResNet50)
    assert sum(p.numel() for p in model.parameters()) == 25_557_032  # as torchvision's
    found = hts.inspect(model)
    assert len(found.layers) == 54
    by_name = {layer.name: layer for layer in found.layers}
    conv = by_name["layer1.0.conv2.weight"]
    assert (conv.kind, conv.units, conv.inputs) == ("Conv2d", 64, 576)
    assert by_name["fc.weight"].kind == "Linear"
    # PyTorch's initial weights are uniform: no stable law, and nothing to prune.
    assert not any(layer.by_entries.fits for layer in found.layers)
    assert all(layer.pruning_ratio < 15 for layer in found.layers)
    lines = str(found).splitlines()
    assert max(map(len, lines)) <= 100
    assert len({line.split()[0] for line in lines[3:57]}) == 54


@pytest.mark.process
def test_a_transformer_and_its_files_say_the_same(tmp_path, capsys):
    model = initialised(SmallTransformer)
    found = hts.inspect(model)
    assert len(found.layers) == 9
    assert "tied: the same numbers as embedding.weight" in str(found)
    assert max(map(len, str(found).splitlines())) <= 100
    state = {k: v for k, v in model.state_dict().items() if k != "output.weight"}
    save_file(state, tmp_path / "net.safetensors")
    torch.save(model.state_dict(), tmp_path / "net.pt")
    np.savez(tmp_path / "net.npz", **{k: v.numpy() for k, v in state.items()})
    measured = {layer.name: dataclasses.replace(layer, kind="") for layer in found.layers}
    for name in ("net.safetensors", "net.pt", "net.npz"):
        again = hts.inspect(tmp_path / name)
        assert {x.name: dataclasses.replace(x, kind="") for x in again.layers} == measured
    words = (
        "inspect",
        str(tmp_path / "net.npz"),
        "--layers",
        "encoder*linear?",
        "--layers",
        "emb*",
    )
    assert main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (
        printed["layers"]
        == hts.inspect(tmp_path / "net.npz", layers=["encoder*linear?", "emb*"]).to_dicts()
    )
    assert main([*words, "--csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["name"] for row in rows] == [layer["name"] for layer in printed["layers"]]
    assert [float(row["median_abs"]) for row in rows] == [
        layer["median_abs"] for layer in printed["layers"]
    ]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("net.npz: 5 layers, ")


def test_the_command_line_says_what_is_wrong(tmp_path, capsys):
    (tmp_path / "net.safetensors").write_bytes(b"\0\0\0\0\1\0\0\0{}")
    assert main(["inspect", str(tmp_path / "net.safetensors")]) == 2
    assert "claims a header of 4,294,967,296 bytes" in capsys.readouterr().err


def test_foreign_names_do_not_reach_the_terminal():
    found = hts.inspect({"w\x1b[31m\n": np.eye(3), "v\x07": np.ones(3)})
    assert "\x1b" not in str(found)
    assert "\x07" not in str(found)
    assert found.layers[0].name == "w\x1b[31m\n"


def test_long_names_keep_what_tells_them_apart():
    names = [f"model.layers.{k}.self_attention.{p}_projection" for k in (1, 10) for p in "qkv"]
    found = hts.inspect({name: np.eye(60) + k for k, name in enumerate(names)})
    rows = [line.split()[0] for line in str(found).splitlines()[3:9]]
    assert len(set(rows)) == 6


def test_measuring_leaves_the_weights_as_they_were():
    w = np.random.default_rng(3).standard_normal((70, 70)).astype(np.float32)
    before = w.copy()
    (weight,) = state_weights({"w": w})
    measure(weight, None)
    np.testing.assert_array_equal(w, before)


def test_every_layer_has_a_verdict_in_words():
    rng = np.random.default_rng(1)
    weights = {
        "cauchy.weight": rng.standard_cauchy((300, 100)),
        "laplace.weight": rng.laplace(size=(300, 100)),
        "tiny.weight": np.eye(2),
    }
    found = hts.inspect({name: w.astype(np.float32) for name, w in weights.items()})
    kinds = {row["name"]: row["verdict"] for row in found.to_dicts()}
    assert kinds["cauchy.weight"] == "stable"
    assert kinds["laplace.weight"] == "light"
    assert kinds["tiny.weight"] is None
    assert "Consistent with a stable law: cauchy" in str(found)
    assert "would be wrong: laplace" in str(found)
