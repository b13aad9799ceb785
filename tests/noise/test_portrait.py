"""The small samples of the Noise page: their laws at known points, and common random numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hts.noise import law, portrait


def test_paths_begin_at_zero_and_end_with_the_law_of_time_one():
    ends = np.array([portrait.path(1.5, 50, seed)[-1] for seed in range(3000)])
    path = portrait.path(1.5, 50, 1)
    assert len(path) == 51
    assert path[0] == 0
    for x in (-1.0, 0.0, 2.0):
        share = float(law.cdf(x, 1.5))
        assert abs(np.mean(ends <= x) - share) < 4.5 * math.sqrt(share * (1 - share) / len(ends))


@pytest.mark.parametrize("alpha", [0.8, 1.5, 2.0])
@pytest.mark.parametrize("kind", ["I", "II", "III"])
def test_clouds_have_their_characteristic_functions(kind, alpha):
    points = portrait.cloud(kind, alpha, 20_000, seed=3)
    assert points.shape == (20_000, 2)
    for u in ([0.7, 0.0], [0.4, 0.9], [0.6, -0.6]):
        u1, u2 = np.abs(u)
        exponent = {
            "I": abs(sum(u)) ** alpha,
            "II": u1**alpha + u2**alpha,
            "III": math.hypot(*u) ** alpha,
        }[kind]
        assert abs(np.mean(np.cos(points @ u)) - math.exp(-exponent)) < 4.5 / math.sqrt(20_000), u
    if kind == "I":
        assert (points[:, 0] == points[:, 1]).all()


def test_one_seed_is_one_set_of_random_numbers_for_all_alphas():
    near, far = portrait.draws(1.5, 1000, 4), portrait.draws(1.501, 1000, 4)
    assert np.allclose(near, far, rtol=0.02, atol=0.02)
    assert (np.sign(near) == np.sign(portrait.draws(0.7, 1000, 4))).all()


def test_running_moments_and_shares_of_a_known_sample():
    values = np.array([3.0, -1.0, 1.0, 1.0])
    mean, variance = portrait.running_moments(values, np.array([1, 2, 4]))
    assert np.allclose(mean, [3, 1, 1])
    assert np.allclose(variance, [0, 4, 2])
    shares = portrait.share_of_largest(values, np.array([0.01, 0.25, 0.5, 1.0]))
    assert np.allclose(shares, [9 / 12, 9 / 12, 10 / 12, 1])
    sizes, beyond = portrait.exceedances(values, 10)
    assert sizes[0] == 3
    assert beyond[0] == 0.25
    assert beyond[-1] == 1


def test_gaussian_share_is_what_gaussian_values_have():
    values = portrait.draws(2.0, 200_000, 1)
    got = float(portrait.share_of_largest(values, np.array([0.01]))[0])
    assert math.isclose(portrait.gaussian_share(0.01), got, rel_tol=0.02)
    assert math.isclose(portrait.gaussian_share(1.0), 1.0)
