"""The transforms at fixed bits: exact where algebra says what must come out."""

from __future__ import annotations

import math

import pytest
import torch

from bench.pole_form import exponential_from_bits, pole_form, symmetric_from_bits
from hts.noise.formulas import kanter, radius_from_bits

EXTREMES = torch.tensor([0, 1, -1, 2**31 - 1, -(2**31), -(2**31) + 1, 12345], dtype=torch.int32)
ALPHAS = (0.3, 0.5, 0.8, 1 - 1e-6, 1.0, 1 + 1e-6, 1.2, 1.75, 1.99, 2 - 1e-6, 2.0)


def grid() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Distances, signs and exponentials in double precision, poles and far ends among them."""
    distance = torch.logspace(-9, math.log10(math.pi / 2), 60, dtype=torch.float64)
    exponential = torch.logspace(-9, 1.3, 50, dtype=torch.float64)
    d, w = torch.meshgrid(distance, exponential, indexing="ij")
    return d.flatten(), torch.ones(d.numel(), dtype=torch.float64), w.flatten()


def textbook(v: torch.Tensor, w: torch.Tensor, alpha: float) -> torch.Tensor:
    """Chambers, Mallows and Stuck as printed."""
    return (
        torch.sin(alpha * v)
        / torch.cos(v) ** (1 / alpha)
        * (torch.cos((1 - alpha) * v) / w) ** ((1 - alpha) / alpha)
    )


@pytest.mark.parametrize("alpha", ALPHAS)
def test_every_pair_of_extreme_bits_gives_a_finite_value(alpha: float) -> None:
    angle, level = torch.meshgrid(EXTREMES, EXTREMES, indexing="ij")
    for transform in (symmetric_from_bits, radius_from_bits):
        assert torch.isfinite(transform(angle.flatten(), level.flatten(), alpha)).all()


def test_the_textbook_form_fails_at_the_pole_and_this_one_does_not() -> None:
    v = torch.tensor([-math.pi / 2], dtype=torch.float32)
    one = torch.ones(1)
    assert torch.isnan(textbook(v, one, 1.75)).all()
    assert torch.isfinite(pole_form(torch.tensor([1e-10]), -one, one, 1.75)).all()


@pytest.mark.parametrize("alpha", [0.5, 0.9, 1.0, 1.3, 1.75, 1.99, 2.0])
def test_agrees_with_the_textbook_form_away_from_the_pole(alpha: float) -> None:
    d, sign, w = grid()
    clear = (d > 1e-3) & (d < 1.57)
    ours = pole_form(d[clear], sign[clear], w[clear], alpha)
    theirs = textbook(math.pi / 2 - d[clear], w[clear], alpha)
    torch.testing.assert_close(ours, theirs, rtol=1e-8, atol=1e-12)


def test_alpha_two_is_the_box_muller_gaussian_of_variance_two() -> None:
    d, sign, w = grid()
    torch.testing.assert_close(
        pole_form(d, sign, w, 2.0), 2 * torch.cos(d) * torch.sqrt(w), rtol=1e-12, atol=1e-12
    )


def test_alpha_one_is_the_cauchy_cotangent_whatever_the_exponential() -> None:
    d, sign, w = grid()
    torch.testing.assert_close(pole_form(d, sign, w, 1.0), 1 / torch.tan(d), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("limit", [1.0, 2.0])
def test_continuous_in_alpha_at_its_special_values(limit: float) -> None:
    d, sign, w = grid()
    inside = (d > 1e-2) & (w > 1e-2)
    near = pole_form(d[inside], sign[inside], w[inside], limit - 1e-9)
    torch.testing.assert_close(
        near, pole_form(d[inside], sign[inside], w[inside], limit), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("alpha", [0.5, 1.2, 1.75, 2.0])
def test_single_precision_keeps_six_digits_into_the_tail(alpha: float) -> None:
    d, sign, w = (t[::7].float() for t in grid())
    exact = pole_form(d.double(), sign.double(), w.double(), alpha)
    close = (d < 1.57) & (exact > 1e-3) & (exact < 1e37)
    relative = (pole_form(d, sign, w, alpha).double() / exact - 1).abs()[close]
    assert relative.max() < 3e-5
    assert relative.median() < 1e-6


def test_flipping_the_sign_bit_flips_the_sign_only() -> None:
    angle = torch.arange(1, 2000, dtype=torch.int32) * 1_000_003
    level = torch.arange(1, 2000, dtype=torch.int32) * 7_654_321
    flipped = symmetric_from_bits(angle ^ -(2**31), level, 1.6)
    assert torch.equal(flipped, -symmetric_from_bits(angle, level, 1.6))


def test_the_exponential_is_fine_grained_where_it_is_asked_to_be() -> None:
    smallest = exponential_from_bits(EXTREMES, small=True)
    largest = exponential_from_bits(EXTREMES, small=False)
    assert 0 < smallest.min() < 2e-10
    assert largest.max() > 22
    assert largest.min() > 0


def test_the_exponential_has_mean_and_variance_one() -> None:
    level = torch.arange(-(2**31), 2**31, 2**12 + 1).int()
    for small in (True, False):
        w = exponential_from_bits(level, small).double()
        assert abs(w.mean() - 1) < 1e-4
        assert abs(w.var() - 1) < 1e-3


def test_kanter_agrees_with_its_formula_in_double_precision() -> None:
    u = torch.linspace(0.01, math.pi - 0.01, 301, dtype=torch.float64)
    w = torch.full_like(u, 0.7)
    for alpha in (0.5, 1.0, 1.75, 1.99):
        beta = alpha / 2
        s = (
            torch.sin(beta * u)
            / torch.sin(u) ** (1 / beta)
            * (torch.sin((1 - beta) * u) / w) ** ((1 - beta) / beta)
        )
        at_pole = u > math.pi / 2
        nearest = torch.where(at_pole, math.pi - u, u)
        radius = kanter(nearest, at_pole, w, alpha)
        torch.testing.assert_close(radius**2, s, rtol=1e-9, atol=0)


def test_alpha_one_of_kanter_is_the_levy_law() -> None:
    # beta = 1/2: S = 1/(4 W cos^2(U/2)), the reciprocal of a squared Gaussian.
    u = torch.linspace(0.05, 3.0, 200, dtype=torch.float64)
    w = torch.full_like(u, 1.3)
    at_pole = u > math.pi / 2
    got = kanter(torch.where(at_pole, math.pi - u, u), at_pole, w, 1.0)
    torch.testing.assert_close(got**2, 1 / (4 * w * torch.cos(u / 2) ** 2), rtol=1e-10, atol=0)


def test_the_radius_of_type_three_is_exactly_one_at_alpha_two() -> None:
    # One times N(0, 2): A = 2.
    assert (radius_from_bits(EXTREMES, EXTREMES, 2.0) == 1.0).all()
