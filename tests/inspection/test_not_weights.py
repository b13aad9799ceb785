"""What a checkpoint holds besides weights is left out and named, whatever its key is called."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from effective_weights import Conv1D, assert_rows_of
from safetensors.torch import save_file, save_model
from torch import nn

import hts
from hts.validate import BadInput

OPTIMIZERS = [
    torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad,
    torch.optim.Adadelta, torch.optim.Adamax, torch.optim.NAdam, torch.optim.RAdam,
    torch.optim.Rprop, lambda p, **k: torch.optim.SGD(p, momentum=0.9, **k),
]  # fmt: skip


def trained(make):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(30, 20), nn.BatchNorm1d(20), nn.Linear(20, 10))
    optimizer = make(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(8, 30)).square().sum().backward()
        optimizer.step()
    return model, optimizer


def flat(value, name=""):
    """As scripts write them that save safetensors: names with dots."""
    if isinstance(value, torch.Tensor):
        return {name: value.contiguous().clone()}
    items = value.items() if isinstance(value, dict) else enumerate(value)
    out = {}
    for key, inner in items:
        if isinstance(inner, (torch.Tensor, dict, list)):
            out |= flat(inner, f"{name}.{key}" if name else str(key))
    return out


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_the_state_of_an_optimizer_is_left_out_and_said(tmp_path, make):
    model, optimizer = trained(make)
    checkpoint = {"g": model.state_dict(), "opt_g": optimizer.state_dict(), "epoch": 3}
    expected = {"g.0.weight": model[0].weight, "g.2.weight": model[2].weight}
    found = hts.inspect(checkpoint)
    assert_rows_of(found.layers, **expected)
    assert {x.name: x.why for x in found.left_out}["opt_g"] == "optimizer state, no weights"
    save_file(flat(checkpoint), tmp_path / "n.safetensors")
    found = hts.inspect(tmp_path / "n.safetensors")
    assert_rows_of(found.layers, **expected)
    left = [x.name for x in found.left_out if x.why == "optimizer state, no weights"]
    assert left
    assert all(name.startswith("opt_g.state.") for name in left)


@pytest.mark.process
def test_checkpoints_of_several_networks_and_optimizers(tmp_path):
    model, optimizer = trained(torch.optim.Adam)
    deep = {"a": {"net_g": model.state_dict(), "x": [{"y": optimizer.state_dict()}]}}
    torch.save(deep, tmp_path / "n.pt")
    for given in (deep, tmp_path / "n.pt"):
        found = hts.inspect(given)
        assert [row.name for row in found.layers] == ["a.net_g.0.weight", "a.net_g.2.weight"]
        assert "a.x.0.y" in [x.name for x in found.left_out]
        assert "Left out, optimizer state, no weights" in str(found)


@pytest.mark.parametrize(
    "name",
    ["optimizer.state.layer.weight.exp_avg", "opt_state/0/mu/dense/kernel", "momentum_buffer.0",
     "state.layer.weight.exp_avg_sq", "optim_states.0.w"],
)  # fmt: skip
def test_other_names_of_optimizers_state(name):
    found = hts.inspect({"layer.weight": np.eye(5), name: np.eye(5) + 1})
    assert [row.name for row in found.layers] == ["layer.weight"]
    assert found.left_out[0].why == "optimizer state, no weights"


def test_a_layer_may_be_called_state():
    found = hts.inspect({"state.0.weight": np.eye(5), "state.1.bias": np.ones(5)})
    assert [row.name for row in found.layers] == ["state.0.weight"]


def test_averaged_copies_are_left_out_where_the_network_is_there():
    torch.manual_seed(2)
    net, copy = (nn.Linear(20, 10).state_dict() for _ in range(2))
    listed = {"decay": 0.99, "shadow_params": [copy["weight"], copy["bias"]]}
    for key, other in (("model_ema", copy), ("ema", listed), ("net_ema", {"module": copy})):
        found = hts.inspect({"net": net, key: other})
        assert [row.name for row in found.layers] == ["net.weight"]
        assert any("a moving average (EMA)" in left.why for left in found.left_out)
        assert [row.units for row in hts.inspect({key: other}).layers] == [10]
    other = {"net": net, "ema": nn.Linear(30, 10).state_dict()}
    assert len(hts.inspect(other).layers) == 2


def test_buffers_are_no_layers():
    position = torch.arange(50)[:, None] / 10000 ** (torch.arange(0, 8, 2) / 8)
    table = torch.stack([position.sin(), position.cos()], -1).reshape(50, 1, 8)
    state = {
        "h.0.attn.bias": torch.ones(1, 1, 16, 16).tril(),
        "pos.pe": table,
        "rotary.cos_cached": torch.ones(1, 1, 16, 16),
        "layer.attn_mask": torch.zeros(4, 9, 9) - 100,
        "layer.weight": torch.randn(5, 5),
        "norm.running_mean": torch.randn(5),
    }
    found = hts.inspect(state)
    assert [row.name for row in found.layers] == ["layer.weight"]
    why = {left.name: left.why for left in found.left_out}
    assert why["h.0.attn.bias"] == why["layer.attn_mask"] == "a mask, no weights"
    assert why["pos.pe"] == why["rotary.cos_cached"] == "a table of positions, no weights"
    assert why["norm.running_mean"] == "a running statistic, no weights"


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.lm_head = nn.Embedding(50, 20), nn.Linear(20, 50, bias=False)
        self.lm_head.weight = self.wte.weight


@pytest.mark.process
def test_tied_weights_are_counted_once_in_every_file(tmp_path):
    torch.manual_seed(3)
    model = Tied()
    state = model.state_dict()
    torch.save(state, tmp_path / "n.pt")
    save_model(model, tmp_path / "model.safetensors")
    save_file({k: v.clone() for k, v in state.items()}, tmp_path / "copies.safetensors")
    np.savez(tmp_path / "n.npz", **{k: v.numpy() for k, v in state.items()})
    for name in ("n.pt", "model.safetensors", "copies.safetensors", "n.npz"):
        found = hts.inspect(tmp_path / name)
        assert len(found.layers) == 1, name
        assert "tied: the same numbers as" in found.left_out[0].why


@pytest.mark.process
def test_a_mask_that_two_layers_share_is_applied_to_both(tmp_path):
    mask = torch.eye(5)
    state = {f"{k}.weight_orig": torch.randn(5, 5) for k in range(2)}
    state |= {f"{k}.weight_mask": mask for k in range(2)}
    torch.save(state, tmp_path / "n.pt")
    for given in (state, tmp_path / "n.pt"):
        rows = hts.inspect(given).layers
        assert [row.name for row in rows] == ["0.weight", "1.weight"]
        assert [row.median_abs for row in rows] == [0.0, 0.0]


def gpt2(inputs_first=True):
    torch.manual_seed(4)
    sizes = {"attn.c_attn": (20, 60), "attn.c_proj": (20, 20), "mlp.c_fc": (20, 80),
             "mlp.c_proj": (80, 20)}  # fmt: skip
    state = {"wte.weight": torch.randn(70, 20)}
    for name, shape in sizes.items():
        w = torch.randn(shape)
        state[f"h.0.{name}.weight"] = w if inputs_first else w.T.contiguous()
        state[f"h.0.{name}.bias"] = torch.randn(shape[1])
    return state


def test_units_of_gpt_2_are_its_outputs(tmp_path):
    names = ["wte", "h.0.attn.c_attn", "h.0.attn.c_proj", "h.0.mlp.c_fc", "h.0.mlp.c_proj"]
    units = [70, 60, 20, 80, 20]
    state = gpt2()
    save_file(state, tmp_path / "n.safetensors")
    turned = {f"{name}.weight": state[f"{name}.weight"] for name in names}
    turned |= {name: w.T for name, w in turned.items() if "wte" not in name}
    for given in (state, tmp_path / "n.safetensors"):
        found = {row.name: row for row in hts.inspect(given).layers}
        assert [found[f"{name}.weight"].units for name in names] == units
        assert_rows_of([found[name] for name in turned], **turned)
    bare = {name: w for name, w in state.items() if "bias" not in name}
    found = {row.name: row for row in hts.inspect(bare).layers}
    assert [found[f"{name}.weight"].units for name in names] == units
    # nanoGPT has the same names and PyTorch's order.
    found = {row.name: row for row in hts.inspect(gpt2(inputs_first=False)).layers}
    assert [found[f"{name}.weight"].units for name in names] == units
    assert not any("last axis" in row.note for row in found.values())


def test_a_layer_that_another_stands_in_for_is_left_out():
    state = {f"head.{name}.weight": torch.randn(5, 5) for name in
             ("original_module", "modules_to_save.default")}  # fmt: skip
    found = hts.inspect(state)
    assert [row.name for row in found.layers] == ["head.modules_to_save.default.weight"]
    assert "the trained copy" in found.left_out[0].why


def test_a_live_conv1d_counts_its_outputs():
    layer = Conv1D(7, 30)
    assert_rows_of(hts.inspect(layer).layers, weight=layer.weight.T)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_in_a_file_counts_its_outputs(groups):
    torch.manual_seed(5)
    layer = nn.ConvTranspose2d(4, 6, 3, groups=groups)
    (live,) = hts.inspect(layer).layers
    (stored,) = hts.inspect(layer.state_dict()).layers
    assert stored.units == live.units == 6
    assert stored.pruning_ratio == live.pruning_ratio
    assert stored.relative_error == live.relative_error


def test_kernels_keep_their_units_last():
    torch.manual_seed(6)
    w = torch.randn(3, 3, 5, 5)
    state = {"params/conv/kernel": w, "params/conv/bias": torch.randn(5)}
    (row,) = hts.inspect(state).layers
    assert (row.units, row.inputs) == (5, 45)


def test_an_optimizer_alone_is_no_network():
    _, optimizer = trained(torch.optim.Adam)
    with pytest.raises(BadInput, match=r"^state dict: optimizer state, no weights"):
        hts.inspect(optimizer.state_dict())
