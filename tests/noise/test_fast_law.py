"""The tabulated symmetric law: golden numbers, another integral, quantiles, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from hts import noise
from hts.noise import fast_law, law
from hts.validate import BadInput

ALPHAS = [0.5, 0.7, 0.95, 1.0, 1 + 1e-6, 1.2, 1.5, 1.75, 1.9, 1.99, 2 - 1e-6, 2.0]

# alpha, x, P(X > x), density.  mpmath 1.3, 30 digits: the Mellin-Barnes integral of the moments
# E|X|^r along Re r = alpha/2, trapezoid rule with step pi alpha/200 until terms are below 1e-26
# (an independent sum: other step, line and precision than the library); closed forms at 1 and 2.
# fmt: off
GOLDEN = [
    (0.5, 0.209, 0.3999633448806, 0.3320920632196),
    (0.5, 12.7, 0.1001446447482, 0.003506557126448),
    (0.5, 159000.0, 0.0009994866736618, 3.139895433662e-9),
    (0.5, 159000000000.0, 1.000486122809e-6, 3.146179628412e-18),
    (0.5, 1.59e+17, 1.000487122782e-9, 3.146185917549e-27),
    (0.5, 1.59e+23, 1.000487123782e-12, 3.146185923838e-36),
    (0.7, 0.273, 0.3999944252477, 0.3095969414031),
    (0.7, 5.59, 0.1000201265095, 0.01123689419721),
    (0.7, 4630.0, 0.0009994271029809, 1.50973730663e-7),
    (0.7, 89400000.0, 1.000201698585e-6, 7.831550321384e-15),
    (0.7, 1730000000000.0, 9.986008801455e-10, 4.040581592563e-22),
    (0.7, 3.33e+16, 1.00072155326e-12, 2.103618880724e-29),
    (0.95, 0.319, 0.3999948250527, 0.2906974909271),
    (0.95, 3.3, 0.1001287520028, 0.02668872102129),
    (0.95, 444.0, 0.0009996474065212, 2.138396100807e-6),
    (0.95, 639000.0, 9.993852588432e-7, 1.485783699247e-12),
    (0.95, 919000000.0, 9.995605689159e-10, 1.033278063393e-18),
    (0.95, 1320000000000.0, 1.000952841612e-12, 7.203827269175e-25),
    (1.0, 0.325, 0.3999768799671, 0.2879004058191),
    (1.0, 3.08, 0.0999296369559, 0.03035454361686),
    (1.0, 318.0, 0.001000971185379, 3.147687378826e-6),
    (1.0, 318000.0, 1.000974484851e-6, 3.147718505801e-12),
    (1.0, 318000000.0, 1.000974484855e-9, 3.147718505832e-18),
    (1.0, 318000000000.0, 1.000974484855e-12, 3.147718505832e-24),
    (1.000001, 0.325, 0.3999769117283, 0.2879003722347),
    (1.000001, 3.08, 0.09992951128547, 0.03035454754867),
    (1.000001, 318.0, 0.001000964844946, 3.147670603875e-6),
    (1.000001, 318000.0, 1.000961225012e-6, 3.147679955887e-12),
    (1.000001, 318000000.0, 1.000954310639e-9, 3.147658212559e-18),
    (1.000001, 318000000000.0, 1.000947396316e-12, 3.147636469381e-24),
    (1.2, 0.342, 0.399874948947, 0.279869916354),
    (1.2, 2.48, 0.09998218369667, 0.04782523861084),
    (1.2, 109.0, 0.0009993465604016, 1.101834851803e-5),
    (1.2, 34400.0, 1.000252116351e-6, 3.489256817936e-11),
    (1.2, 10900000.0, 9.978543612145e-10, 1.098555261701e-16),
    (1.2, 3440000000.0, 1.000250611555e-12, 3.489246319385e-22),
    (1.5, 0.353, 0.4000936887231, 0.2745045064825),
    (1.5, 2.06, 0.1001163707324, 0.07962051377066),
    (1.5, 34.3, 0.001000918148395, 4.412159365484e-5),
    (1.5, 3410.0, 1.001733002522e-6, 4.406485470336e-10),
    (1.5, 341000.0, 1.001724982871e-9, 4.406414915978e-15),
    (1.5, 34100000.0, 1.001724974852e-12, 4.406414845424e-20),
    (1.75, 0.357, 0.4000350355567, 0.2731417652486),
    (1.75, 1.9, 0.1002206051329, 0.1047439428153),
    (1.75, 15.1, 0.0009970149054934, 0.000119066362123),
    (1.75, 768.0, 9.992304532214e-7, 2.276960202504e-9),
    (1.75, 39800.0, 9.982503785837e-10, 4.389291996383e-14),
    (1.75, 2060000.0, 9.994641274497e-13, 8.490593315967e-19),
    (1.9, 0.358, 0.4000105449562, 0.2730534534282),
    (1.9, 1.84, 0.100356562213, 0.1172710678657),
    (1.9, 8.08, 0.00100103535687, 0.0002626597755936),
    (1.9, 291.0, 9.974676958497e-7, 6.513329659442e-9),
    (1.9, 11000.0, 1.003704462005e-9, 1.733671518621e-13),
    (1.9, 418000.0, 1.000039092717e-12, 4.545632240082e-18),
    (1.99, 0.358, 0.4000744281672, 0.2731799845726),
    (1.99, 1.82, 0.09940992928375, 0.1228802896196),
    (1.99, 4.55, 0.0009957850444938, 0.001766443706964),
    (1.99, 72.1, 1.000810556035e-6, 2.765560054734e-8),
    (1.99, 2320.0, 9.995613887058e-10, 8.57383409391e-13),
    (1.99, 74600.0, 1.000874865733e-12, 2.669894081986e-17),
    (1.999999, 0.358, 0.4000783810707, 0.2731994591984),
    (1.999999, 1.81, 0.1002966475969, 0.1243646362999),
    (1.999999, 4.37, 0.001000629544231, 0.002382203246601),
    (1.999999, 6.73, 9.865984625551e-7, 3.414877052208e-6),
    (1.999999, 22.5, 9.996004080157e-10, 8.993671697255e-11),
    (1.999999, 707.0, 1.000320238888e-12, 2.829792776748e-15),
    (2.0, 0.358, 0.4000783814372, 0.2731994611957),
    (2.0, 1.81, 0.1002966129833, 0.1243646723311),
    (2.0, 4.37, 0.001000591665317, 0.00238218505182),
    (2.0, 6.72, 1.0082803346e-6, 3.526826416709e-6),
    (2.0, 8.48, 1.009534069294e-9, 4.393620987707e-9),
    (2.0, 9.95, 9.91226843828e-13, 5.027304684309e-12),
]
# fmt: on


@pytest.mark.parametrize(("alpha", "x", "upper", "density"), GOLDEN)
def test_golden_numbers(alpha, x, upper, density):
    assert math.isclose(fast_law.sf(x, alpha), upper, rel_tol=1e-8)
    assert math.isclose(fast_law.cdf(-x, alpha), upper, rel_tol=1e-8)
    assert math.isclose(fast_law.pdf(x, alpha), density, rel_tol=1e-8)
    assert math.isclose(-fast_law.ppf(upper, alpha), x, rel_tol=1e-7)
    assert math.isclose(-fast_law.ppf(upper, alpha, scale=3.0), 3 * x, rel_tol=1e-7)
    assert math.isclose(fast_law.sf(3 * x, alpha, scale=3.0), upper, rel_tol=1e-8)
    assert math.isclose(fast_law.pdf(3 * x, alpha, scale=3.0), density / 3, rel_tol=1e-8)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.75, 1.95])
def test_zolotarev_integral(alpha):
    """P(X > x) as an integral of positive terms over an angle, for alpha > 1."""

    def survivor(x):
        def term(d):
            v = math.pi / 2 - d
            first = (math.sin(alpha * v) / math.cos(v)) ** (alpha / (1 - alpha))
            g = x ** (alpha / (alpha - 1)) * first * math.cos((alpha - 1) * v) / math.cos(v)
            return math.exp(-g) / math.pi

        # d = s^4: the mass of a far tail sits next to the pole
        top = (math.pi / 2) ** 0.25
        pieces = [top * 10.0**-k for k in (4, 3, 2.5, 2, 1.5, 1, 0.5, 0)]
        return sum(
            quad(lambda s: 4 * s**3 * term(s**4), a, b, epsrel=1e-12, epsabs=0, limit=200)[0]
            for a, b in zip([0.0, *pieces], pieces, strict=False)
        )

    for x in (0.5, 3.0, 20.0, 300.0):
        assert math.isclose(fast_law.sf(x, alpha), survivor(x), rel_tol=1e-9), x


@pytest.mark.parametrize("alpha", [0.3, *ALPHAS])
def test_the_table_has_no_seams(alpha):
    """Against the integral summed for every point, at and around the table's ends and its split."""
    table = fast_law._law(alpha)
    ends = [table.low, math.log(3.0), table.high] if hasattr(table, "low") else [0.0, 2.0]
    t = np.concatenate([end + np.array([-2, -1e-3, -1e-9, 0, 1e-9, 1e-3, 2]) for end in ends])
    x = np.exp(np.concatenate([t, np.linspace(-9.3, 9.3, 30)]))
    upper = law.sf(x, alpha)
    solid = upper > 1e-9
    assert np.allclose(fast_law.sf(x, alpha)[solid], upper[solid], rtol=1e-7, atol=0)
    assert np.allclose(fast_law.pdf(x, alpha)[solid], law.pdf(x, alpha)[solid], rtol=1e-6, atol=0)
    assert (np.diff(fast_law.sf(np.sort(x), alpha)) <= 0).all()


@pytest.mark.parametrize("alpha", [0.3, *ALPHAS])
def test_quantiles_undo_the_distribution_function(alpha):
    q = np.concatenate([10.0 ** -np.linspace(0.31, 15, 60), [0.5 - 1e-9, 0.49, 0.31, 0.3, 0.29]])
    assert np.allclose(fast_law.cdf(fast_law.ppf(q, alpha), alpha), q, rtol=1e-7, atol=0)
    assert np.allclose(fast_law.ppf(1 - q[:12], alpha), -fast_law.ppf(q[:12], alpha), rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.6, 1.3, 1.8])
def test_scipy_agrees_in_the_middle(alpha):
    x = np.linspace(-3, 3, 7)
    assert np.allclose(fast_law.cdf(x, alpha), stats.levy_stable.cdf(x, alpha, 0), atol=1e-7)
    assert np.allclose(fast_law.pdf(x, alpha), stats.levy_stable.pdf(x, alpha, 0), rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 2.0])
def test_ends_and_shapes(alpha):
    ends = fast_law.sf([0.0, -0.0, math.inf, -math.inf, math.nan], alpha)
    assert np.array_equal(ends, [0.5, 0.5, 0, 1, math.nan], equal_nan=True)
    assert np.array_equal(fast_law.pdf([math.inf, -math.inf, 1e300], alpha) < 1e-100, [True] * 3)
    quantiles = fast_law.ppf([0, 1, 0.5, -0.1, 1.1, math.nan], alpha)
    assert np.array_equal(quantiles, [-math.inf, math.inf, 0, *[math.nan] * 3], equal_nan=True)
    assert fast_law.sf(np.ones((2, 3)), alpha).shape == (2, 3)
    assert noise.pdf(0.0, alpha) == pytest.approx(math.gamma(1 + 1 / alpha) / math.pi, rel=1e-9)


@pytest.mark.parametrize("alpha", [a for a in ALPHAS if a >= 0.7])
def test_quantiles_next_to_the_median_are_the_distance_over_the_peak(alpha):
    """x = d / f(0) + O(d^3) with f(0) = Gamma(1 + 1/alpha)/pi, d the probability between."""
    d = 2.0 ** -np.array([20, 25, 30, 34, 38, 42, 46])  # 0.5 - d is exact
    x = d * math.pi / math.gamma(1 + 1 / alpha)
    assert np.allclose(fast_law.ppf(0.5 + d, alpha), x, rtol=1e-8, atol=0)
    assert np.allclose(fast_law.ppf(0.5 - d, alpha), -x, rtol=1e-8, atol=0)


@pytest.mark.parametrize("alpha", [0.5, 0.7, 0.95, 1.0, 1.2, 1.5, 1.75, 1.9, 1.99])
def test_far_quantiles_are_those_of_the_power_law(alpha):
    """P(X > x) -> sin(pi alpha/2) Gamma(alpha)/pi x^-alpha, long before 1e-140."""
    q = np.array([1e-140, 1e-120])
    x = (math.sin(math.pi * alpha / 2) * math.gamma(alpha) / math.pi / q) ** (1 / alpha)
    assert np.allclose(fast_law.ppf(q, alpha), -x, rtol=1e-10, atol=0)


@pytest.mark.parametrize("alpha", [0.5, 0.7, 0.95, 1.2, 1.5, 1.75, 1.9])
def test_the_density_bends_at_zero_as_its_power_series(alpha):
    """f(x) = f(0) - Gamma(1 + 3/alpha)/(6 pi) x^2 + ..., next to where the table begins."""
    bend = math.gamma(1 + 3 / alpha) / (6 * math.pi)
    x = 0.9 * math.exp(fast_law._law(alpha).low)
    peak = math.gamma(1 + 1 / alpha) / math.pi
    assert (peak - fast_law.pdf(x, alpha)) / x**2 == pytest.approx(bend, rel=1e-4)
    assert 0.5 - fast_law.sf(x, alpha) == pytest.approx(peak * x, rel=1e-9)


@pytest.mark.parametrize("name", ["pdf", "cdf", "sf", "ppf"])
def test_bad_input_is_refused(name):
    function = getattr(noise, name)
    for alpha in (0, 2.1, -1, math.nan):
        with pytest.raises(BadInput, match="alpha"):
            function(0.3, alpha)
    with pytest.raises(BadInput, match="scale"):
        function(0.3, 1.5, scale=0)


def test_the_comparison_with_scipy_finds_our_tail_right():
    from bench.noise_against_scipy import zolotarev_sf

    for alpha, x in [(1.2, 3.44e9), (1.5, 34.3), (1.75, 768.0), (1.99, 7.58)]:
        assert math.isclose(fast_law.sf(x, alpha), zolotarev_sf(x, alpha), rel_tol=1e-9)


def test_where_every_point_is_summed_quantiles_have_the_sign_of_their_side():
    alpha, upper = 0.2, 0.1  # below the alphas that have a table
    x = float(law.ppf(1 - upper, alpha))
    assert x > 0
    assert math.isclose(float(fast_law.ppf(1 - upper, alpha)), x, rel_tol=1e-6)
    assert math.isclose(float(fast_law.ppf(upper, alpha)), -x, rel_tol=1e-6)
