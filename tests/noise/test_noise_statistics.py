"""The noise against the law it claims, at fixed seeds; limits leave a failure rate below 1e-3."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import law, sample
from hts.verify.noise import TailCount, tail_counts

N = 200_000
KS_LIMIT = 1.95 / np.sqrt(N)  # exceeded once in 1 000


def ks(values: np.ndarray, alpha: float, scale: float = 1.0) -> float:
    """Largest gap between the empirical and the stable distribution function."""
    x = np.sort(values.astype(float).ravel())
    knots = np.quantile(x, np.linspace(0, 1, 801))
    expected = law.cdf(knots, alpha, scale)
    return float(np.abs(np.searchsorted(x, knots, side="right") / len(x) - expected).max())


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.2, 1.75, 1.9, 2.0])
def test_type_two_follows_the_law(alpha: float) -> None:
    assert ks(sample("II", alpha, units=N // 100, inputs=100, seed=11), alpha) < KS_LIMIT


@pytest.mark.parametrize("alpha", [1.2, 1.75, 2.0])
def test_type_one_follows_the_law(alpha: float) -> None:
    assert ks(sample("I", alpha, units=N, inputs=1, seed=12), alpha) < KS_LIMIT


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.75, 1.9])
def test_type_three_has_scale_one_in_every_direction(alpha: float) -> None:
    # A factor 2 missing from A would make every projection 1/sqrt(2) too small.
    noise = sample("III", alpha, units=N, inputs=3, seed=13)
    for direction in ([1, 0, 0], [0, 0, 1], [1, 1, 1], [2, -1, 0.5]):
        u = np.array(direction) / np.linalg.norm(direction)
        assert ks(noise @ u, alpha) < KS_LIMIT


@pytest.mark.parametrize("alpha", [1.2, 1.75, 2.0])
def test_the_sum_of_two_stable_values_is_stable(alpha: float) -> None:
    a, b = (sample("II", alpha, units=N // 100, inputs=100, seed=14, step=s) for s in (0, 1))
    assert ks(a.astype(float) + b, alpha, 2 ** (1 / alpha)) < KS_LIMIT
    assert ks(3.0 * a - 0.5 * b, alpha, (3**alpha + 0.5**alpha) ** (1 / alpha)) < KS_LIMIT


@pytest.mark.parametrize("kind", ["I", "II", "III"])
def test_joint_characteristic_functions_of_two_coordinates(kind: str) -> None:
    alpha, u = 1.5, np.array([0.6, 0.5])
    exponent = {
        "I": abs(u.sum()) ** alpha,
        "II": (np.abs(u) ** alpha).sum(),
        "III": np.linalg.norm(u) ** alpha,
    }
    noise = sample(kind, alpha, units=N, inputs=2, seed=15).astype(float)
    waves = np.cos(noise @ u)
    expected = np.exp(-exponent[kind])
    error = np.sqrt((1 + np.exp(-exponent[kind] * 2**alpha)) / 2 - expected**2) / np.sqrt(N)
    assert abs(waves.mean() - expected) < 4 * error


def test_neighbouring_coordinates_units_and_steps_are_uncorrelated() -> None:
    a, b = (np.tanh(sample("II", 1.75, units=2000, inputs=100, seed=16, step=s)) for s in (0, 1))
    pairs = ((a[:, :-1], a[:, 1:]), (a[:-1], a[1:]), (a, b), (abs(a), abs(b)))
    for x, y in pairs:
        r = np.corrcoef(x.ravel(), y.ravel())[0, 1]
        assert abs(r) < 4 / np.sqrt(x.size)


@pytest.mark.slow
def test_a_hundred_million_draws_have_the_right_tail_and_no_broken_value() -> None:
    heard: list[float] = []
    report = tail_counts(1.75, 100_000_000, (1e-5, 1e-6, 1e-7), progress=heard.append)
    assert (report.not_a_number, report.infinite) == (0, 0)
    assert report.passed, report
    assert heard[-1] == 1.0
    assert report.draws >= 100_000_000


def test_a_lost_tail_is_noticed() -> None:
    lost = TailCount(level=1e-7, threshold=4252.0, count=12, expected=40.0, z=-28 / np.sqrt(40))
    few = TailCount(level=1e-7, threshold=4252.0, count=2, expected=0.2, z=1.8 / np.sqrt(0.2))
    assert not lost.plausible
    assert few.plausible
