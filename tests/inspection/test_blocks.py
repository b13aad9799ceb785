"""Layers in blocks of rows: the same figures as of the whole array, and little memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import hts
from hts.inspection import matrix
from hts.inspection.matrix import Matrix, matrix_of
from hts.inspection.sizes import largest_squares, median_abs, sizes_of
from hts.tails.samples import entries
from hts.tails.samples.entries import entries_sample
from hts.weights import read_weights, state_weights


def sample(shape, dtype, seed=1):
    draw = np.random.default_rng(seed)
    zeros = draw.random(shape) < 0.3
    return np.where(zeros, 0, draw.standard_cauchy(shape)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (301, 70), (40, 1001)])
def test_order_statistics_are_those_of_the_sorted_array(monkeypatch, dtype, shape):
    monkeypatch.setattr(matrix, "BLOCK", 500)
    (weight,) = state_weights({"w": sample(shape, dtype)})
    whole = weight.load().astype(np.float64)
    found = matrix_of(weight)
    sizes = sizes_of(found)
    order = np.sort(np.abs(whole).ravel())
    assert sizes.wrong == 0
    assert sizes.largest == order[-1]
    assert median_abs(found, sizes) == np.median(order)
    assert sizes.mean_abs == pytest.approx(order.mean(), rel=1e-6)
    assert sizes.norms == pytest.approx(np.linalg.norm(whole, axis=1), rel=1e-12)
    for share in (0.01, 0.4):
        top = max(1, round(share * order.size))
        expected = float(np.square(order[-top:]).sum())
        assert largest_squares(found, sizes, share) == pytest.approx(expected, rel=1e-12)


def test_what_is_no_number_is_counted(monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 10)
    values = np.ones((9, 5))
    values[2, 3], values[7, 0], values[8, 4] = np.nan, np.inf, -np.inf
    (weight,) = state_weights({"w": values})
    assert sizes_of(matrix_of(weight)).wrong == 3


def test_chosen_rows_are_the_rows(monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 20)
    values = np.arange(70.0).reshape(10, 7)
    found = Matrix(10, 7, lambda start, stop: values[start:stop])
    for rows in ([0], [1, 2, 7, 9], range(10)):
        np.testing.assert_array_equal(found.chosen(np.array(rows)), values[list(rows)])


def test_a_sample_of_entries_takes_from_every_row_alike(monkeypatch):
    monkeypatch.setattr(entries, "_BLOCK", 1000)
    values = np.random.default_rng(1).standard_normal((300, 200))
    found = Matrix(300, 200, lambda start, stop: values[start:stop])
    some = entries_sample(found, 900, "w")
    rows, columns = some.clusters.rows, some.clusters.columns
    assert np.bincount(rows).tolist() == [3] * 300
    assert len(set(zip(rows, columns, strict=True))) == 900
    assert len(set(columns)) > 150  # of 200
    np.testing.assert_allclose(some.values + some.location, values[rows, columns])
    np.testing.assert_array_equal(some.values, entries_sample(found, 900, "w").values)
    assert not np.array_equal(some.values, entries_sample(found, 900, "v").values)
    assert entries_sample(found, 100, "w").size == 100
    np.testing.assert_allclose(entries_sample(found, 60_000, "w").values + np.median(values),
                               values.ravel())  # fmt: skip


@pytest.mark.parametrize("ending", ["safetensors", "npy"])
def test_a_large_file_is_never_whole_in_memory(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(matrix, "BLOCK", 2**18)
    w = torch.randn(16_384, 2048, generator=torch.Generator().manual_seed(1))
    path = tmp_path / f"net.{ending}"
    if ending == "npy":
        np.save(path, w.numpy())
    else:
        save_file({"net": w.to(torch.bfloat16)}, path)
        w = w.to(torch.bfloat16)
    hts.inspect({"net": w[:60]})  # what is compiled or tabled once
    tracemalloc.start()
    (layer,) = hts.inspect(path).layers
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 16_384 * 2048  # bytes of the array as float32
    (whole,) = hts.inspect({"net": w}).layers
    assert layer.to_dict() == {**whole.to_dict(), "kind": layer.kind}


def test_rows_of_a_file_are_the_rows_of_the_array(tmp_path):
    values = sample((30, 4, 5), np.float32)
    np.save(tmp_path / "net.npy", values)
    save_file({"net": torch.from_numpy(values)}, tmp_path / "net.safetensors")
    for name in ("net.npy", "net.safetensors"):
        (weight,) = read_weights(tmp_path / name).weights
        np.testing.assert_array_equal(weight.rows(7, 19), values[7:19])
