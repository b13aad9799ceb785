"""How many of the largest values are tail: a fixed share, or by stability, bootstrap, distance.

Every rule works on Hill's estimates.  None removes Hill's bias for stable laws near alpha = 2.
"""

from __future__ import annotations

import math

import numpy as np

from hts.seeds import generator
from hts.tails.estimators.upper_tail import FEWEST_UPPER, SHARE, Uppers, hill_xi, uppers
from hts.validate import BadInput, choice, number, whole

RULES = ("share", "stability", "bootstrap", "ks")
_MOST_SHARE = 0.5
_CANDIDATES = 200
_STABILITY_POWER = 0.3
_STABILITY_SHARE = 0.15
_RESAMPLES = 100
_MOST_RESAMPLED = 8000


def choose_k(
    values: np.ndarray, rule: str | int, *, share: float = SHARE, seed: int = 0
) -> tuple[int, Uppers]:
    """``(k, the largest values)``.  ``rule``: one of `RULES`, or k itself.

    Raises `BadInput` for a k that the sample cannot have.
    """
    n = values.size
    if isinstance(rule, str):
        rule = choice("k", rule, RULES)
        if rule == "share":
            share = number("share", share, low=0, high=0.9, open_low=True)
            k = max(FEWEST_UPPER, int(share * n))
            return _within(k, uppers(values, k))
        tail = uppers(values, int(_MOST_SHARE * n))
        if rule == "bootstrap":
            return _within(by_double_bootstrap(values, seed), tail)
        return _within({"stability": by_stability, "ks": by_distance}[rule](tail), tail)
    k = whole("k", rule, low=4, high=n - 1)
    tail = uppers(values, k)
    if k > tail.most:
        raise BadInput(
            f"k must be at most {tail.most}, got {k}: only so many values differ from the centre."
        )
    return k, tail


def _within(k: int, tail: Uppers) -> tuple[int, Uppers]:
    return min(max(k, FEWEST_UPPER), tail.most), tail


def by_stability(tail: Uppers) -> int:
    """Reiss and Thomas (2007): the k before which Hill's estimates stray least from their median.

    Minimises ``(1/k) sum_{i <= k} i^0.3 |xi_i - median(xi_1 .. xi_k)|`` up to 15 % of the sample.
    """
    most = max(FEWEST_UPPER + 1, min(tail.most, int(_STABILITY_SHARE * tail.size)))
    each = np.arange(1, most + 1)
    xi = hill_xi(tail, each)
    weights = each**_STABILITY_POWER
    first = max(FEWEST_UPPER, min(most // 4, int(0.005 * tail.size)))
    best, chosen = math.inf, first
    for k in np.unique(np.geomspace(first, most, 60).astype(int)):
        score = float(np.mean(weights[:k] * np.abs(xi[:k] - np.median(xi[:k]))))
        if score < best:
            best, chosen = score, int(k)
    return chosen


def by_distance(tail: Uppers) -> int:
    """Clauset, Shalizi and Newman (2009): the k whose values lie nearest to their fitted Pareto."""
    candidates = np.unique(np.geomspace(FEWEST_UPPER, tail.most, _CANDIDATES).astype(int))
    distances = [pareto_distance(tail, int(k)) for k in candidates]
    return int(candidates[int(np.argmin(distances))])


def pareto_distance(tail: Uppers, k: int, xi: float | None = None) -> float:
    """Largest gap between the k largest values and the Pareto law beyond the next one."""
    excess = tail.logs[:k] - tail.logs[k]
    xi = float(np.mean(excess)) if xi is None else xi
    if xi <= 0:
        return 1.0
    beyond = np.exp(-excess / xi)  # ascending: the largest value first
    above = np.arange(1, k + 1) / k
    return float(np.maximum(np.abs(above - beyond), np.abs(beyond - above + 1 / k)).max())


def by_double_bootstrap(values: np.ndarray, seed: int) -> int:
    """Danielsson, de Haan, Peng and de Vries (2001): k of least asymptotic mean squared error.

    Two resample sizes tell how the best k grows with n.  The larger one is ``n^0.9``, at most 8000
    (the clock's limit, not the theory's); the smaller one is ``n1^2/n``, at least ``n1/8``.
    """
    size = np.abs(values).astype(float)
    size = size[size > 0]
    n = len(size)
    n1 = min(int(n**0.9), _MOST_RESAMPLED)
    n2 = max(n1 * n1 // n, n1 // 8)
    draw = generator(seed, "tails", "double bootstrap")
    k1, k2 = _least_error(size, n1, draw), _least_error(size, n2, draw)
    growth = math.log(k1 / k2) / math.log(n1 / n2)
    k = k1 * (n / n1) ** max(growth, 0.0)
    # From the k that is best for M2 - 2 M1^2 to the one that is best for Hill's estimate.
    ratio = math.log(k1) / (2 * math.log(n1) - math.log(k1))
    return max(FEWEST_UPPER, int(k * ratio ** (2 * (1 - math.log(k1) / math.log(n1)))))


def _least_error(size: np.ndarray, n: int, draw: np.random.Generator) -> int:
    """The k that minimises the mean of ``(M2 - 2 M1^2)^2`` over resamples of ``n`` values."""
    most = n // 2
    total = np.zeros(most)
    for _ in range(_RESAMPLES):
        logs = np.log(np.sort(size[draw.integers(0, len(size), n)])[::-1][: most + 1])
        logs -= logs[-1]
        counts = np.arange(1, most + 1)
        first, second = np.cumsum(logs[:-1]) / counts, np.cumsum(logs[:-1] ** 2) / counts
        below = logs[1:]
        m1, m2 = first - below, second - 2 * below * first + below**2
        total += (m2 - 2 * m1 * m1) ** 2
    first_k = max(2, min(FEWEST_UPPER, most // 4))
    return first_k + int(np.argmin(total[first_k - 1 :]))
