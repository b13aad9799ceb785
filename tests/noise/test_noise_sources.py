"""Noise as a pure function of where it is used."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from hts.noise import NoiseSource, draws, sample
from hts.noise.types import NOISE_TYPES, noise_type
from hts.validate import BadInput

KINDS = ("gaussian", "I", "II", "III")


def correlation(x: torch.Tensor, y: torch.Tensor) -> float:
    """Pearson's correlation of all elements."""
    return float(torch.corrcoef(torch.stack([x.flatten(), y.flatten()]))[0, 1])


@pytest.mark.parametrize("kind", KINDS)
def test_same_place_same_noise_and_any_other_place_another(kind: str) -> None:
    source = NoiseSource(kind, 1.7, seed=5, layer=1)
    here = source.increment(40, 30, step=7)
    assert torch.equal(here, NoiseSource(kind, 1.7, seed=5, layer=1).increment(40, 30, step=7))
    others = (
        source.increment(40, 30, step=8),
        NoiseSource(kind, 1.7, seed=5, layer=0).increment(40, 30, step=7),
        NoiseSource(kind, 1.7, seed=6, layer=1).increment(40, 30, step=7),
    )
    for other in others:
        assert not (other == here).any()
        assert abs(correlation(other.tanh(), here.tanh())) < 0.6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("few", [1, 37, 301])
def test_the_first_units_of_a_wide_layer_have_a_narrow_ones_noise(kind: str, few: int) -> None:
    source = NoiseSource(kind, 1.7, seed=2)
    wide = source.increment(900, 70, step=3)
    assert torch.equal(wide[:few], source.increment(few, 70, step=3))


@pytest.mark.parametrize("kind", KINDS)
def test_bit_identical_whatever_the_number_of_threads(kind: str) -> None:
    before = torch.get_num_threads()
    source = NoiseSource(kind, 1.7, seed=2)
    try:
        drawn = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            drawn.append(source.increment(3000, 70, step=3))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(*drawn)


@pytest.mark.parametrize("kind", KINDS)
def test_adding_is_scaling_the_increment_and_adding_it(kind: str) -> None:
    source = NoiseSource(kind, 1.6, seed=9)
    weights = torch.linspace(-1, 1, 60 * 11).reshape(60, 11)
    added = weights.clone()
    source.add_(added, 0.25, step=4)
    expected = weights + 0.25 * source.increment(60, 11, step=4)
    torch.testing.assert_close(added, expected, rtol=1e-6, atol=1e-7)


def test_views_and_double_precision_get_the_same_noise() -> None:
    source = NoiseSource("III", 1.6, seed=9)
    expected = source.increment(20, 9, step=1)
    turned = torch.zeros(9, 20).t()
    source.add_(turned, 1.0, step=1)
    assert torch.equal(turned, expected)
    double = source.increment(20, 9, step=1, dtype=torch.float64)
    torch.testing.assert_close(double.float(), expected)


def test_parameters_that_need_gradients_can_be_moved() -> None:
    weights = torch.zeros(5, 4, requires_grad=True)
    NoiseSource("II", 1.5, seed=1).add_(weights, 1.0, step=0)
    assert weights.detach().abs().sum() > 0
    assert weights.is_leaf


def test_no_noise_and_zero_scale_add_nothing() -> None:
    weights = torch.ones(5, 4)
    NoiseSource("none", 1.5, seed=1).add_(weights, 3.0, step=0)
    NoiseSource("II", 1.5, seed=1).add_(weights, 0.0, step=0)
    assert torch.equal(weights, torch.ones(5, 4))


def test_type_one_copies_one_number_to_all_coordinates_of_a_unit() -> None:
    noise = NoiseSource("I", 1.75, seed=3).increment(500, 12, step=0)
    assert (noise == noise[:, :1]).all()
    assert len(noise[:, 0].unique()) == 500


def test_at_alpha_two_types_two_and_three_are_the_gaussian_of_variance_two() -> None:
    gaussian = NoiseSource("gaussian", 1.3, seed=4).increment(300, 40, step=2)
    for kind in ("II", "III"):
        assert torch.equal(NoiseSource(kind, 2.0, seed=4).increment(300, 40, step=2), gaussian)
    assert abs(gaussian.double().var() - 2) < 4 * 2 * np.sqrt(2 / gaussian.numel())


def test_type_one_at_alpha_two_has_variance_two_as_well() -> None:
    scalars = NoiseSource("I", 2.0, seed=4).increment(20_000, 1, step=2).double()
    assert abs(scalars.var() - 2) < 4 * 2 * np.sqrt(2 / 20_000)


def test_every_alpha_uses_the_same_bits() -> None:
    one, other = (
        NoiseSource("II", alpha, seed=4).increment(50, 20, step=2).flatten() for alpha in (1.2, 1.9)
    )
    assert torch.equal(one.sign(), other.sign())
    ranks = (x.abs().argsort().argsort().double() for x in (one, other))
    assert correlation(*ranks) > 0.8


def test_calls_share_no_values_beyond_what_single_precision_must() -> None:
    # Lanes shared between calls pass every test of distribution; only repeated values show them.
    source = NoiseSource("II", 1.75, seed=8)
    calls = [source.increment(100, 100, step=s).flatten() for s in range(20)]
    values = torch.cat(calls)
    repeated = 1 - len(values.unique()) / len(values)
    alone = np.mean([1 - len(c.unique()) / len(c) for c in calls])
    expected = alone * len(calls)  # collisions grow with the number of values, here 20 fold
    assert abs(repeated - expected) < 6 * np.sqrt(expected / len(values)) + 0.1 * expected


def test_sample_is_what_a_run_adds() -> None:
    drawn = sample("II", 1.75, units=30, inputs=14, seed=3, step=2)
    assert drawn.dtype == np.float32
    expected = NoiseSource("II", 1.75, seed=3).increment(30, 14, step=2)
    assert np.array_equal(drawn, expected.numpy())


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.3, 2 - 1e-12])
@pytest.mark.parametrize("kind", ["I", "II", "III"])
def test_extreme_alphas_give_finite_noise(kind: str, alpha: float) -> None:
    assert torch.isfinite(NoiseSource(kind, alpha, seed=1).increment(5000, 2, 0)).all()


def test_bad_requests_say_what_is_accepted() -> None:
    with pytest.raises(BadInput, match="one of none, gaussian, I, II, III, got 'IV'"):
        NoiseSource("IV", 1.5, seed=1)
    for alpha in (0, 2.3, float("nan"), "heavy"):
        with pytest.raises(BadInput, match=r"alpha must be a number in \(0, 2\]"):
            NoiseSource("II", alpha, seed=1)
    with pytest.raises(BadInput, match=r"at least 0\.05 for noise, got 0\.01"):
        NoiseSource("II", 0.01, seed=1)
    with pytest.raises(BadInput, match="step must be a whole number"):
        NoiseSource("II", 1.5, seed=1).increment(2, 2, step=-1)
    for wrong in (-1, 1.5, "one", 2**63):
        with pytest.raises(BadInput, match="seed must be a whole number"):
            NoiseSource("II", 1.5, seed=wrong)
    for wrong in (-1, 1.5, None, 2**63):
        with pytest.raises(BadInput, match="layer must be a whole number"):
            NoiseSource("II", 1.5, seed=1, layer=wrong)
    with pytest.raises(BadInput, match="units must be a whole number"):
        sample("II", 1.5, units=0, inputs=1, seed=1)


@pytest.mark.parametrize("scale", [-0.1, float("nan"), float("inf"), "large"])
def test_a_scale_that_cannot_be_is_refused(scale: object) -> None:
    weights = torch.zeros(3, 2)
    with pytest.raises(BadInput, match="scale must be a finite number of at least 0"):
        NoiseSource("II", 1.5, seed=1).add_(weights, scale, 0)  # type: ignore[arg-type]
    assert not weights.any()


@pytest.mark.parametrize(
    "weights", [torch.zeros(3, 2, dtype=torch.int32), torch.zeros(6), torch.zeros(1, 2, 3)]
)
def test_whole_numbers_and_other_shapes_are_refused(weights: torch.Tensor) -> None:
    with pytest.raises(BadInput, match="floating-point matrix"):
        NoiseSource("II", 1.5, seed=1).add_(weights, 1.0, 0)


@pytest.mark.parametrize("side", [10**7, 2**40, 2**62])
def test_sizes_that_cannot_be_had_are_refused(side: int) -> None:
    with pytest.raises(BadInput, match="more than cpu gives"):
        NoiseSource("II", 1.5, seed=1).increment(side, side, 0)
    with pytest.raises(BadInput):
        sample("II", 1.5, units=side, inputs=side, seed=1)
    with pytest.raises(BadInput, match="inputs must be a whole number"):
        NoiseSource("II", 1.5, seed=1).increment(1, 2**63, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_stopped_anywhere_and_resumed_ends_where_the_whole_one_does(kind: str) -> None:
    def walk(weights: torch.Tensor, steps: range) -> torch.Tensor:
        source = NoiseSource(kind, 1.6, seed=4, layer=1)
        for step in steps:
            source.add_(weights, 0.1, step)
        return weights

    whole = walk(torch.zeros(50, 30), range(9))
    for stop in (0, 1, 5, 8):
        assert torch.equal(walk(walk(torch.zeros(50, 30), range(stop)), range(stop, 9)), whole)


# Values number 0, 1, 7 and 11 of 4 units with 3 inputs, as first drawn.
DRAWN = {
    "gaussian": [2.045466423034668, -1.983233094215393, -0.5396731495857239, 2.5884881019592285],
    "I": [-2.2248826026916504, -2.2248826026916504, -0.36759522557258606, 0.23285405337810516],
    "II": [2.188291072845459, -2.109855890274048, -0.539111316204071, 2.9718055725097656],
    "III": [3.5101747512817383, -3.4033775329589844, -0.5629094243049622, 4.123073577880859],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_means_the_same_noise_in_every_version(kind: str) -> None:
    noise = NoiseSource(kind, 1.75, seed=1, layer=2).increment(4, 3, step=5).flatten()
    # A table is fitted anew on each machine, so its last digit may differ between machines.
    np.testing.assert_allclose(noise[[0, 1, 7, 11]], DRAWN[kind], rtol=1e-6)


def test_every_noise_type_is_described() -> None:
    assert set(NOISE_TYPES) == {"none", *KINDS}
    for name in NOISE_TYPES:
        described = noise_type(name)
        assert described.title
        assert described.sentence
        assert described.characteristic


@pytest.mark.process
def test_types_and_law_load_without_torch() -> None:
    code = (
        "import sys, hts.noise, hts.noise.types, hts.noise.law, hts.tails;"
        "assert 'torch' not in sys.modules, 'torch was loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_refused_size_is_told_in_gigabytes():
    with pytest.raises(BadInput, match=r"1000000 x 1000000000 of torch.float64 is 8e\+06 GB"):
        NoiseSource("II", 1.5, seed=1).increment(10**6, 10**9, 1, dtype=torch.float64)


def test_layers_are_numbered_up_to_two_to_the_31():
    assert NoiseSource("II", 1.5, seed=1, layer=2**31).layer == 2**31
    with pytest.raises(BadInput, match=f"layer must be a whole number from 0 to {2**31}"):
        NoiseSource("II", 1.5, seed=1, layer=2**31 + 1)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("kind", ["gaussian", "I", "II", "III"])
def test_some_rows_get_what_they_get_in_the_whole(kind, compiled, monkeypatch):
    """Rows begin and end inside blocks of 1024 words, and of 512 units."""
    if not compiled:
        monkeypatch.setattr(draws, "compiled_pass", lambda: None)
    source = NoiseSource(kind, 1.6, seed=3, layer="0.weight")
    for units, inputs in ((90, 33), (3, 2000), (3000, 1)):
        for dtype in (torch.float32, torch.bfloat16):
            start = torch.linspace(-1, 1, units * inputs, dtype=dtype).view(units, inputs)
            whole = start.clone()
            source.add_(whole, 0.37, 5)
            for first, last in ((0, 1), (units // 3, units - 1), (units - 1, units), (2, 2)):
                part = start[first:last].clone()
                source.add_(part, 0.37, 5, first=first, units=units)
                assert torch.equal(part, whole[first:last])


def test_a_name_and_a_number_are_different_layers():
    drawn = [
        NoiseSource("II", 1.5, seed=1, layer=layer).increment(3, 3, 1)
        for layer in (0, 1, "0", "1", "0.weight")
    ]
    for i, one in enumerate(drawn):
        assert not any((one == other).any() for other in drawn[:i])
