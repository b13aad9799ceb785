"""The law against closed forms, its defining integral, and scipy where scipy is right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import cauchy, levy_stable, norm

from hts.noise import law
from hts.noise.zolotarev import parts
from hts.validate import BadInput

X = np.array([1e-8, 1e-5, 1e-3, 0.1, 0.5, 1.0, 3.0, 10.0, 100.0, 1e3, 1e6, 1e12])
NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)


def integral(x: float, alpha: float) -> float:
    """P(X > x) by Gauss-Legendre in D = (pi/2) s^4, alpha > 1 (Nolan's form of the integral)."""
    s, w = (NODES + 1) / 2, WEIGHTS / 2
    d = math.pi / 2 * s**4
    delta = (2 - alpha) * math.pi / 2
    a = np.sin(delta + alpha * d) / np.sin(d) ** (1 / alpha)
    a *= np.sin(delta + (alpha - 1) * d) ** ((1 - alpha) / alpha)
    return float((2 * s**3 * w * np.exp(-((x / a) ** (alpha / (alpha - 1))))).sum())


def test_cauchy_is_the_case_alpha_one() -> None:
    np.testing.assert_allclose(law.sf(X, 1.0), cauchy.sf(X), rtol=1e-11)
    np.testing.assert_allclose(law.pdf(X, 1.0), cauchy.pdf(X), rtol=1e-9)


def test_the_gaussian_of_variance_two_is_the_case_alpha_two() -> None:
    x = X[X < 30]
    np.testing.assert_allclose(law.sf(x, 2.0), norm.sf(x, scale=math.sqrt(2)), rtol=1e-12)
    np.testing.assert_allclose(law.pdf(x, 2.0), norm.pdf(x, scale=math.sqrt(2)), rtol=1e-12)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.75, 1.9, 1.99])
def test_survival_equals_its_integral_far_into_the_tail(alpha: float) -> None:
    for x in (0.3, 1.0, 5.0, 30.0, 300.0, 720.0):
        assert law.sf(x, alpha) == pytest.approx(integral(x, alpha), rel=1e-9)


@pytest.mark.parametrize("alpha", [0.7, 1.3, 1.75])
def test_agrees_with_scipy_in_the_middle(alpha: float) -> None:
    x = np.array([0.2, 1.0, 4.0])
    np.testing.assert_allclose(law.pdf(x, alpha), levy_stable.pdf(x, alpha, 0), rtol=1e-7)


@pytest.mark.parametrize("alpha", [0.4, 0.8, 1 - 1e-6, 1 + 1e-6, 1.2, 1.75, 1.99, 2 - 1e-4])
def test_density_is_the_slope_of_survival_everywhere(alpha: float) -> None:
    h = 1e-4
    x = X[3:]
    slope = -(law.sf(x * (1 + h), alpha) - law.sf(x * (1 - h), alpha)) / (2 * h * x)
    np.testing.assert_allclose(slope, law.pdf(x, alpha), rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.4, 0.8, 1.0, 1.2, 1.75, 1.99])
def test_no_seam_where_one_method_hands_over_to_another(alpha: float) -> None:
    far, near = law._FAR ** (1 / alpha), law._reach(alpha)
    for edge, slack in ((far, 1e-9), (near, 1e-7)):
        below, above = law.sf(np.array([edge * (1 - 1e-12), edge * (1 + 1e-12)]), alpha)
        assert below == pytest.approx(above, rel=slack)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 1.9])
def test_the_far_tail_is_the_power_law_with_its_constant(alpha: float) -> None:
    x = 1e9
    assert law.sf(x, alpha) * x**alpha == pytest.approx(law.tail_constant(alpha), rel=1e-3)
    expected = math.sin(math.pi * alpha / 2) * math.gamma(alpha) / math.pi
    assert law.tail_constant(alpha) == pytest.approx(expected)


def test_symmetry_scale_and_bounds() -> None:
    x = np.linspace(-9, 9, 31)
    np.testing.assert_allclose(law.cdf(x, 1.6) + law.sf(x, 1.6), 1)
    np.testing.assert_allclose(law.cdf(-x, 1.6), law.sf(x, 1.6))
    np.testing.assert_allclose(law.sf(x, 1.6, 3.0), law.sf(x / 3, 1.6))
    np.testing.assert_allclose(law.pdf(x, 1.6, 3.0), law.pdf(x / 3, 1.6) / 3)
    assert law.sf(0.0, 1.6) == pytest.approx(0.5)
    assert law.sf(np.inf, 1.6) == 0


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.2, 1.75, 1.99, 2.0])
def test_quantiles_invert_the_distribution_function(alpha: float) -> None:
    q = np.array([1e-12, 1e-7, 0.01, 0.3, 0.499, 0.5, 0.7, 0.99, 1 - 1e-7])
    np.testing.assert_allclose(law.cdf(law.ppf(q, alpha), alpha), q, rtol=1e-8)


@pytest.mark.parametrize("alpha", [0.05, 0.08, 0.15, 0.2, 0.3])
def test_small_alpha_next_to_zero_where_most_of_the_mass_is(alpha):
    """Density and probability against `hts.noise.zolotarev`, and quantiles there and back."""
    x = np.exp(np.linspace(-min(25 / alpha, 300), 1, 60))
    found = parts(x, *np.full((2, 60), [[alpha], [0.0]]), s0=False)
    density = law.pdf(-x, alpha)
    assert (np.diff(density) <= 0).all()
    np.testing.assert_allclose(density, np.exp(found.log_density), rtol=1e-9)
    np.testing.assert_allclose(law.sf(x, alpha), np.exp(found.log_above), rtol=1e-11)
    d = np.array([1e-9, 1e-7, 1e-4, 0.1])
    np.testing.assert_allclose(0.5 - law.cdf(law.ppf(0.5 - d, alpha), alpha), d, rtol=1e-6)


def test_next_to_zero_as_thirty_digits_say():
    """Of `bench.laws.truth`; the sum over moments alone gave 231.9."""
    assert law.pdf(-2.1e-18, 0.2) == pytest.approx(38.197186342054881, rel=1e-12)
    assert law.pdf(1e-11, 0.1) == pytest.approx(875762.18591305322, rel=1e-9)
    assert law.pdf(1e-6, 0.3) == pytest.approx(2.9477175065153645, rel=1e-10)


@pytest.mark.parametrize("alpha", [0.01, 0.016])
def test_alphas_whose_factorials_overflow_have_a_law(alpha):
    x = np.array([0.0, 1e-200, 1e-100, 1e-3, 1.0, 1e300])
    upper, density = law.sf(x, alpha), law.pdf(x, alpha)
    assert (np.diff(upper) <= 0).all()
    assert (np.diff(density) <= 0).all()
    assert (density > 0).all()
    assert law.cdf(law.ppf(0.3, alpha), alpha) == pytest.approx(0.3)


def test_quantile_beyond_what_scipy_reaches() -> None:
    # scipy 1.17 returns about -255 for this one.
    assert law.ppf(1e-6, 1.75) == pytest.approx(-768, abs=1)
    assert law.ppf([0.0, 1.0, 1.5], 1.75).tolist()[:2] == [-np.inf, np.inf]


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(BadInput, match="alpha must be a number in"):
        law.sf(1.0, 2.1)
    with pytest.raises(BadInput, match="scale must be"):
        law.pdf(1.0, 1.5, 0.0)
