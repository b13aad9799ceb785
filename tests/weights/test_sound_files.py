"""What is in a sound file comes out exactly, whatever wrote it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from weight_files import npy, npz, safetensors

from hts.weights import read_weights

RNG = np.random.default_rng(1)
ARRAYS = {
    "conv.weight": RNG.standard_normal((4, 3, 2, 2)).astype(np.float32),
    "fc.weight": RNG.standard_normal((5, 7)),
    "fc.bias": RNG.standard_normal(5).astype(np.float16),
}


def content(found) -> dict[str, np.ndarray]:
    return {weight.name: weight.load() for weight in found.weights}


@pytest.mark.parametrize(("ending", "write"), [("safetensors", safetensors), ("npz", npz)])
def test_arrays_come_out_as_they_went_in(tmp_path, ending, write):
    path = tmp_path / f"net.{ending}"
    path.write_bytes(write(ARRAYS))
    found = read_weights(path)
    assert (found.source, found.format) == (path.name, ending)
    assert [(w.name, w.shape, w.dtype, w.refused) for w in found.weights] == [
        (name, a.shape, a.dtype.name, "") for name, a in ARRAYS.items()
    ]
    assert [w.kind for w in found.weights[:2]] == ["conv 2-D", "matrix"]
    for name, array in content(found).items():
        np.testing.assert_array_equal(array, ARRAYS[name])
        assert array.dtype == (np.float64 if name == "fc.weight" else np.float32)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_what_the_safetensors_library_wrote_is_read_exactly(tmp_path, dtype):
    tensors = {"a": torch.randn(6, 5, generator=torch.Generator().manual_seed(2)).to(dtype)}
    save_file(tensors, tmp_path / "net.safetensors", {"made": "by test"})
    (weight,) = read_weights(tmp_path / "net.safetensors").weights
    assert weight.dtype == str(dtype).removeprefix("torch.")
    np.testing.assert_array_equal(weight.load(), tensors["a"].double().numpy())


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(12.0).reshape(3, 4).astype(">f4"),
    ],
    ids=["rows first", "columns first", "big-endian"],
)
def test_a_single_array_is_named_like_its_file(tmp_path, array):
    (tmp_path / "layer.npy").write_bytes(npy(array))
    (tmp_path / "layer.npz").write_bytes(npz({"a": array}))
    found = read_weights(tmp_path / "layer.npy")
    assert list(content(found)) == ["layer"]
    np.testing.assert_array_equal(content(found)["layer"], array)
    np.testing.assert_array_equal(content(read_weights(tmp_path / "layer.npz"))["a"], array)


@pytest.mark.parametrize(
    ("dtype", "width", "says"),
    [
        ("F8_E4M3", 1, "too coarse for a tail"),
        ("F8_E5M2", 1, "too coarse for a tail"),
        ("I8", 1, "codes of quantised weights"),
        ("I64", 8, "whole numbers"),
        ("BOOL", 1, "whole numbers"),
        ("C64", 8, "complex"),
    ],
)
def test_types_that_are_no_weights_are_left_out_with_words(tmp_path, dtype, width, says):
    good = safetensors({"x": np.zeros(3 * width, np.int8)}, x={
        "dtype": dtype, "shape": [3], "data_offsets": [0, 3 * width],
    })  # fmt: skip
    (tmp_path / "net.safetensors").write_bytes(good)
    (weight,) = read_weights(tmp_path / "net.safetensors").weights
    assert says in weight.refused


def test_other_types_in_an_archive_are_left_out_with_words(tmp_path):
    arrays = {
        "text": np.array(["a", "b"]),
        "pairs": np.zeros(3, [("x", float), ("y", float)]),
        "none": np.zeros((0, 4)),
        "count": np.array(7),
    }
    (tmp_path / "net.npz").write_bytes(npz(arrays))
    refused = {w.name: w.refused for w in read_weights(tmp_path / "net.npz").weights}
    assert "not a type of real numbers" in refused["text"]
    assert "not a type of real numbers" in refused["pairs"]
    assert "empty" in refused["none"]
    assert "whole numbers" in refused["count"]
