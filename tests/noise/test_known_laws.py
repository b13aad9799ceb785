"""Laws with known tails: the same seed, the same values, and the tail that is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise.known_laws import KNOWN_LAWS, complete, draw_known
from hts.validate import BadInput

N = 200_000


@pytest.mark.parametrize("name", KNOWN_LAWS)
def test_a_seed_names_a_sample(name):
    first, again, other = (draw_known(name, 1000, seed) for seed in (1, 1, 2))
    assert first.dtype == np.float64
    assert first.shape == (1000,)
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == other)
    assert np.isfinite(first).all()


@pytest.mark.parametrize(
    ("name", "given", "alpha"),
    [
        ("stable", {"alpha": 1.2}, 1.2),
        ("student", {"df": 1.5}, 1.5),
        ("pareto", {"alpha": 1.5}, 1.5),
        ("uniform + stable", {"alpha": 1.2, "weight": 1.0}, 1.2),
    ],
)
def test_the_tail_falls_as_is_said(name, given, alpha):
    law = KNOWN_LAWS[name]
    assert law.truth(complete(law, given)).alpha == alpha
    size = np.sort(np.abs(draw_known(name, N, 3, given)))
    ten_times_rarer = size[N - N // 10_000] / size[N - N // 1000]
    # 20 values lie beyond the further quantile: its spread is 22 % of 1/alpha.
    assert np.log(10) / np.log(ten_times_rarer) == pytest.approx(alpha, rel=0.3)


def test_a_pareto_sample_is_a_power_law_from_1_on():
    size = np.abs(draw_known("pareto", N, 1, {"alpha": 1.25}))
    assert size.min() >= 1
    for x in (2.0, 10.0, 100.0):
        expected = N * x**-1.25
        assert abs(np.sum(size > x) - expected) < 4 * np.sqrt(expected)


def test_gaussian_is_stable_without_a_tail_and_laplace_has_no_alpha():
    assert KNOWN_LAWS["gaussian"].truth({}).alpha == 2
    assert KNOWN_LAWS["laplace"].truth({}).alpha is None
    stable = KNOWN_LAWS["stable"]
    assert "no power tail" in stable.truth({"alpha": 2.0, "beta": 0.0}).says
    assert "skewed" in stable.truth({"alpha": 1.5, "beta": 0.5}).says
    student = KNOWN_LAWS["student"].truth({"df": 1.0}).says
    assert "Cauchy" in student


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(BadInput, match=r"df must be a number in \[0\.5, 10\], got 11"):
        draw_known("student", 10, 1, {"df": 11})
    with pytest.raises(BadInput, match="law must be one of"):
        draw_known("levy", 10, 1)
    with pytest.raises(BadInput, match="n must be"):
        draw_known("laplace", 10_000_000, 1)
