"""Modules, state dicts and arrays: names, kinds, which axis counts units, what has no values."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from hts.validate import BadInput
from hts.weights import module_weights, state_weights


def by_name(weights):
    return {weight.name: weight for weight in weights}


def test_names_have_dots_and_kinds_come_from_the_modules():
    model = nn.Sequential(
        nn.Linear(3, 4), nn.Conv1d(3, 4, 2), nn.Conv2d(3, 4, 2), nn.Conv3d(3, 4, 2),
        nn.Embedding(5, 6), nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 2, kdim=3),
        nn.LSTM(3, 4), nn.Sequential(nn.Bilinear(2, 3, 4)),
    )  # fmt: skip
    kinds = {n: w.kind for n, w in by_name(module_weights(model)).items() if len(w.shape) > 1}
    assert kinds == {
        "0.weight": "Linear", "1.weight": "Conv1d", "2.weight": "Conv2d", "3.weight": "Conv3d",
        "4.weight": "Embedding", "5.in_proj_weight": "attn q,k,v", "5.out_proj.weight": "attn out",
        "6.q_proj_weight": "attn q", "6.k_proj_weight": "attn k", "6.v_proj_weight": "attn v",
        "6.out_proj.weight": "attn out", "7.weight_ih_l0": "LSTM input",
        "7.weight_hh_l0": "LSTM hidden", "8.0.weight": "Bilinear",
    }  # fmt: skip
    for name, parameter in model.named_parameters():
        np.testing.assert_array_equal(
            by_name(module_weights(model))[name].load(), parameter.detach()
        )


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_counts_its_outputs(groups):
    layer = nn.ConvTranspose2d(4, 6, 3, groups=groups, bias=False)
    (weight,) = module_weights(layer)
    rows = np.moveaxis(weight.load(), weight.units_axis, 0)
    assert weight.shape[weight.units_axis] == 6
    assert rows.shape == (6, 4 // groups, 3, 3)
    # Output channel k sees exactly what row k holds: an input of ones, through the middle pixel.
    out = layer(torch.ones(1, 4, 5, 5))[0, :, 3, 3].detach()
    np.testing.assert_allclose(rows.sum(axis=(1, 2, 3)), out, rtol=1e-4, atol=1e-6)


def test_tied_weights_are_counted_once():
    model = nn.ModuleDict({"a": nn.Linear(3, 3, bias=False), "b": nn.Linear(3, 3, bias=False)})
    model["b"].weight = model["a"].weight
    for weights in (module_weights(model), state_weights(model.state_dict())):
        assert [w.refused for w in weights] == [
            "",
            "tied: the same numbers as a.weight, counted once",
        ]
    array = np.eye(3)
    twins = state_weights({"a": array, "b": array, "turned": array.T, "copy": array.copy()})
    assert [bool(w.refused) for w in twins] == [False, True, False, False]
    apart = {"x": np.float64(1), "y": np.float64(1), "e": np.empty((0, 3)), "f": np.empty((0, 3))}
    assert not any("tied" in w.refused for w in state_weights(apart))


@pytest.mark.filterwarnings("ignore:Lazy modules")
def test_parameters_without_values_say_so():
    model = nn.Sequential(nn.LazyLinear(4), nn.Linear(3, 4, device="meta"), nn.Linear(3, 4))
    why = {name: w.refused for name, w in by_name(module_weights(model)).items()}
    assert "run one batch through the model first" in why["0.weight"]
    assert "it has a shape but no values" in why["1.weight"]
    assert why["2.weight"] == ""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_quantised_weights_are_taken_as_they_compute():
    values = torch.tensor([[0.5, -1.0], [0.25, 2.0]])
    quantised = torch.quantize_per_tensor(values, 0.25, 0, torch.qint8)
    (weight,) = state_weights({"w": quantised})
    assert weight.refused == ""
    assert "quantised (qint8)" in weight.note
    np.testing.assert_array_equal(weight.load(), values)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_other_precisions_are_exact(dtype):
    values = torch.randn(4, 5, generator=torch.Generator().manual_seed(1)).to(dtype)
    (weight,) = state_weights({"net": {"w": values.requires_grad_()}})
    assert weight.name == "net.w"
    np.testing.assert_array_equal(weight.load(), values.detach().double())


def test_what_holds_no_weights():
    with pytest.raises(BadInput, match="holds no arrays"):
        state_weights({"epoch": 3})
    with pytest.raises(BadInput, match="'w' is a list; tensors, NumPy arrays"):
        state_weights({"w": [1.0, 2.0]})
    with pytest.raises(BadInput, match="this ReLU has no parameters"):
        module_weights(nn.ReLU())
