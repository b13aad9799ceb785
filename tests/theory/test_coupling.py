"""Couplings, exactly: small systems are the beginnings of large ones, coarse paths sums of fine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from hts.noise.sources import NoiseSource
from hts.theory.chaos import coupled, expected_slope, run_chaos, wasserstein
from hts.theory.euler import path_errors, run_euler
from hts.theory.fit import slope_over_replicates, slope_to_zero
from hts.theory.particles import Units, case_seeds, euler_step, noise_scale, replicate_seeds
from hts.theory.problems import NetworkDrift, mean_reversion, regression
from hts.theory.replicates import batches, over_replicates
from hts.theory.settings import Case, ChaosSettings, EulerSettings

CASES = [Case(kind, alpha) for kind in ("I", "II", "III") for alpha in (1.5, 2.0)]
CASES.append(Case("none", None))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_units_of_a_small_system_are_the_first_of_a_large_one_bit_for_bit(case):
    small, large = Units(case, [7, 8], 3), Units(case, [7, 8], 3)
    assert torch.equal(small.start(5), large.start(400)[:, :5])
    assert torch.equal(small.signs(5), large.signs(400)[:, :5])
    for step in (0, 1, 37):
        assert torch.equal(small.noise(5, step), large.noise(400, step)[:, :5])
    direct = NoiseSource(case.kind, case.stability, seed=8).increment(5, 3, 37)
    assert torch.equal(small.noise(5, 37)[1].float(), direct)
    if case.kind == "none":
        assert not small.noise(5, 1).any()
    elif case.kind == "I":
        assert (small.noise(5, 1).std(dim=2) == 0).all()


def test_signs_are_fair_and_start_is_standard_normal():
    units = Units(Case("II", 1.5), replicate_seeds(1, 1), 4)
    assert set(units.signs(100).unique().tolist()) == {-1.0, 1.0}
    assert abs(float(units.signs(20_000).mean())) < 0.03
    assert float(units.start(20_000).var()) == pytest.approx(1, rel=0.03)


def test_the_drift_is_minus_n_times_the_gradient_of_the_loss():
    points, targets = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]]), np.array([1.0, 0.0, -2.0])
    drift = NetworkDrift(points, targets, decay=0.3, strength=2.0)
    theta = torch.randn(2, 5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    theta.requires_grad_()
    signs = torch.tensor([[1.0, -1, 1, 1, -1], [-1.0, -1, 1, -1, 1]], dtype=torch.float64)
    values = torch.tanh(theta @ drift.points.T) * signs[..., None]
    loss = ((values.mean(1) - drift.targets) ** 2).mean(1).sum() / 2
    (gradient,) = torch.autograd.grad(loss, theta)
    expected = -2.0 * 5 * gradient - 0.3 * theta.detach()
    assert torch.allclose(drift(theta.detach(), signs), expected, atol=1e-14)
    large = torch.cat([theta.detach()[:1]] * 1000, dim=1)  # several blocks of units
    assert torch.allclose(
        drift(large, signs[:1].repeat(1, 1000))[:, :5], drift(theta.detach()[:1], signs[:1])
    )
    relu = NetworkDrift(points, targets, activation="relu")
    values = torch.relu(theta @ drift.points.T) * signs[..., None]
    loss = ((values.mean(1) - drift.targets) ** 2).mean(1).sum() / 2
    (gradient,) = torch.autograd.grad(loss, theta)
    assert torch.allclose(relu(theta.detach(), signs), -5 * gradient, atol=1e-14)


def test_a_width_equal_to_the_reference_has_no_error():
    settings = ChaosSettings(widths=(10, 20, 30), reference=60, horizon=0.3, inputs=3)
    object.__setattr__(settings, "reference", 30)  # refused by the settings, and rightly
    worst, last = coupled(settings, Case("III", 1.5), 5)
    assert not worst[30].any()
    assert worst[10].min() > 0
    assert worst[10].shape == (10,)
    assert last[10].shape == (10, 3)


def test_units_without_interaction_do_not_part():
    """Bit for bit the same path in a system of 4 and of 50."""
    case = Case("II", 1.5)
    paths = []
    for n in (4, 50):
        units = Units(case, [3], 2)
        theta = units.start(n)
        for k in range(20):
            move = units.noise(n, k).mul_(noise_scale(0.5, 0.1, 1.5))
            euler_step(theta, units.signs(n), lambda t, v: -t, 0.1, move)
        paths.append(theta[:, :4].clone())
    assert torch.equal(*paths)


def test_coarse_increments_are_sums_of_fine_ones(monkeypatch):
    """Without drift every grid sees the same path, so no error is left but rounding."""
    settings = EulerSettings(widths=(2, 3, 4), grids=(2, 4, 8), finest=64, inputs=2, sigma=1.0)
    monkeypatch.setattr("hts.theory.euler.regression", lambda *a: lambda t, v: torch.zeros_like(t))
    errors = path_errors(settings, Case("II", 1.5), 4, [1, 2, 3])
    assert errors.shape == (3, 3, 4)
    assert errors.max() < 1e-9
    monkeypatch.setattr("hts.theory.euler.regression", lambda *a: mean_reversion(1.0))
    assert path_errors(settings, Case("II", 1.5), 4, [1]).min() > 1e-6


def test_euler_without_noise_has_the_error_of_eulers_method(monkeypatch):
    """Units drawn to their mean: (1 - eta)^(1/eta) against e^-1 at time 1, to first order."""
    settings = EulerSettings(widths=(2, 3, 4), grids=(16, 32, 64), finest=4096, horizon=1.0)
    monkeypatch.setattr("hts.theory.euler.regression", lambda *a: mean_reversion(1.0))
    errors = path_errors(settings, Case("none", None), 3, [1])[0].mean(axis=1)
    assert errors[:-1] / errors[1:] == pytest.approx([2.0, 2.0], rel=0.05)


@pytest.mark.parametrize("finest", [64, 256])
def test_eulers_slope_does_not_depend_on_the_finest_step(finest, monkeypatch):
    """Without noise the order is exactly known: from eta = 1/4 to 1/16 on the line x' = -x."""
    steps, case = (4, 8, 16), Case("none", None)
    known = [max(abs((1 - 1 / n) ** k - np.exp(-k / n)) for k in range(n + 1)) for n in steps]
    settings = EulerSettings(widths=(2, 3, 4), grids=steps, finest=finest, horizon=1.0)
    monkeypatch.setattr("hts.theory.euler.regression", lambda *a: mean_reversion(1.0))
    errors = path_errors(settings, case, 3, [1, 2]).mean(axis=2)
    etas = [1 / n for n in steps]
    exact = slope_over_replicates(etas, np.array([known, known])).slope
    raw = slope_over_replicates(etas, errors).slope
    found = slope_to_zero(etas, errors, finest=1 / finest, missing=(1.0,)).slope
    assert found == pytest.approx(exact, abs=0.03 if finest == 64 else 0.01)
    assert abs(found - exact) < abs(raw - exact) / 3


@pytest.mark.parametrize("order", [0.5, 1.0, 2.0])
def test_an_order_of_any_size_is_found_beside_a_finest_step(order):
    etas = np.array([1 / 8, 1 / 16, 1 / 32])
    errors = np.tile(etas**order - (1 / 128) ** order, (3, 1)) * [[1.0], [2.0], [5.0]]
    found = slope_to_zero(etas, errors, finest=1 / 128, missing=(1.0,))
    assert found.slope == pytest.approx(order, abs=1e-6)
    both = slope_to_zero(etas, errors, finest=1 / 128, missing=(1.0, 0.75))
    assert both.low == pytest.approx(order, abs=1e-6)
    assert both.high > found.high


def test_replicates_do_not_depend_on_threads_or_batches():
    settings = EulerSettings(widths=(4, 8, 16), grids=(2, 4, 8), finest=32, inputs=3)
    case, seeds = Case("III", 1.75), replicate_seeds(1, 5)
    together = path_errors(settings, case, 4, seeds)
    alone = np.concatenate([path_errors(settings, case, 4, [seed]) for seed in seeds])
    assert np.allclose(together, alone, rtol=1e-9)
    assert [len(b) for b in batches(seeds, 1000)] == [2, 2, 1]
    before = torch.get_num_threads()
    found = [over_replicates(lambda s: s * 2, [1, 2, 3]) for _ in range(2)]
    assert found == [[2, 4, 6]] * 2
    assert torch.get_num_threads() == before


def test_noises_share_no_seed_and_a_seed_repeats_them():
    """So slopes of several noises are several measurements."""
    drawn = [case_seeds(1, case, 20) for case in CASES]
    assert len({seed for seeds in drawn for seed in seeds}) == 20 * len(CASES)
    assert case_seeds(1, CASES[0], 20) == drawn[0]
    starts = [Units(case, seeds, 2).start(5) for case, seeds in zip(CASES, drawn, strict=True)]
    assert not any(torch.equal(starts[0], other) for other in starts[1:])


def test_wasserstein_of_a_shift_is_the_shift():
    values = np.random.default_rng(2).standard_normal((500, 2))
    assert wasserstein([values], [values + 0.25]) == pytest.approx(0.25)


def test_the_slope_is_near_one_half_for_tanh_and_less_for_heavy_relu():
    settings = ChaosSettings(
        noises=("III",), alphas=(1.75,), widths=(25, 50, 100, 200), reference=3200, replicates=20,
        inputs=4, pair_widths=(2, 4, 8), pair_replicates=1000, horizon=1.0,
    )  # fmt: skip
    told: list[float] = []
    (case,) = run_chaos(settings, lambda says, share: told.append(share)).cases
    assert case.slope.slope == pytest.approx(-0.5, abs=0.1)
    assert case.slope.low < -0.45
    assert case.error.typical == sorted(case.error.typical, reverse=True)
    assert all(c < f for c, f in zip(case.wasserstein, case.floor, strict=True))
    assert all(0.1 < one.ratio.typical[-1] < 1.5 for one in case.averages)
    assert case.averages[0].ratio.typical[-1] < 0.7  # units that share a residual repel each other
    assert told == sorted(told)
    assert told[-1] == 1
    again = replace(settings, replicates=3)
    first, second = (run_chaos(again, lambda *a: None).cases[0].error for _ in range(2))
    assert first == second


def test_what_slope_is_expected():
    assert expected_slope(Case("III", 1.5), "tanh") == -0.5
    assert expected_slope(Case("III", 1.5), "relu") == pytest.approx(-1 / 3)
    assert expected_slope(Case("none", None), "relu") == -0.5
    assert expected_slope(Case("II", 0.9), "relu") is None


def test_euler_has_order_one_at_alpha_two():
    settings = EulerSettings(
        alphas=(2.0,), widths=(8, 16, 32), grids=(8, 16, 32), finest=512, replicates=6, inputs=4
    )
    (case,) = run_euler(settings, lambda *a: None).cases
    for slope in case.slopes:
        assert slope.slope == pytest.approx(1, abs=0.15)
    for curve in case.mean:
        assert curve.typical == sorted(curve.typical, reverse=True)


def test_the_problem_is_a_function_of_the_seed():
    one, two, other = (regression(seed, 3, 4, "tanh") for seed in (1, 1, 2))
    assert torch.equal(one.points, two.points)
    assert not torch.equal(one.points, other.points)
