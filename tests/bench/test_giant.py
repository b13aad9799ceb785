"""The file of `bench giant`: as many weights as it says, and every layer of it has a row."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
import torch

import hts
from bench import giant
from hts.weights import read_weights


def test_a_language_model_of_seven_billion_weights():
    assert sum(prod(shape) for shape in giant.shapes().values()) == pytest.approx(7e9, rel=0.001)


def test_codes_are_those_of_bfloat16():
    values = np.random.default_rng(1).standard_normal(1000, dtype=np.float32)
    expected = torch.from_numpy(values).bfloat16().view(torch.int16).numpy().view(np.uint16)
    np.testing.assert_array_equal(giant._bfloat16(values), expected)


@pytest.mark.process
def test_every_layer_has_a_row(tmp_path, monkeypatch):
    for name, size in (("WIDTH", 64), ("INNER", 96), ("VOCABULARY", 200), ("_ROWS", 50)):
        monkeypatch.setattr(giant, name, size)
    made = tmp_path / "n.safetensors"
    weights = giant.make(made, layers=1)
    found = read_weights(made).weights
    assert sum(w.size for w in found) == weights
    matrices = [w for w in found if len(w.shape) == 2]
    assert all(0.015 < w.load().std() < 0.5 for w in matrices)
    assert {row.name: row.shape for row in hts.inspect(made).layers} == {
        w.name: w.shape for w in matrices
    }
    row = giant.measure(None, path=made)
    assert (row["layers"], row["left_out"], row["entries"]) == (9, 1, weights - 64)
    assert 1 < row["peak_anonymous_mb"] < 1000
