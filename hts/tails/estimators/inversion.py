"""An estimate and its interval from one statistic whose law is known for every alpha.

The interval holds every alpha that a two-sided test would not reject, so it needs no derivative and
stays right where alpha ends at 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hts.tails.samples.norm_law import LOWEST

LIGHTEST = 100.0  # reported for "no power law at all": alpha infinite


@dataclass(frozen=True)
class Found:
    """What one estimator found: ``alpha`` with its interval from ``low`` to ``high``.

    ``upper`` values beyond ``threshold`` were used; None where all were.
    """

    alpha: float
    low: float
    high: float
    note: str = ""
    upper: int | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class Curve:
    """Mean of a statistic and n^(1/2) times its standard deviation at ascending alphas."""

    alphas: np.ndarray
    means: np.ndarray  # monotone
    spreads: np.ndarray


def grid(count: int, most: float = 2.0) -> np.ndarray:
    """Ascending alphas from `LOWEST`, crowding towards ``most``."""
    return most - np.linspace((most - LOWEST) ** 0.5, 0.0, count) ** 2


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval."""
    return float(ndtri(0.5 + level / 2))


def invert(statistic: float, n: float, curve: Curve, level: float) -> Found:
    """The alpha whose mean is ``statistic``, and all alphas that ``n`` values do not rule out."""
    rising = curve.means[-1] > curve.means[0]
    sign = 1.0 if rising else -1.0
    means, alphas = sign * curve.means, curve.alphas
    alpha = float(np.interp(sign * statistic, means, alphas))
    reach = z_of(level) * curve.spreads / n**0.5
    at = float(np.interp(alpha, alphas, means))  # the statistic, kept within what laws reach
    # low: the least alpha whose mean + reach attains it; high: the last whose mean - reach does.
    low = _first(alphas, means + reach - at)
    high = _first(alphas[::-1], at - (means - reach)[::-1])
    return Found(alpha, min(low, alpha), max(high, alpha))


def _first(alphas: np.ndarray, excess: np.ndarray) -> float:
    """Where ``excess`` first reaches 0 along ``alphas``, between nodes; the last one if nowhere."""
    reached = np.flatnonzero(excess >= 0)
    if not len(reached):
        return float(alphas[-1])
    k = int(reached[0])
    if k == 0:
        return float(alphas[0])
    part = excess[k - 1] / (excess[k - 1] - excess[k])
    return float(alphas[k - 1] + part * (alphas[k] - alphas[k - 1]))
