"""Ordinary networks, as PyTorch, NumPy and safetensors write them: every matrix is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import hts


class Bare(nn.Module):
    """Parameters of its own, with names that mean something elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.W_g, self.W_v = nn.Parameter(torch.randn(9, 1)), nn.Parameter(torch.randn(9, 9))
        self.scale, self.orig = nn.Parameter(torch.randn(9, 1)), nn.Parameter(torch.randn(9, 9))
        self.state = nn.ModuleList([nn.Linear(4, 9)])
        self.prev = nn.Linear(9, 4)
        self.register_buffer("table", torch.arange(5))


MODELS = {
    "linear": lambda: nn.Linear(30, 20),
    "deep": lambda: nn.Sequential(nn.Linear(9, 9), nn.Sequential(nn.Linear(9, 9), nn.Tanh())),
    "batch norm": lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 4, 1)),
    "conv 1-D": lambda: nn.Conv1d(6, 8, 5, groups=2),
    "conv 3-D": lambda: nn.Conv3d(2, 3, 3),
    "transposed": lambda: nn.ConvTranspose2d(4, 6, 3),
    "transposed in groups": lambda: nn.ConvTranspose1d(4, 6, 3, groups=2),
    "lstm": lambda: nn.LSTM(5, 7, num_layers=2, bidirectional=True),
    "gru": lambda: nn.GRU(5, 7, bias=False),
    "attention": lambda: nn.MultiheadAttention(8, 2),
    "attention, other keys": lambda: nn.MultiheadAttention(8, 2, kdim=4, vdim=6),
    "transformer": lambda: nn.Transformer(8, 2, 2, 2, 16, batch_first=True),
    "embedding": lambda: nn.Sequential(nn.Embedding(20, 8, padding_idx=0), nn.Linear(8, 20)),
    "bilinear": lambda: nn.Bilinear(3, 4, 5),
    "norms": lambda: nn.Sequential(nn.LayerNorm(9), nn.Linear(9, 9), nn.GroupNorm(3, 9)),
    "bare": Bare,
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_every_matrix_of_a_network_has_its_row_in_every_file(tmp_path, name):
    torch.manual_seed(1)
    model = MODELS[name]()
    state = model.state_dict()
    rows = {row.name: row.units for row in hts.inspect(model).layers}
    assert set(rows) == {key for key, value in model.named_parameters() if value.ndim > 1}
    save_file({k: v.contiguous().clone() for k, v in state.items()}, tmp_path / "n.safetensors")
    np.savez_compressed(tmp_path / "n.npz", **{k: v.numpy() for k, v in state.items()})
    for ending in ("safetensors", "npz"):
        assert _units(tmp_path / f"n.{ending}") == rows, ending


@pytest.mark.process
def test_every_matrix_of_every_network_has_its_row_in_a_checkpoint(tmp_path):
    """All networks at once: each checkpoint is read in a process of its own."""
    torch.manual_seed(1)
    models = {name: make() for name, make in MODELS.items()}
    rows = {
        f"{name}.{row.name}": row.units
        for name, model in models.items()
        for row in hts.inspect(model).layers
    }
    state = {
        f"{name}.{key}": value
        for name, model in models.items()
        for key, value in model.state_dict().items()
    }
    torch.save(state, tmp_path / "n.pt")
    torch.save({"model": state, "epoch": 3}, tmp_path / "n.pth")
    assert _units(tmp_path / "n.pt") == _units(tmp_path / "n.pth") == rows


def _units(file: Path) -> dict[str, int]:
    return {row.name: row.units for row in hts.inspect(file).layers}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4", ">f8", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(9, 7), (9, 3, 2, 2)])
def test_arrays_of_numpy(tmp_path, dtype, order, shape):
    w = np.asarray(np.random.default_rng(1).standard_normal(shape), dtype, order=order)
    np.save(tmp_path / "a.npy", w)
    np.savez(tmp_path / "a.npz", w=w, v=w.ravel()[:5], step=np.int64(3))
    for name in ("a.npy", "a.npz"):
        (row,) = hts.inspect(tmp_path / name).layers
        assert row.units == 9
        assert row.median_abs == pytest.approx(np.median(np.abs(w.astype(float))), rel=1e-3)


@pytest.mark.parametrize(
    ("weight", "bias"),
    [("W1", "b1"), ("w", "b"), ("weights", "biases"), ("coefs_0", "intercepts_0"),
     ("dense/kernel", "dense/bias"), ("fc_weight", "fc_bias")],
)  # fmt: skip
def test_networks_that_keep_their_inputs_first(weight, bias):
    arrays = {weight: np.random.default_rng(1).standard_normal((30, 7)), bias: np.ones(7)}
    (row,) = hts.inspect(arrays).layers
    assert (row.units, row.inputs) == (7, 30)


@pytest.mark.process
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_networks_of_other_precisions(tmp_path, dtype):
    torch.manual_seed(1)
    state = nn.Sequential(nn.Linear(30, 20), nn.Conv2d(3, 8, 3)).to(dtype).state_dict()
    save_file(state, tmp_path / "n.safetensors")
    torch.save(state, tmp_path / "n.pt")
    for name in ("n.safetensors", "n.pt"):
        found = hts.inspect(tmp_path / name).layers
        assert [row.name for row in found] == ["0.weight", "1.weight"]
        assert {row.dtype for row in found} == {str(dtype).removeprefix("torch.")}
