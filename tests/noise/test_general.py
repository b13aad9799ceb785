"""Draws from any stable law: promises of the stream, bad input, and the laws themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from hts import noise
from hts.noise.general import from_words, sample_stable
from hts.validate import BadInput

LAWS = [(0.5, 1.0), (0.7, -0.6), (0.9, 0.5), (1.0, 0.7), (1.3, -1.0), (1.75, 0.5), (1.95, 1.0)]
COUNT = 40_000


def characteristic(u, alpha, beta, scale, loc, parameterization):
    """E exp(iuX) as Nolan defines it, written down anew."""
    v = scale * np.abs(u)
    if alpha == 1:
        inner = np.log(v) if parameterization == "S0" else np.log(np.abs(u))
        phase = -beta * 2 / math.pi * np.sign(u) * inner * v
    else:
        tangent = math.tan(math.pi * alpha / 2)
        growth = v**alpha if parameterization == "S1" else v**alpha - v
        phase = beta * tangent * np.sign(u) * growth
    return np.exp(-(v**alpha) + 1j * (phase + loc * u))


@pytest.mark.parametrize("parameterization", ["S1", "S0"])
@pytest.mark.parametrize(("alpha", "beta"), [*LAWS, (1 + 1e-6, 0.8), (1 - 1e-6, -1.0), (2.0, 1.0)])
def test_characteristic_function(alpha, beta, parameterization):
    scale, loc = 1.7, -0.4
    x = sample_stable(
        alpha, COUNT, beta=beta, scale=scale, loc=loc, seed=5, dtype="float64",
        parameterization=parameterization,
    )  # fmt: skip
    for u in (-0.3, 0.1, 0.5, 1.0, 1.6):
        expected = characteristic(u, alpha, beta, scale, loc, parameterization)
        # Near alpha = 1 the S1 law lies about 1e6 away, where u x keeps ten digits.
        assert abs(np.mean(np.exp(1j * u * x)) - expected) < 4.5 / math.sqrt(COUNT), u


@pytest.mark.parametrize("parameterization", ["S1", "S0"])
@pytest.mark.parametrize(("alpha", "beta"), LAWS)
def test_quantiles_are_those_of_scipy(alpha, beta, parameterization):
    """Shares beyond five points of the middle, where scipy's distribution function is right."""
    x = sample_stable(alpha, COUNT, beta=beta, parameterization=parameterization, seed=9)
    law = stats.levy_stable
    before, law.parameterization = law.parameterization, parameterization
    try:
        points = np.quantile(x, [0.1, 0.3, 0.5, 0.7, 0.9]).astype(float)
        expected = law.cdf(points, alpha, beta)
    finally:
        law.parameterization = before
    assert np.abs(expected - [0.1, 0.3, 0.5, 0.7, 0.9]).max() < 4.5 * 0.5 / math.sqrt(COUNT)


def test_known_laws_by_kolmogorov_and_smirnov():
    levy = sample_stable(0.5, COUNT, beta=1.0, seed=3)
    normal = sample_stable(2.0, COUNT, scale=0.5, loc=3.0, seed=3, dtype="float64")
    cauchy = sample_stable(1.0, COUNT, scale=2.0, loc=-1.0, seed=3)
    assert stats.kstest(levy, stats.levy.cdf).pvalue > 1e-3
    assert stats.kstest(normal, stats.norm(3.0, math.sqrt(0.5)).cdf).pvalue > 1e-3
    assert stats.kstest(cauchy, stats.cauchy(-1.0, 2.0).cdf).pvalue > 1e-3


@pytest.mark.parametrize(("alpha", "beta"), [(0.8, 0.0), (1.0, 0.5), (1.5, -0.5), (1.9, 1.0)])
def test_both_tails_have_their_constants(alpha, beta):
    """P(X > x) ~ (1 + beta) C x^-alpha: counts beyond a far point, the first correction small."""
    count, share = 2_000_000, 1e-4
    x = sample_stable(alpha, count, beta=beta, seed=11, parameterization="S0")
    constant = math.sin(math.pi * alpha / 2) * math.gamma(alpha) / math.pi
    for sign in (1, -1):
        weight = 1 + sign * beta
        if weight == 0:
            continue
        far = (weight * constant / share) ** (1 / alpha)
        # S1 is the law whose series starts with this term; the S0 law lies beside it.
        shift = beta * math.tan(math.pi * alpha / 2) if alpha != 1 else 0.0
        counted = int(np.sum(sign * x > far - sign * shift))
        assert abs(counted - count * share) < 4 * math.sqrt(count * share) + 6, sign


@pytest.mark.parametrize("beta", [1.0, -1.0])
@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.74, 0.76, 0.95])
def test_extreme_skew_below_one_is_one_sided(alpha, beta):
    for dtype in ("float32", "float64"):
        assert (sample_stable(alpha, 100_000, beta=beta, seed=1, dtype=dtype) * beta > 0).all()


@pytest.mark.parametrize("alpha", [0.1, 0.4, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("beta", [0.0, 1.0])
def test_words_at_the_ends_give_finite_values(alpha, beta):
    """The smallest and largest distances and exponentials that a word can stand for, together."""
    ends = np.array([0, 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1], np.uint64)
    angle, level = (side.ravel() for side in np.meshgrid(ends, ends))
    from hts.noise.skewed import stable

    for dtype in ("float32", "float64"):
        distance, side, exponential = from_words(angle, level, np.dtype(dtype))
        assert ((distance > 0) & (distance < 1.5708) & (exponential > 0)).all()
        assert np.isfinite(stable(distance, side, exponential, alpha, beta)).all()


def test_s0_goes_through_one_and_s1_is_s0_moved():
    options = {"beta": 0.8, "seed": 4, "dtype": "float64", "parameterization": "S0"}
    at_one = sample_stable(1.0, 5000, **options)
    for e in (1e-9, -1e-9, 1e-15):
        assert np.allclose(sample_stable(1.0 + e, 5000, **options), at_one, rtol=1e-5, atol=1e-6)
    for alpha in (0.6, 1.4):
        moved = sample_stable(alpha, 500, **{**options, "parameterization": "S1"}, scale=3.0)
        there = sample_stable(alpha, 500, **options, scale=3.0)
        shift = 3.0 * 0.8 * math.tan(math.pi * alpha / 2)
        assert np.allclose(moved, there + shift, rtol=1e-12, atol=1e-9)


def test_the_sum_of_two_is_stable():
    """Scales add as s^alpha and skews as their weighted mean."""
    alpha, s, t = 1.4, 1.0, 0.5
    x = sample_stable(alpha, COUNT, beta=1.0, scale=s, seed=1, dtype="float64")
    y = sample_stable(alpha, COUNT, beta=-0.5, scale=t, seed=2, dtype="float64")
    total = s**alpha + t**alpha
    beta = (s**alpha - 0.5 * t**alpha) / total
    z = sample_stable(alpha, COUNT, beta=beta, scale=total ** (1 / alpha), seed=3, dtype="float64")
    assert stats.ks_2samp(x + y, z).pvalue > 1e-3


@pytest.mark.parametrize("beta", [0.0, 0.4])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_value_is_a_function_of_seed_and_place(dtype, beta):
    draw = {"beta": beta, "seed": 7, "dtype": dtype}
    whole = sample_stable(1.6, 20_000, **draw)
    assert np.array_equal(whole, sample_stable(1.6, 20_000, **draw))
    assert np.array_equal(whole[:8193], sample_stable(1.6, 8193, **draw))
    assert np.array_equal(whole[:60].reshape(5, 12), sample_stable(1.6, (5, 12), **draw))
    for start in (1, 2, 777, 8192):
        assert np.array_equal(
            whole[start:], sample_stable(1.6, 20_000 - start, start=start, **draw)
        )
    assert not np.intersect1d(whole[:2000], sample_stable(1.6, 2000, **{**draw, "seed": 8})).size


def test_float32_values_are_the_float64_values_rounded():
    for alpha, beta in LAWS:
        pair = [sample_stable(alpha, 20_000, beta=beta, seed=2, dtype=k) for k in ("f4", "f8")]
        assert pair[0].dtype == np.float32
        assert np.allclose(*pair, rtol=2e-5, atol=2e-5)


def test_no_value_of_many_is_missing_and_none_comes_twice():
    x = sample_stable(1.75, 4_000_000, seed=1, dtype="float64")
    assert np.isfinite(x).all()
    assert len(np.unique(x)) == len(x)
    assert np.isfinite(sample_stable(0.05, 100_000, seed=1)).all()


def test_torch_dtype_gives_the_same_values_as_a_tensor():
    x = sample_stable(1.5, (3, 4), beta=0.2, seed=6, dtype=torch.float64)
    assert x.dtype == torch.float64
    assert np.array_equal(x.numpy(), sample_stable(1.5, (3, 4), beta=0.2, seed=6, dtype="float64"))


def test_zero_scale_and_empty_sizes():
    assert (noise.sample_stable(1.0, 4, beta=1.0, scale=0.0, loc=2.5, seed=0) == 2.5).all()
    assert noise.sample_stable(1.5, (0, 3), seed=0).shape == (0, 3)
    assert noise.sample_stable(1.5, (), seed=0).shape == ()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"alpha": 2.3}, "alpha must be a number in (0, 2], got 2.3"),
        ({"alpha": 0}, "alpha"),
        ({"alpha": math.nan}, "alpha"),
        ({"beta": 1.1}, "beta must be a number in [-1, 1]"),
        ({"scale": -1}, "scale"),
        ({"scale": 1e39}, "scale"),
        ({"loc": math.inf}, "loc"),
        ({"parameterization": "S2"}, "parameterization must be one of S1, S0"),
        ({"seed": None}, "seed is required"),
        ({"seed": -1}, "seed"),
        ({"start": -1}, "start"),
        ({"dtype": "int32"}, "dtype must be float32 or float64"),
        ({"dtype": "float16"}, "dtype"),
        ({"dtype": torch.int64}, "dtype"),
        ({"dtype": None}, "dtype"),
        ({"device": "cuda"}, "device must be cpu"),
        ({"size": -1}, "size"),
        ({"size": 2.5}, "size"),
        ({"size": 2**62}, "size"),
        ({"size": (2**40, 2**40)}, "overflows"),
    ],
)
def test_bad_input_is_refused_in_words(bad, says):
    good = {"alpha": 1.5, "size": 3, "seed": 1}
    with pytest.raises(BadInput) as refused:
        sample_stable(**{**good, **bad})
    assert says in str(refused.value)
