"""`hts.stable`: SciPy's manner, both parameterizations, edges, draws, fits, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import hts
from hts.noise import any_law, fast_law, zolotarev
from hts.validate import BadInput


def test_scalars_give_scalars_and_arrays_broadcast():
    law = hts.stable(1.5, 0.5, 1.0, 2.0)
    for value in (law.pdf(0), law.cdf(0.0), law.ppf(0.3), law.median(), law.rvs(random_state=1)):
        assert isinstance(value, float)
    many = hts.stable([[0.8], [1.5], [2.0]], 0.5, 1.0, [1.0, 2.0])
    assert np.shape(many.cdf(0.0)) == (3, 2)
    assert np.shape(many.logpdf(np.zeros((4, 1, 1)))) == (4, 3, 2)
    assert np.shape(many.rvs((5, 3, 2), random_state=1)) == (5, 3, 2)
    one = hts.stable(1.5, 0.5, 1.0, 2.0)
    assert many.cdf(0.3)[1, 1] == one.cdf(0.3)


@pytest.mark.parametrize("name", ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"])
def test_names_and_order_are_scipys(name):
    # At alpha 1 the scale moves the law, too; SciPy has that in pdf and cdf alone.
    parameters = (1.0 if name in ("pdf", "cdf") else 1.3, 0.5, -1.0, 2.0)
    x = np.array([0.1, 0.4, 0.8])
    expected = getattr(stats.levy_stable(*parameters), name)(x)
    np.testing.assert_allclose(getattr(hts.stable(*parameters), name)(x), expected, rtol=1e-7)


def test_closed_forms():
    x = np.array([-1e9, -3.0, 0.0, 0.5, 40.0])
    for law, known in (
        (hts.stable(2, 0.3, 1, 3), stats.norm(1, 3 * math.sqrt(2))),
        (hts.stable(1, 0, 1, 3), stats.cauchy(1, 3)),
        (hts.stable(0.5, 1, 1, 3), stats.levy(1, 3)),
    ):
        for name in ("logpdf", "logcdf", "logsf"):
            got, expected = getattr(law, name)(x), getattr(known, name)(x)
            np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-13)
        q = np.array([0, 1e-12, 0.2, 0.9, 1])
        np.testing.assert_allclose(law.ppf(q), known.ppf(q), rtol=1e-10)


@pytest.mark.parametrize("beta", [0.0, 0.7, -1.0])
@pytest.mark.parametrize(
    ("alpha", "place"), [(0.05, "S1"), (0.3, "S0"), (1.0, "S1"), (1 + 1e-6, "S0"), (1.3, "S1")]
)
def test_quantiles_undo_both_tails(alpha, place, beta):
    q = np.array([1e-12, 0.3])
    law = hts.stable(alpha, beta, parameterization=place)
    slack = 1e-8 if 0 < abs(alpha - 1) < 1e-3 else 1e-11
    np.testing.assert_allclose(law.cdf(law.ppf(q)), q, rtol=slack)
    np.testing.assert_allclose(law.sf(law.isf(q)), q, rtol=slack)


def test_s0_goes_through_alpha_one_and_s1_lies_beside_it():
    x = np.array([-50.0, -1.0, 0.0, 2.0, 300.0])
    for beta in (0.5, -1.0):
        at = [
            hts.stable(a, beta, parameterization="S0").logpdf(x)
            for a in (1 - 1e-9, 1, 1 + 1e-9, 0.99 - 1e-12, 0.99 + 1e-12)
        ]
        np.testing.assert_allclose(at[0], at[1], rtol=1e-6)
        np.testing.assert_allclose(at[2], at[1], rtol=1e-6)
        np.testing.assert_allclose(at[3], at[4], rtol=1e-9)  # where the formula changes
    moved = 2 * 0.5 * math.tan(math.pi * 0.7)
    s1, s0 = (hts.stable(1.4, 0.5, 1, 2, parameterization=p) for p in ("S1", "S0"))
    np.testing.assert_allclose(s0.cdf(x), s1.cdf(x + moved), rtol=1e-12)


def test_the_table_of_many_points_is_the_integral():
    x = np.concatenate([-np.geomspace(1e-9, 1e9, 250), np.geomspace(1e-9, 1e280, 250)])
    for alpha in (0.15, 0.7, 1.5, 1.9):
        law = hts.stable(alpha)
        flat = np.full((2, x.size), [[alpha], [0.0]])
        found = any_law.parts(x, *flat, s0=False)
        for name in ("below", "above", "density"):
            wanted = getattr(found, f"log_{name}")
            got = getattr(law, {"below": "logcdf", "above": "logsf", "density": "logpdf"}[name])(x)
            assert np.abs(np.expm1(got - wanted)).max() < 1e-9, (alpha, name)
        q = np.linspace(1e-9, 1 - 1e-9, 500)
        np.testing.assert_allclose(law.cdf(law.ppf(q)), q, rtol=1e-8)
    assert fast_law.logs(np.array([1e300]), 1.5)[1] < -1000


def test_next_to_alpha_one_two_integrals_meet_far_out():
    """The one over angles and the one along the imaginary axis share nothing."""
    x = np.array([-300.0, -101.0, 101.0, 300.0])
    for alpha in (0.995, 1.0, 1.005):
        flat = np.full((2, 4), [[alpha], [-0.5]])
        near, far = (module.parts(x, *flat, s0=True) for module in (zolotarev, any_law))
        for name in ("log_below", "log_above", "log_density", "slope"):
            np.testing.assert_allclose(getattr(near, name), getattr(far, name), rtol=1e-9)


def test_support_and_what_lies_beyond():
    law = hts.stable(0.7, -1.0, 2.0, 3.0)
    assert law.support() == (-math.inf, 2.0)
    assert law.pdf(2.5) == 0
    assert law.logpdf(2.5) == -math.inf
    assert (law.cdf(2.5), law.sf(2.5)) == (1, 0)
    assert law.ppf([0, 1]).tolist() == [-math.inf, 2]
    values = law.pdf([math.nan, math.inf, -math.inf])
    assert np.array_equal(values, [math.nan, 0, 0], equal_nan=True)
    assert np.isnan(law.ppf([-0.1, 1.1, math.nan])).all()
    light = hts.stable(1.5, -1.0)  # W is 1e5 here and 1e13 there: logarithms go on
    assert -1e6 < light.logpdf(90.0) < -1e4
    assert light.logsf(1e5) < -1e9
    low, high = hts.stable(1.5).interval(0.9)
    assert low == pytest.approx(-high)
    assert hts.stable(1.5).sf(high) == pytest.approx(0.05)


def test_draws_follow_their_law_and_their_seed():
    law = hts.stable(1.3, -0.6, 1.0, 2.0, parameterization="S0")
    x = law.rvs(4000, random_state=5)
    assert stats.kstest(x, law.cdf).pvalue > 1e-3
    assert np.array_equal(x, law.rvs(4000, random_state=np.random.default_rng(5)))
    rng = np.random.default_rng(5)
    assert not np.array_equal(law.rvs(3, random_state=rng), law.rvs(3, random_state=rng))
    pair = hts.stable([0.5, 2.0], 0.0, [0.0, 100.0]).rvs((3000, 2), random_state=1)
    assert stats.kstest(pair[:, 1], hts.stable(2, 0, 100).cdf).pvalue > 1e-3
    assert stats.kstest(pair[:, 0], hts.stable(0.5).cdf).pvalue > 1e-3


def test_fits_in_scipys_order():
    x = hts.stable(1.4, 0.5, 3.0, 2.0).rvs(20_000, random_state=2)
    alpha, beta, loc, scale = hts.stable.fit(x, skew=True)
    assert (alpha, beta, scale) == (
        pytest.approx(1.4, abs=0.05), pytest.approx(0.5, abs=0.1), pytest.approx(2, abs=0.1),
    )  # fmt: skip
    assert loc == pytest.approx(3.0, abs=0.4)
    assert stats.kstest(x[:2000], hts.stable(alpha, beta, loc, scale).cdf).pvalue > 1e-3
    alpha, beta, loc, scale = hts.stable.fit(hts.stable(1.7, 0, -1).rvs(5000, random_state=3))
    assert beta == 0
    assert (alpha, loc) == (pytest.approx(1.7, abs=0.1), pytest.approx(-1, abs=0.1))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: hts.stable(2.3), r"alpha must be a number in \(0, 2\], got 2.3"),
        (lambda: hts.stable([1.5, 0]), r"alpha must be a number in \(0, 2\], got 0"),
        (lambda: hts.stable(1.5, 1.1), "beta must be"),
        (lambda: hts.stable(1.5, 0, 0, 0), "scale must be"),
        (lambda: hts.stable(1.5, 0, math.nan), "loc must be"),
        (lambda: hts.stable(1.5, parameterization="S2"), "parameterization must be one of S1, S0"),
        (lambda: hts.stable("x"), "alpha must be numbers, got 'x'"),
        (lambda: hts.stable([1, 1.5], [0, 0, 0]), r"broadcast, got shapes alpha \(2,\)"),
        (lambda: hts.stable([1, 1.5]).pdf([1, 2, 3]), r"x of shape \(3,\) does not broadcast"),
        (lambda: hts.stable(1.5).rvs(3, random_state=-1), "random_state must be"),
        (lambda: hts.stable([1, 1.5]).rvs(3, random_state=1), r"shape \(3,\) does not"),
        (lambda: hts.stable.fit([1.0, 2.0]), "50"),
    ],
)
def test_bad_input_is_refused(call, says):
    with pytest.raises(BadInput, match=says):
        call()


@pytest.mark.parametrize("s0", [True, False])
def test_at_random_laws_and_points_the_tails_add_up_and_the_slope_is_one(s0):
    rng, n = np.random.default_rng(3), 300
    near_one = 1 + rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-2.5, -1, n)
    alpha = np.where(rng.random(n) < 0.3, near_one, rng.uniform(0.05, 2, n))
    beta = np.where(rng.random(n) < 0.3, rng.choice([-1.0, 1.0, 0.0], n), rng.uniform(-1, 1, n))
    x = rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-8, 8, n)
    here = any_law.parts(x, alpha, beta, s0=s0)
    np.testing.assert_allclose(np.exp(here.log_below) + np.exp(here.log_above), 1, rtol=1e-11)
    seen = here.log_density > -600
    assert seen.sum() > n / 2
    h = 1e-5
    ends = [any_law.parts(x * (1 + k), alpha, beta, s0=s0).log_density[seen] for k in (h, -h)]
    slope = (ends[0] - ends[1]) / (2 * h)
    np.testing.assert_allclose((here.slope * x)[seen], slope, rtol=1e-6, atol=1e-6)
