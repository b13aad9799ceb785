"""Low-rank adapters: what is measured is what the adapted layer computes with."""

from __future__ import annotations

import json

import pytest
import torch
from effective_weights import Conv1D, assert_rows_of
from safetensors.torch import save_file
from torch import nn

import hts


class Adapted(nn.Module):
    """As peft's ``lora.Linear``: a base layer, named pairs, a factor for each."""

    def __init__(self, base: nn.Module, inputs: int, outputs: int, **scaling: float) -> None:
        super().__init__()
        self.base_layer = base
        self.lora_A = nn.ModuleDict({k: nn.Linear(inputs, 4, bias=False) for k in scaling})
        self.lora_B = nn.ModuleDict({k: nn.Linear(4, outputs, bias=False) for k in scaling})
        self.scaling = scaling
        self.active_adapters = list(scaling)[:1]
        self.merged = False

    def delta(self, name: str) -> torch.Tensor:
        return self.scaling[name] * self.lora_B[name].weight @ self.lora_A[name].weight


def adapted() -> nn.Module:
    torch.manual_seed(1)
    return nn.ModuleDict({"q_proj": Adapted(nn.Linear(30, 20), 30, 20, default=2.5, other=3.0)})


def test_a_live_layer_is_measured_with_its_active_adapters():
    model = adapted()
    layer = model["q_proj"]
    whole = layer.base_layer.weight + layer.delta("default")
    found = hts.inspect(model)
    assert_rows_of(found.layers, **{"q_proj.weight": whole})
    assert "LoRA of rank 4 added" in found.layers[0].note
    assert "not in use" in {x.name: x.why for x in found.left_out}["q_proj.lora_A.other.weight"]
    layer.active_adapters = ["default", "other"]
    whole = whole + layer.delta("other")
    assert_rows_of(hts.inspect(model).layers, **{"q_proj.weight": whole})
    layer.merged = True
    rows = hts.inspect(model).layers
    assert_rows_of(rows, **{"q_proj.base_layer.weight": layer.base_layer.weight})


def test_a_state_dict_does_not_hold_the_factor_which_is_said():
    model = adapted()
    layer = model["q_proj"]
    found = hts.inspect(model.state_dict())
    whole = layer.base_layer.weight + layer.delta("default") / 2.5
    assert_rows_of(found.layers, **{"q_proj.weight": whole})
    assert "its factor lora_alpha / r not in the file and taken as 1" in found.layers[0].note


@pytest.mark.parametrize("rooted", [False, True])
def test_an_adapter_alone_is_the_product_with_the_factor_of_its_config(tmp_path, rooted):
    torch.manual_seed(2)
    low, up = torch.randn(4, 30), torch.randn(20, 4)
    stem = "base_model.model.layers.0.q_proj"
    save_file(
        {f"{stem}.lora_A.weight": low, f"{stem}.lora_B.weight": up},
        tmp_path / "adapter_model.safetensors",
    )
    (row,) = hts.inspect(tmp_path / "adapter_model.safetensors").layers
    assert_rows_of([row], **{f"{stem}.lora": up @ low})
    assert "the product B A of a LoRA of rank 4" in row.note
    assert "taken as 1" in row.note
    config = {"lora_alpha": 12, "r": 4, "use_rslora": rooted, "alpha_pattern": {"k_proj": 1}}
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    (row,) = hts.inspect(tmp_path / "adapter_model.safetensors").layers
    assert_rows_of([row], **{f"{stem}.lora": (6 if rooted else 3) * up @ low})
    assert "taken as 1" not in row.note
    (tmp_path / "adapter_config.json").write_text("[")
    (row,) = hts.inspect(tmp_path / "adapter_model.safetensors").layers
    assert "taken as 1" in row.note


def test_other_names_of_the_pair():
    torch.manual_seed(3)
    w, low, up = torch.randn(20, 30), torch.randn(4, 30), torch.randn(20, 4)
    alpha = {"x.lora_down.weight": low, "x.lora_up.weight": up, "x.alpha": torch.tensor(8.0)}
    for state, name, expected in (
        ({"x.weight": w, "x.lora_A": low, "x.lora_B": up}, "x.weight", w + up @ low),
        ({"x.weight": w, "x.lora_a.weight": low, "x.lora_b.weight": up}, "x.weight", w + up @ low),
        ({"to_q_lora.down.weight": low, "to_q_lora.up.weight": up}, "to_q.lora", up @ low),
        ({"to_q.lora.down.weight": low, "to_q.lora.up.weight": up}, "to_q.lora", up @ low),
        (alpha, "x.lora", 2 * up @ low),
    ):
        assert_rows_of(hts.inspect(state).layers, **{name: expected})


def test_convolutions_embeddings_and_magnitudes():
    torch.manual_seed(4)
    w, low, up = torch.randn(20, 3, 5, 5), torch.randn(4, 3, 5, 5), torch.randn(20, 4, 1, 1)
    state = {"c.weight": w, "c.lora_A.weight": low, "c.lora_B.weight": up}
    whole = w + torch.einsum("or,rijk->oijk", up[:, :, 0, 0], low)
    assert_rows_of(hts.inspect(state).layers, **{"c.weight": whole})

    w, low, up = torch.randn(50, 20), torch.randn(4, 50), torch.randn(20, 4)
    state = {"e.base_layer.weight": w, "e.lora_embedding_A.default": low}
    state["e.lora_embedding_B.default"] = up
    assert_rows_of(hts.inspect(state).layers, **{"e.weight": w + (up @ low).T})

    w, low, up, size = torch.randn(20, 30), torch.randn(4, 30), torch.randn(20, 4), torch.rand(20)
    state = {"d.base_layer.weight": w, "d.lora_A.default.weight": low}
    state |= {"d.lora_B.default.weight": up, "d.lora_magnitude_vector.default.weight": size}
    whole = w + up @ low
    whole = whole * (size / whole.norm(dim=1))[:, None]
    assert_rows_of(hts.inspect(state).layers, **{"d.weight": whole})


def test_a_layer_that_keeps_its_inputs_first_gets_the_product_turned():
    torch.manual_seed(5)
    model = nn.ModuleDict({"c_attn": Adapted(Conv1D(30, 30), 30, 30, default=2.0)})
    layer = model["c_attn"]
    whole = layer.base_layer.weight.T + layer.delta("default")
    assert_rows_of(hts.inspect(model).layers, **{"c_attn.weight": whole})
