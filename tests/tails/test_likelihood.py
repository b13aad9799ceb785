"""The profile likelihood against closed forms, brute force and a walk from far away."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import erfc

from hts.noise import law, sample
from hts.tails.estimators.likelihood import LOWEST, Likelihood, maximise
from hts.tails.samples.binning import LogCounts, log_counts

# P(|X| > x) at scale 1 where it is elementary: Cauchy, and the Gaussian of variance 2.
CLOSED = {
    1.0: lambda x: 2 / math.pi * np.arctan(1 / x),
    2.0: lambda x: erfc(x / 2),
}


def drawn(alpha: float, n: int = 3000, *, start: float = -3.5, seed: int = 3) -> LogCounts:
    """Counts of symmetric stable values of scale 1."""
    x = sample("II", alpha, units=n, inputs=1, seed=seed).ravel().astype(float)
    return log_counts(x, start, 0.08)


def multinomial(counts: LogCounts, log_scale: float, survival) -> float:
    """Log-likelihood of the counts, cell by cell, up to the binomial coefficients."""
    s = survival(np.exp(counts.edges - log_scale))
    total = counts.inner * math.log(1 - s[0])
    for count, above, below in zip(counts.counts, s[:-1], s[1:], strict=True):
        if count:
            total += count * math.log(above - below)
    return total


@pytest.mark.parametrize("start", [-3.5, -30.0])  # with and without values below the first cell
@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_the_likelihood_is_the_multinomial_one(alpha, start):
    counts = drawn(alpha, start=start)
    assert (counts.inner > 0) == (start > -10)
    likelihood = Likelihood(counts, 1, 0.0)
    scales = np.array([-0.3, 0.0, 0.2])
    got = likelihood.at(scales, lambda y: CLOSED[alpha](np.exp(y)))
    want = [multinomial(counts, t, CLOSED[alpha]) for t in scales]
    assert got == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_the_profile_is_the_highest_over_all_scales(alpha):
    counts = drawn(alpha)
    scales = np.linspace(-0.3, 0.3, 6001)
    values = np.array([multinomial(counts, t, CLOSED[alpha]) for t in scales[::60]])
    around = scales[::60][np.argmax(values)] + np.linspace(-0.01, 0.01, 201)
    values = np.array([multinomial(counts, t, CLOSED[alpha]) for t in around])
    likelihood = Likelihood(counts, 1, 0.1)
    assert likelihood.profile(alpha) == pytest.approx(values.max(), abs=2e-3)
    assert likelihood.log_scale(alpha) == pytest.approx(around[np.argmax(values)], abs=2e-3)


@pytest.mark.parametrize(
    ("alpha", "off"),
    [(a, off) for a in (0.5, 1.0, 1.8) for off in (-15.0, -6.0, 6.0)]
    + [(2.0, -1.5), (2.0, 6.0), (2.0, 14.0)],
)
def test_the_walk_over_scales_finds_the_maximum_from_far_away(alpha, off):
    counts = drawn(alpha)
    near, far = Likelihood(counts, 1, 0.0), Likelihood(counts, 1, off)
    assert far.profile(alpha) == pytest.approx(near.profile(alpha), abs=0.05)
    assert far.log_scale(alpha) == pytest.approx(near.log_scale(alpha), abs=5e-3)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.8, 2.0])
def test_the_search_over_alpha_widens_on_either_side(alpha):
    """Whatever alpha the search starts at, it ends at the highest point of a grid of alphas."""
    counts = drawn(alpha)
    likelihood = Likelihood(counts, 1, 0.0)
    grid = np.unique(np.clip(alpha + np.linspace(-0.2, 0.2, 41), LOWEST, 2.0))
    highest = max(likelihood.profile(float(a)) for a in grid)
    for start in (LOWEST, alpha, 2.0):
        found, _, _ = maximise(Likelihood(counts, 1, 0.0), start, 0.95)
        assert likelihood.profile(found) >= highest - 0.01, start


@pytest.mark.parametrize("off", [-0.3, -0.16, -0.14, -0.13, -0.12, 0.12, 0.13, 0.14, 0.16, 0.3])
@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_the_search_finds_a_maximum_next_to_where_it_first_looks(alpha, off):
    """It begins 0.12 to either side of its start, counted in sqrt(2 - alpha)."""
    counts = drawn(alpha)
    found, _, _ = maximise(Likelihood(counts, 1, 0.0), alpha, 0.95)
    start = 2 - (math.sqrt(2 - found) + off) ** 2
    again, _, _ = maximise(Likelihood(counts, 1, 0.0), start, 0.95)
    assert again == pytest.approx(found, abs=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_no_end_of_the_range_is_likelier_than_what_is_found(seed):
    for alpha in (0.25, 2.0):
        likelihood = Likelihood(drawn(alpha, 500, seed=seed), 1, 0.0)
        found, _, _ = maximise(likelihood, alpha, 0.95)
        for end in (LOWEST, 2.0):
            assert likelihood.profile(found) >= likelihood.profile(end) - 0.01


@pytest.mark.parametrize("level", [0.6, 0.95, 0.99])
@pytest.mark.parametrize("alpha", [0.7, 1.8])
def test_the_interval_ends_where_the_likelihood_ratio_test_rejects(alpha, level):
    likelihood = Likelihood(drawn(alpha), 1, 0.0)
    found, low, high = maximise(likelihood, alpha, level)
    assert low < found < high
    allowed = stats.chi2.ppf(level, 1)
    for end in (low, high):
        drop = 2 * (likelihood.profile(found) - likelihood.profile(end))
        assert drop == pytest.approx(allowed, rel=0.05)


def test_the_interval_of_a_gaussian_sample_ends_at_two():
    found, low, high = maximise(Likelihood(drawn(2.0), 1, 0.0), 1.9, 0.95)
    assert found == pytest.approx(2.0, abs=1e-6)
    assert high == 2.0
    assert 1.9 < low < 2


def test_a_tail_heavier_than_the_heaviest_is_called_the_heaviest():
    found, low, high = maximise(Likelihood(drawn(0.15), 1, 0.0), 1.0, 0.95)
    assert low == pytest.approx(LOWEST, rel=1e-12)
    assert low <= found <= high < 0.26


def test_the_fitted_law_is_the_integral_of_the_stable_density():
    """Between the closed forms: at alpha = 1.5 the likelihood's law is `hts.noise.law`'s."""
    counts = drawn(1.5)
    likelihood = Likelihood(counts, 1, 0.0)
    t = likelihood.log_scale(1.5)
    direct = multinomial(counts, t, lambda x: 2 * law.sf(x, 1.5))
    assert likelihood.profile(1.5) == pytest.approx(direct, abs=2e-3)
