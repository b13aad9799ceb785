"""Quantised weights are measured as the network computes with them, or left out with the reason."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from effective_weights import assert_rows_of
from safetensors.torch import save_file
from torch import nn

import hts
from hts.weights import read_weights

OLD = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def everywhere(state, path, **expected):
    """The rows of a state dict and of the file are those of these tensors."""
    save_file({k: v.contiguous() for k, v in state.items()}, path)
    for given in (state, path):
        found = hts.inspect(given)
        assert_rows_of(found.layers, **expected)
        assert all("dequantised" in row.note for row in found.layers)


@OLD
@pytest.mark.process
def test_quantised_layers_of_pytorch(tmp_path):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 10))
    model = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
    expected = {f"{k}.weight": model[k].weight().dequantize() for k in (0, 2)}
    torch.save(model.state_dict(), tmp_path / "n.pt")
    for given in (model, model.state_dict(), tmp_path / "n.pt"):
        assert_rows_of(hts.inspect(given).layers, **expected)


def codes(shape=(60, 50), seed=2, low=-127, high=128, dtype=torch.int8):
    draw = torch.Generator().manual_seed(seed)
    return torch.randint(low, high, shape, generator=draw).to(dtype)


@pytest.mark.parametrize(
    ("scale", "spread"),
    [
        ((), (1, 1)), ((1,), (1, 1)), ((60,), (60, 1)), ((60, 1), (60, 1)), ((1, 50), (1, 50)),
        ((60, 5), (60, 5)), ((6, 5), (6, 5)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.weight_scale", "a.scale", "a.scales", "a.weight.scale"])
def test_whole_numbers_beside_their_scale(tmp_path, scale, spread, name):
    q, s = codes(), torch.rand(scale) + 0.1
    wide = s.reshape(spread).repeat_interleave(60 // spread[0], 0)
    expected = q * wide.repeat_interleave(50 // spread[1], 1)
    everywhere({"a.weight": q, name: s}, tmp_path / "n.safetensors", **{"a.weight": expected})


def test_rows_of_what_is_read_by_rows(tmp_path):
    q, s = codes((60, 300)), torch.rand(60, 3) + 0.1
    save_file({"a.weight": q, "a.scale": s}, tmp_path / "n.safetensors")
    (weight,) = (w for w in read_weights(tmp_path / "n.safetensors").weights if not w.refused)
    expected = (q * s.repeat_interleave(100, 1)).numpy()
    np.testing.assert_allclose(weight.load(), expected, rtol=1e-6)
    np.testing.assert_allclose(weight.rows(59, 60), expected[59:], rtol=1e-6)


def test_zero_points_and_other_names(tmp_path):
    q, s = codes(low=0, high=256, dtype=torch.uint8), torch.rand(60, 1) + 0.1
    z = torch.randint(100, 150, (60, 1)).to(torch.uint8)
    expected = (q.float() - z.float()) * s
    for names in (
        ("a.weight", "a.weight_scale", "a.weight_zero_point"),
        ("a.weight._data", "a.weight._scale", "a.weight._shift"),
        ("a.weight_q", "a.weight_scale", "a.weight_zp"),
    ):
        state = dict(zip(names, (q, s, z), strict=True))
        everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected})


def test_eight_bits_of_bitsandbytes(tmp_path):
    q, largest = codes(), torch.rand(60) + 0.1
    state = {"a.weight": q, "a.SCB": largest, "a.weight_format": torch.tensor(0)}
    expected = q * largest[:, None] / 127
    everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected})
    found = hts.inspect(state | {"a.weight_format": torch.tensor(2)})
    assert found.layers == ()
    assert "laid out for a GPU" in found.left_out[0].why


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_floats_of_eight_bits_beside_their_scale(tmp_path, dtype):
    w = torch.randn(300, 200, generator=torch.Generator().manual_seed(3)).to(dtype)
    s = torch.rand(3, 2) + 0.1
    wide = s.repeat_interleave(128, 0)[:300].repeat_interleave(128, 1)[:, :200]
    for name, scale, expected in (
        ("a.weight_scale_inv", s, w.float() * wide),
        ("a.scale_weight", torch.tensor([0.3]), w.float() * 0.3),
    ):
        state = {"a.weight": w, name: scale}
        everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected})
    found = hts.inspect({"a.weight": w})
    assert "its scale is stored apart" in found.left_out[0].why


def test_codes_whose_meaning_is_not_known_are_left_out():
    q = codes()
    unsigned = codes(low=0, high=256, dtype=torch.uint8)
    for state, says in (
        ({"a.weight": q}, "dequantise to float16 or float32 first"),
        ({"a.weight": q, "a.scale": torch.ones(7)}, "does not fit their shape"),
        ({"a.weight": unsigned, "a.scale": torch.ones(60)}, "without a zero point"),
        (
            {"a.weight": q, "a.scale": torch.ones(60), "a.zeros": torch.rand(60) + 0.1},
            "no whole numbers",
        ),
        ({"a.qweight": codes(dtype=torch.int32)}, "packed, without scales that fit"),
    ):
        found = hts.inspect(state)
        assert found.layers == ()
        assert says in found.left_out[0].why


def packed(fields, bits):
    """(rows, columns) of small numbers -> int32, the lowest bits first."""
    rows = fields.reshape(len(fields), -1, 32 // bits).astype(np.int64)
    whole = (rows << np.arange(0, 32, bits)).sum(axis=2)
    return torch.from_numpy(whole.astype(np.uint32).view(np.int32))


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
def test_gptq(tmp_path, bits, ordered, symmetric):
    draw = np.random.default_rng(4)
    inputs, units, groups = 64, 96, 4
    q = draw.integers(0, 2**bits, (inputs, units))
    zeros = draw.integers(1, 2**bits, (groups, units))
    if symmetric:
        zeros[:] = 2 ** (bits - 1)
    scales = draw.random((groups, units)).astype(np.float32) + 0.1
    group = np.arange(inputs) // (inputs // groups)
    if ordered:
        group = draw.permutation(group)
    expected = torch.from_numpy(((q - zeros[group]) * scales[group]).T.copy())
    state = {
        "a.qweight": packed(q.T, bits).T,
        "a.qzeros": packed(zeros - 1, bits),
        "a.scales": torch.from_numpy(scales),
    }
    if ordered:
        state["a.g_idx"] = torch.from_numpy(group.astype(np.int32))
    everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected.float()})
    if symmetric and bits > 2:  # the second format stores zero points as they are
        state["a.qzeros"] = packed(zeros, bits)
        everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected.float()})


def test_awq(tmp_path):
    draw = np.random.default_rng(5)
    inputs, units, groups = 64, 96, 4
    q = draw.integers(0, 16, (inputs, units))
    zeros = draw.integers(0, 16, (groups, units))
    scales = draw.random((groups, units)).astype(np.float32) + 0.1
    group = np.arange(inputs) // (inputs // groups)
    expected = torch.from_numpy(((q - zeros[group]) * scales[group]).T.copy())

    def mixed(fields):  # AWQ's order of packing
        return fields.reshape(len(fields), -1, 8)[:, :, [0, 2, 4, 6, 1, 3, 5, 7]].reshape(
            len(fields), -1
        )

    state = {
        "a.qweight": packed(mixed(q), 4),
        "a.qzeros": packed(mixed(zeros), 4),
        "a.scales": torch.from_numpy(scales),
    }
    everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected.float()})


@pytest.mark.parametrize("nested", [False, True])
def test_four_bits_of_bitsandbytes(tmp_path, nested):
    draw = np.random.default_rng(6)
    shape, block = (60, 50), 64
    q = draw.integers(0, 16, shape)
    table = np.linspace(-1, 1, 16).astype(np.float32)
    blocks = -(-q.size // block)
    about = {"shape": shape, "blocksize": block, "quant_type": "nf4", "dtype": "bfloat16"}
    largest = draw.random(blocks).astype(np.float32) + 0.1
    pairs = q.ravel().reshape(-1, 2)
    state = {"a.weight": torch.from_numpy((pairs[:, :1] * 16 + pairs[:, 1:]).astype(np.uint8))}
    state["a.weight.absmax"] = torch.from_numpy(largest)
    if nested:
        code = draw.integers(0, 256, blocks)
        values = np.linspace(-1, 1, 256).astype(np.float32)
        outer = draw.random(-(-blocks // 16)).astype(np.float32)
        largest = values[code] * np.repeat(outer, 16)[:blocks] + 0.5
        about |= {"nested_blocksize": 16, "nested_offset": 0.5}
        state["a.weight.absmax"] = torch.from_numpy(code.astype(np.uint8))
        state["a.weight.nested_absmax"] = torch.from_numpy(outer)
        state["a.weight.nested_quant_map"] = torch.from_numpy(values)
    state["a.weight.quant_map"] = torch.from_numpy(table)
    text = np.frombuffer(json.dumps(about).encode(), np.uint8).copy()
    state["a.weight.quant_state.bitsandbytes__nf4"] = torch.from_numpy(text)
    expected = table[q] * np.repeat(largest, block)[: q.size].reshape(shape)
    expected = torch.from_numpy(expected.astype(np.float32))
    everywhere(state, tmp_path / "n.safetensors", **{"a.weight": expected})


def test_every_code_of_eight_bits_has_the_value_torch_gives_it(tmp_path):
    for name in ("float8_e4m3fn", "float8_e5m2"):
        every = torch.arange(256, dtype=torch.uint8).view(getattr(torch, name))
        save_file({"w": every.reshape(16, 16)}, tmp_path / "n.safetensors")
        (weight,) = read_weights(tmp_path / "n.safetensors").weights
        np.testing.assert_array_equal(weight.load().ravel(), every.float())
