"""Does a 95 % interval hold the known slope 95 % of the time?  On exact copies of the errors."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import fast_law
from hts.theory.fit import slope_over_replicates
from hts.theory.linear import coupling_exponent

WIDTHS = (30, 300, 3000)
SETS, REPLICATES = 600, 100


def errors(alpha: float, count: int, draw: np.random.Generator) -> np.ndarray:
    """What parts units drawn to their mean from the limit (count, widths), without any units.

    The mean of the first n of nested systems is a sum of independent stable values.
    """
    sizes = np.diff([0, *WIDTHS]) ** (1 / alpha)

    def mean() -> np.ndarray:
        values = fast_law.ppf(draw.random((count, len(WIDTHS))), alpha)
        return np.cumsum(sizes * values, axis=1) / WIDTHS

    gap, worst, middle = np.zeros((count, 3)), np.zeros((count, 3)), mean()
    for _ in range(8):
        gap = 0.8 * gap + 0.2 * middle
        middle = middle + 0.2 * mean()
        worst = np.maximum(worst, np.abs(gap))
    return worst


@pytest.mark.parametrize("alpha", [1.5, 2.0])
def test_an_interval_holds_the_known_slope_as_often_as_it_says(alpha):
    found = errors(alpha, SETS * REPLICATES, np.random.default_rng(3))
    slopes = [slope_over_replicates(WIDTHS, part) for part in np.split(found, SETS)]
    exact = coupling_exponent(alpha)
    held = np.mean([slope.low <= exact <= slope.high for slope in slopes])
    assert held == pytest.approx(0.95, abs=0.03)  # 3.4 standard errors
    scatter = np.std([slope.slope for slope in slopes])
    assert scatter == pytest.approx(np.mean([slope.spread for slope in slopes]) / 1.984, rel=0.12)
