"""Histograms, survival functions, sorted norms and Hill plots."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hts.noise import law, sample
from hts.tails import ccdf, fit_stable, hill_curve, layer_tail_index, log_histogram, sorted_norms
from hts.validate import BadInput

NOISE = sample("II", 1.75, units=1000, inputs=50, seed=41)
FIT = layer_tail_index(NOISE, "II")


def test_every_value_is_in_the_histogram_once() -> None:
    shown = log_histogram(NOISE, 64)
    assert len(shown.counts) == 64
    assert len(shown.edges) == 65
    assert sum(shown.counts) + shown.below + shown.above == NOISE.size
    assert shown.above == 0
    by_numpy, _ = np.histogram(np.log10(np.abs(NOISE.astype(float))), shown.edges)
    assert np.abs(by_numpy - shown.counts).sum() <= 10


def test_expected_counts_are_those_of_the_laws() -> None:
    shown = log_histogram(NOISE, fit=FIT)
    edges = 10 ** np.array(shown.edges)
    expected = -NOISE.size * 2 * np.diff(law.sf(edges, FIT.alpha, FIT.scale))
    np.testing.assert_allclose(shown.fitted, expected, rtol=1e-2, atol=0.1)
    assert np.abs(np.array(shown.counts) - shown.fitted).sum() < 0.03 * NOISE.size
    low, high = np.quantile(NOISE, [0.25, 0.75])
    sigma = (high - low) / (norm.ppf(0.75) - norm.ppf(0.25))
    gaussian = -NOISE.size * 2 * np.diff(norm.sf(edges, scale=sigma))
    assert np.abs(np.array(shown.gaussian) - gaussian).sum() < 0.05 * NOISE.size
    assert sum(shown.gaussian[-10:]) < 1 < sum(shown.counts[-10:])


def test_a_fit_of_the_units_means_says_nothing_of_single_weights() -> None:
    weights = sample("I", 1.75, units=1000, inputs=50, seed=41)
    means, norms = layer_tail_index(weights, "I"), layer_tail_index(NOISE, "III")
    assert means.sample == norms.sample == "units"
    assert log_histogram(weights, fit=means).fitted is None
    assert ccdf(weights, means).fitted is None
    assert log_histogram(NOISE, fit=norms).fitted
    assert ccdf(NOISE, norms).fitted


def test_norms_get_no_gaussian_and_no_fit() -> None:
    shown = log_histogram(np.linalg.norm(NOISE, axis=1))
    assert shown.fitted is None
    assert shown.gaussian is None


@pytest.mark.parametrize("x", [np.zeros(100), np.full(60, 2.5), np.eye(40)])
def test_degenerate_samples_are_shown_not_refused(x: np.ndarray) -> None:
    shown = log_histogram(x)
    assert sum(shown.counts) + shown.below + shown.above == x.size
    assert len(shown.edges) == len(shown.counts) + 1
    assert all(np.isfinite(shown.edges))
    curve = ccdf(x)
    assert len(curve.x) == len(curve.survival)


def test_survival_reaches_the_largest_values_and_is_exact() -> None:
    shown = ccdf(NOISE, FIT)
    assert len(shown.x) <= 80
    size = np.abs(NOISE.astype(float)).ravel()
    exact = [(size > x).mean() for x in shown.x]
    np.testing.assert_allclose(shown.survival, exact, atol=3 / NOISE.size)
    assert min(shown.survival) <= 2 / NOISE.size
    assert all(0 < s <= 1 for s in shown.survival)
    tail = [f for f, s in zip(shown.fitted or [], shown.survival, strict=True) if 1e-3 < s < 0.1]
    observed = [s for s in shown.survival if 1e-3 < s < 0.1]
    np.testing.assert_allclose(tail, observed, rtol=0.35)


def test_sorted_norms_keep_both_ends() -> None:
    norms = np.linalg.norm(NOISE, axis=1)
    rank, shown = sorted_norms(norms)
    assert rank[0] == 1 / 1000
    assert rank[-1] == 1
    assert shown[0] == pytest.approx(norms.max())
    assert shown[-1] == pytest.approx(norms.min())
    assert shown == sorted(shown, reverse=True)
    assert len(rank) == len(shown) <= 200
    assert sorted_norms(np.array([3.0])) == ([1.0], [3.0])


def test_hill_is_right_for_pareto_and_wrong_for_stable_near_two() -> None:
    rng = np.random.default_rng(1)
    pareto = (rng.pareto(1.5, 40_000) + 1) * rng.choice([-1, 1], 40_000)
    curve = hill_curve(pareto)
    assert curve.k[0] == 10
    assert curve.k[-1] == 4000
    inside = [lo < 1.5 < hi for lo, hi in zip(curve.low, curve.high, strict=True)]
    assert np.mean(inside) > 0.7
    stable = sample("II", 1.9, units=40_000, inputs=1, seed=2)
    assert hill_curve(stable).alpha[-1] > 2.5
    assert fit_stable(stable).high < 1.95


def test_hill_takes_units_where_units_share_a_draw() -> None:
    assert hill_curve(sample("III", 1.5, units=2000, inputs=10, seed=2), kind="III").k[-1] == 200
    assert hill_curve(sample("II", 1.5, units=2000, inputs=10, seed=2), kind="II").k[-1] == 2000
    with pytest.raises(BadInput, match="at least 50"):
        hill_curve(np.arange(10.0))


def test_hill_survives_ties_and_zeros() -> None:
    curve = hill_curve(np.repeat([0.0, 1.0, 2.0], 100))
    assert all(np.isfinite(curve.alpha))
    assert hill_curve(np.append(np.zeros(200), 1.0)).k == []
