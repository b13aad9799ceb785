"""What chaos is not must fail: shared factors, shared scales, sums that are fixed."""

from __future__ import annotations

import numpy as np
import pytest

from hts.theory.dependence import OBSERVABLES, averages, independent, variation

WIDTHS, SYSTEMS = (8, 16, 32), 4000
DRAW = np.random.default_rng


def normal(draw: np.random.Generator, n: int) -> np.ndarray:
    return draw.standard_normal((SYSTEMS, n))


def beside(draw: np.random.Generator, n: int) -> np.ndarray:
    """Units drawn weakly to their mean: correlation -1/(2n), which vanishes."""
    x = normal(draw, n)
    return x - 0.293 * x.mean(axis=1, keepdims=True)


def factor(draw: np.random.Generator, n: int) -> np.ndarray:
    return normal(draw, n) + 0.3 * normal(draw, 1)


def scale(draw: np.random.Generator, n: int) -> np.ndarray:
    """Uncorrelated, and dependent at every n."""
    return normal(draw, n) * np.exp(0.5 * normal(draw, 1))


def heavy_scale(draw: np.random.Generator, n: int) -> np.ndarray:
    return draw.standard_cauchy((SYSTEMS, n)) * np.exp(normal(draw, 1))


def fixed_sum(draw: np.random.Generator, n: int) -> np.ndarray:
    x = normal(draw, n)
    return x - x.mean(axis=1, keepdims=True)


def fixed_inside(draw: np.random.Generator, n: int) -> np.ndarray:
    return np.tanh(fixed_sum(draw, n))


def opposite(draw: np.random.Generator, n: int) -> np.ndarray:
    half = normal(draw, n // 2)
    return np.concatenate([half, -half], axis=1)


def cauchy(draw: np.random.Generator, n: int) -> np.ndarray:
    return draw.standard_cauchy((SYSTEMS, n))


def judged(make, seed: int = 1) -> bool:
    return independent(averages({n: make(DRAW([seed, n]), n) for n in WIDTHS}))


@pytest.mark.parametrize("make", [factor, scale, heavy_scale, fixed_sum, fixed_inside, opposite])
def test_a_system_that_violates_chaos_fails(make):
    assert not judged(make)


@pytest.mark.parametrize("make", [normal, beside])
def test_independent_and_ever_less_dependent_units_pass(make):
    assert judged(make)


def test_ranks_do_not_mind_infinite_variance():
    found = averages({n: cauchy(DRAW([2, n]), n) for n in WIDTHS})
    assert [one.observable for one in found] == list(OBSERVABLES)
    for one in found[1:]:
        assert one.ratio.typical[-1] == pytest.approx(1, abs=0.06)  # 3.8 standard errors
        assert one.slope.slope == pytest.approx(0, abs=0.06)


def test_the_variation_of_a_mean_is_known_for_known_correlations():
    draw = DRAW(3)
    shared = 0.6 * normal(draw, 1) + 0.8 * normal(draw, 3)
    assert variation(shared) == pytest.approx(1 + 2 * 0.36, rel=0.1)
    assert variation(fixed_sum(draw, 3)) == pytest.approx(0, abs=1e-12)
    assert variation(normal(draw, 3)) == pytest.approx(1, rel=0.1)


def test_a_fixed_sum_has_the_least_correlation_that_there_is():
    """So size alone says nothing: it vanishes like 1/n there too."""
    for n in WIDTHS:
        x = fixed_sum(DRAW(n), n)
        pair = np.corrcoef(x[:, 0], x[:, 1])[0, 1]
        assert pair == pytest.approx(-1 / (n - 1), abs=0.06)
