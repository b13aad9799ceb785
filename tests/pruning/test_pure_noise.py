"""Pruning ratios of pure noise against a reference table.

Reference: medians of 15 draws at criterion 0.1, n = 2000 units, p = 140 inputs, measured for this
project before this code was written, with another implementation.
"""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import sample
from hts.pruning.columns import pruning_ratio, unit_norms

ALPHAS = (1.5, 1.75, 1.8, 1.9, 1.99)
REFERENCE = {
    "I": (0.941, 0.692, 0.666, 0.600, 0.560),
    "II": (0.893, 0.390, 0.305, 0.172, 0.127),
    "III": (0.949, 0.354, 0.309, 0.178, 0.128),
}
DRAWS, REFERENCE_DRAWS = 25, 15


@pytest.mark.parametrize("kind", sorted(REFERENCE))
def test_medians_agree_within_monte_carlo_error(kind):
    for alpha, expected in zip(ALPHAS, REFERENCE[kind], strict=True):
        ratios = [
            pruning_ratio(
                unit_norms(sample(kind, alpha, units=2000, inputs=140, seed=7, step=draw))
            )
            for draw in range(DRAWS)
        ]
        low, high = np.quantile(ratios, (0.25, 0.75)) / 100
        sd = (high - low) / 1.349  # robust: the ratio itself has wide tails
        error = 1.2533 * sd * np.sqrt(1 / DRAWS + 1 / REFERENCE_DRAWS) + 0.001  # of two medians
        assert abs(np.median(ratios) / 100 - expected) < 4 * error, (alpha, np.median(ratios))


def test_floors_of_equal_and_gaussian_columns():
    assert pruning_ratio(np.ones(1000)) == 10.0
    gaussian = sample("gaussian", 2.0, units=10_000, inputs=140, seed=7)
    assert pruning_ratio(unit_norms(gaussian)) == pytest.approx(12.3, abs=0.3)
    one_dimensional = sample("I", 2.0, units=10_000, inputs=140, seed=7)
    assert pruning_ratio(unit_norms(one_dimensional)) == pytest.approx(55.5, abs=1.5)
