"""The noise of many members at once is, bit for bit, the noise of each."""

from __future__ import annotations

import pytest
import torch

from hts.noise import NoiseSource, draws
from hts.noise.stacked import StackedNoise

MIXED = [
    NoiseSource("none", 2.0, seed=9),
    NoiseSource("I", 1.5, seed=1),
    NoiseSource("I", 1.75, seed=2, layer=3),
    NoiseSource("II", 1.75, seed=1),
    NoiseSource("gaussian", 2.0, seed=4),
    NoiseSource("II", 0.8, seed=5),
    NoiseSource("III", 1.2, seed=6),
    NoiseSource("III", 1.2, seed=7),
    NoiseSource("III", 2.0, seed=8),
    NoiseSource("III", 1.75, seed=1),
    NoiseSource("II", 1.0, seed=5),
]
SCALES = [0.3 + 0.1 * i for i in range(len(MIXED))]


def one_by_one(start: torch.Tensor, step: int) -> torch.Tensor:
    out = start.clone()
    for source, scale, member in zip(MIXED, SCALES, out, strict=True):
        source.add_(member, scale, step)
    return out


@pytest.mark.parametrize(("units", "inputs"), [(1, 1), (37, 5), (200, 140), (1030, 7), (513, 2)])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_stack_gets_what_its_members_get(units, inputs, threads):
    before = torch.get_num_threads()
    start = torch.randn(len(MIXED), units, inputs, generator=torch.Generator().manual_seed(1))
    got = start.clone()
    torch.set_num_threads(threads)
    try:
        StackedNoise(MIXED, SCALES).add_(got, step=11)
    finally:
        torch.set_num_threads(before)
    assert torch.equal(got, one_by_one(start, 11))


@pytest.mark.parametrize("change", ["double", "strided", "no numba"])
def test_other_weights_and_machines_take_the_plain_way(change, monkeypatch):
    start = torch.zeros(len(MIXED), 12, 8)
    if change == "double":
        start = start.double()
    elif change == "strided":
        start = torch.zeros(len(MIXED), 8, 12).transpose(1, 2)
    else:
        monkeypatch.setattr(draws, "compiled_pass", lambda: None)
        monkeypatch.setattr("hts.noise.stacked.compiled_pass", lambda: None)
    got = start.clone(memory_format=torch.preserve_format)
    StackedNoise(MIXED, SCALES).add_(got, step=2)
    assert torch.equal(got, one_by_one(start, 2))
