"""Noise on tensors of any shape: which weights are one unit."""

from __future__ import annotations

import pytest
import torch

from hts.noise import NoiseSource
from hts.training.injection import COLUMNS, add_noise_
from hts.validate import BadInput

KINDS = ("gaussian", "I", "II", "III")


def source(kind: str = "III") -> NoiseSource:
    return NoiseSource(kind, 1.7, seed=3, layer=2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("shape", "columns", "units", "inputs"),
    [
        ((6, 5), "filter", 6, 5),
        ((6, 5), "kernel", 6, 5),
        ((6, 5), "entry", 30, 1),
        ((6, 5, 3), "filter", 6, 15),
        ((6, 5, 3, 2), "filter", 6, 30),
        ((6, 5, 3, 2), "kernel", 30, 6),
        ((6, 5, 3, 2, 2), "kernel", 30, 12),
        ((7,), "entry", 7, 1),
        ((), "entry", 1, 1),
    ],
)
def test_adds_exactly_the_sources_noise_unit_by_unit(kind, shape, columns, units, inputs):
    tensor = torch.zeros(shape)
    add_noise_(tensor, source(kind), 0.5, 4, columns)
    expected = torch.zeros(units, inputs)
    source(kind).add_(expected, 0.5, 4)
    assert torch.equal(tensor.reshape(units, inputs), expected)
    assert tensor.count_nonzero() == tensor.numel()


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3, 3)])
def test_transposed_units_lie_along_the_second_axis(shape):
    tensor = torch.zeros(shape)
    add_noise_(tensor, source("I"), 1.0, 1, "transposed")
    units = tensor.transpose(0, 1).reshape(6, -1)
    assert torch.equal(units, source("I").increment(6, units.shape[1], 1))


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("kind", KINDS)
def test_strides_do_not_matter(kind, columns):
    start = torch.linspace(-1, 1, 8 * 3 * 5 * 5).reshape(8, 3, 5, 5)
    plain, last = start.clone(), start.clone().to(memory_format=torch.channels_last)
    sliced = torch.zeros(8, 6, 5, 5)[:, ::2].copy_(start)
    for tensor in (plain, last, sliced):
        add_noise_(tensor, source(kind), 0.1, 2, columns)
    assert not last.is_contiguous()
    assert not sliced.is_contiguous()
    torch.testing.assert_close(last.contiguous(), plain, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(sliced.contiguous(), plain, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-6), (torch.float16, 1e-3), (torch.bfloat16, 8e-3)]
)
def test_every_floating_dtype_gets_the_same_noise(dtype, rtol):
    tensor, single = torch.zeros(6, 4, 3, dtype=dtype), torch.zeros(6, 4, 3)
    for t in (tensor, single):
        add_noise_(t, source(), 0.5, 4)
    torch.testing.assert_close(tensor.float(), single, rtol=rtol, atol=1e-6)


def test_a_complex_number_is_two_coordinates():
    tensor = torch.zeros(6, 5, dtype=torch.complex64)
    add_noise_(tensor, source(), 1.0, 4)
    assert torch.equal(torch.view_as_real(tensor).reshape(6, 10), source().increment(6, 10, 4))


@pytest.mark.parametrize("columns", COLUMNS)
def test_tensors_without_elements_or_units_stay(columns):
    add_noise_(torch.zeros(0, 4), source(), 1.0, 1, columns)
    add_noise_(torch.zeros(4, 0, 3), source(), 1.0, 1, columns)
    if columns != "entry":
        bias = torch.zeros(5)
        add_noise_(bias, source(), 1.0, 1, columns)
        assert not bias.any()


def test_bad_words_and_numbers_are_told():
    with pytest.raises(BadInput, match=r"columns must be one of .*Did you mean 'filter'"):
        add_noise_(torch.zeros(2, 2), source(), 1.0, 1, "filters")
    with pytest.raises(BadInput, match="floating-point"):
        add_noise_(torch.zeros(2, 2, dtype=torch.int64), source(), 1.0, 1)
