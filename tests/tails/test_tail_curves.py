"""Estimates against k, and points against a fit."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import fast_law, sample_stable
from hts.records import ProbabilityPlot, QuantilePlot, TailCurve, decode, encode
from hts.tails import estimate, estimate_layer, hill_curve, pp_points, qq_points, tail_curve
from hts.validate import BadInput

N = 20_000
X = sample_stable(1.6, N, seed=3, dtype="float64")
FIT = estimate(X)


SURVIVAL = (np.arange(N) + 0.5) / N
SIGNS = (-1.0) ** np.arange(N)


def pareto(alpha: float) -> np.ndarray:
    """Sizes that have no chance in them, signs in turn, a gap in the middle closed."""
    sizes: np.ndarray = SURVIVAL ** (-1 / alpha)
    return np.append(sizes * SIGNS, np.linspace(-0.9, 0.9, N // 10))


@pytest.mark.parametrize("method", ["hill", "moment", "pickands"])
def test_a_pareto_sample_is_flat_in_k(method: str) -> None:
    curve = tail_curve(pareto(1.4), method, share=0.3)
    late = np.array(curve.alpha)[np.array(curve.k) > 1000]
    np.testing.assert_allclose(late, 1.4, rtol=0.06)
    # On every scale of k the same points: P(|x| > t) = t^-1.4.
    np.testing.assert_allclose(
        np.array(curve.threshold) ** -1.4, 1.1 * np.array(curve.share), rtol=0.1
    )
    assert all(lo < a < hi for lo, a, hi in zip(curve.low, curve.alpha, curve.high, strict=True))
    assert curve.k == sorted(set(curve.k))


def test_hill_agrees_with_the_curve_of_snapshots() -> None:
    curve, old = tail_curve(X, "hill"), hill_curve(X)
    assert curve.k == old.k
    np.testing.assert_allclose(curve.alpha, old.alpha, rtol=1e-12)


@pytest.mark.parametrize("method", ["hill", "moment", "pickands"])
def test_a_point_of_the_curve_is_the_estimate_at_that_k(method: str) -> None:
    curve = tail_curve(X, method)
    for i in (20, 40):
        at = estimate(X, method, k=curve.k[i])
        assert curve.alpha[i] == pytest.approx(at.alpha, rel=1e-6)
        assert curve.low[i] == pytest.approx(at.low, rel=1e-6)
        assert curve.threshold[i] == pytest.approx(at.threshold, rel=1e-6)


def test_rules_are_marked_on_the_curve() -> None:
    curve = tail_curve(X, rules=True)
    assert set(curve.chosen or {}) == {"share", "stability", "bootstrap", "ks"}
    assert curve.chosen["share"] == N // 20
    assert decode(encode(curve), TailCurve) == curve


def test_exact_quantiles_lie_on_the_diagonal() -> None:
    x = fast_law.ppf(1 - SURVIVAL / 2, 1.6, 3.0) * SIGNS
    fit = estimate(x)
    qq, pp = qq_points(x, fit), pp_points(x, fit)
    middle = slice(15, None)  # the nearest to 0 hang on the sample's median
    np.testing.assert_allclose(qq.fitted[middle], qq.observed[middle], rtol=0.05)
    np.testing.assert_allclose(pp.fitted, pp.empirical, rtol=0.05)
    assert (np.array(qq.low) < qq.observed).all()
    assert (np.array(qq.high) > qq.observed).all()
    assert len(qq.observed) <= 120
    assert qq.observed == sorted(qq.observed)
    assert qq.survival[-1] == pytest.approx(0.5 / N)
    assert decode(encode(qq), QuantilePlot) == qq
    assert decode(encode(pp), ProbabilityPlot) == pp


def test_bands_hold_most_points_of_a_stable_sample_and_few_of_another() -> None:
    def inside(x: np.ndarray) -> float:
        pp = pp_points(x, estimate(x))
        held = (np.array(pp.low) <= pp.fitted) & (np.array(pp.fitted) <= pp.high)
        return float(held.mean())

    assert inside(X) > 0.9
    assert inside(np.random.default_rng(1).laplace(size=N)) < 0.4


def test_a_tail_only_fit_is_compared_beyond_its_threshold() -> None:
    x = pareto(1.4)
    fit = estimate(x, "hill")
    qq = qq_points(x, fit)
    assert min(qq.observed) >= fit.threshold
    np.testing.assert_allclose(qq.fitted, qq.observed, rtol=0.03)


@pytest.mark.parametrize("kind", ["I", "III"])
def test_units_are_compared_with_the_law_of_units(kind: str) -> None:
    rng = np.random.default_rng(2)
    if kind == "I":
        weights = np.repeat(sample_stable(1.5, (3000, 1), seed=1), 5, axis=1)
    else:
        radius = sample_stable(0.75, (3000, 1), beta=1.0, seed=1, dtype="float64")
        weights = np.sqrt(np.abs(radius)) * rng.normal(size=(3000, 5))
    fit = estimate_layer(weights, kind)
    pp = pp_points(weights, fit, kind=kind)
    assert np.abs(np.array(pp.fitted) - pp.empirical).max() < 1.95 / np.sqrt(3000)
    qq = qq_points(weights, fit, kind=kind)
    assert min(qq.survival) == pytest.approx(0.5 / 3000)


def test_bad_choices_are_refused() -> None:
    with pytest.raises(BadInput, match="method must be one of hill, moment, pickands"):
        tail_curve(X, "mle")
    with pytest.raises(BadInput, match="share"):
        tail_curve(X, share=1.5)
    with pytest.raises(BadInput, match="at least 50"):
        tail_curve(np.arange(10.0))
