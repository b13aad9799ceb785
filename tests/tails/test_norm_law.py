"""The law of log-norms that the likelihood rests on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import gammaincc

from hts.noise import law, sample
from hts.tails.samples.norm_law import log_norm_survival

Y = np.linspace(-6, 14, 201)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.8, 1.0, 1.3, 1.75, 1.99, 1.99999, 2.0])
def test_one_input_is_the_symmetric_law(alpha: float) -> None:
    expected = 2 * law.sf(np.exp(Y), alpha)
    kept = expected > 1e-250
    np.testing.assert_allclose(log_norm_survival(Y, alpha)[kept], expected[kept], rtol=2e-3)
    np.testing.assert_allclose(log_norm_survival(Y, alpha), expected, atol=1e-6)


@pytest.mark.parametrize("inputs", [2, 140, 3072])
def test_alpha_two_is_the_chi_law_and_the_limit_of_alpha_below(inputs: int) -> None:
    y = 0.5 * math.log(2 * inputs) + np.linspace(-0.3, 0.3, 61)
    chi = gammaincc(inputs / 2, np.exp(2 * y) / 4)
    np.testing.assert_allclose(log_norm_survival(y, 2.0, inputs), chi, rtol=1e-9)
    np.testing.assert_allclose(log_norm_survival(y, 2 - 1e-9, inputs), chi, atol=1e-4)


@pytest.mark.parametrize("inputs", [2, 140])
@pytest.mark.parametrize("alpha", [1.0, 1.75, 1.99])
def test_norms_of_drawn_vectors_follow_it(inputs: int, alpha: float) -> None:
    noise = sample("III", alpha, units=20_000, inputs=inputs, seed=21).astype(float)
    y = np.sort(np.log(np.linalg.norm(noise, axis=1)))
    gap = np.abs(1 - log_norm_survival(y, alpha, inputs) - (np.arange(len(y)) + 0.5) / len(y))
    assert gap.max() < 1.95 / math.sqrt(len(y))


def test_cauchy_norms_in_two_dimensions_have_a_closed_form() -> None:
    # The bivariate Cauchy law: P(R > r) = 1/sqrt(1 + r^2).
    np.testing.assert_allclose(
        log_norm_survival(Y, 1.0, 2), 1 / np.sqrt(1 + np.exp(2 * Y)), rtol=1e-3
    )


def test_survival_falls_from_one_to_nothing() -> None:
    for alpha in (0.6, 1.5, 2.0):
        s = log_norm_survival(np.linspace(-40, 60, 500), alpha, 140)
        assert s[0] == pytest.approx(1.0, abs=1e-6)
        assert (np.diff(s) <= 1e-6).all()
        assert (s > 0).all()
