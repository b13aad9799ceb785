"""Maximum likelihood for (alpha, scale) on log-spaced counts, with a profile-likelihood interval.

Convention: S1 scale, alpha the stability index in (0, 2], which is also the tail index.  The counts
are multinomial whatever the cell width, so binning costs a little information and no bias.  The
interval inverts the likelihood-ratio test: it needs no curvature, so it stays right near alpha = 2,
where alpha ends at its bound and is not normally distributed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtri

from hts.tails.binning import LogCounts
from hts.tails.norm_law import log_norm_survival, log_norm_table

LOWEST = 0.25  # below it a fit is called LOWEST: nothing here is that heavy-tailed
_FLOOR = 1e-300


@dataclass(frozen=True)
class Fit:
    """The maximum, its interval, and the largest gap between the two distribution functions."""

    alpha: float
    low: float
    high: float
    log_scale: float
    distance: float


class Likelihood:
    """Profile log-likelihood of alpha for ``counts`` of the norms of vectors in R^inputs."""

    def __init__(self, counts: LogCounts, inputs: int, log_scale: float) -> None:
        values = counts.counts
        occupied = np.flatnonzero(values)
        edges = counts.edges
        self.inputs = inputs
        self.inner = counts.inner
        self.start = counts.start
        self.weights = values[occupied].astype(float)
        # Runs of occupied cells share edges: look each edge up once.
        used = np.unique(np.concatenate([[0], occupied, occupied + 1]))
        self.edges = edges[used]
        self.lower = np.searchsorted(used, occupied)
        self.upper = np.searchsorted(used, occupied + 1)
        self._log_scale = log_scale
        self._step = min(0.1, 0.5 / math.sqrt(2 * inputs))
        self._known: dict[float, tuple[float, float]] = {}

    def at(self, alpha: float, log_scale: float, survival: Callable) -> float:
        """Log-likelihood at one point."""
        s = survival(self.edges - log_scale)
        p = np.maximum(s[self.lower] - s[self.upper], _FLOOR)
        inner = math.log(max(1.0 - s[0], _FLOOR)) * self.inner if self.inner else 0.0
        return float(self.weights @ np.log(p)) + inner

    def profile(self, alpha: float) -> float:
        """Log-likelihood maximised over the scale."""
        return self._best(alpha)[0]

    def log_scale(self, alpha: float) -> float:
        """The scale that maximises it, as a logarithm."""
        return self._best(alpha)[1]

    def _best(self, alpha: float) -> tuple[float, float]:
        if alpha not in self._known:
            if alpha == 2:
                survival: Callable = lambda y: log_norm_survival(y, 2.0, self.inputs)  # noqa: E731
            else:
                survival = log_norm_table(alpha, self.inputs).survival
            value, scale = self._climb(lambda t: self.at(alpha, t, survival))
            self._log_scale = scale
            self._known[alpha] = (value, scale)
        return self._known[alpha]

    def _climb(self, value: Callable[[float], float]) -> tuple[float, float]:
        """Maximise over the log scale by parabolas through three points that close in."""
        here, step = self._log_scale, self._step
        centre = value(here)
        for _ in range(60):
            below, above = value(here - step), value(here + step)
            bend = below - 2 * centre + above
            if max(below, above) > centre and (bend >= 0 or abs(below - above) > -4 * bend):
                # Not yet around the maximum: walk uphill with growing strides.
                here += step if above > below else -step
                centre = max(below, above)
                step *= 2
                continue
            move = 0.5 * step * (below - above) / bend if bend < 0 else 0.0
            at_peak = centre - (below - above) ** 2 / (8 * bend) if bend < 0 else centre
            if abs(move) < 0.02 * step or at_peak - centre < 1e-3:
                return at_peak, here + move
            here += move
            centre = value(here)
            step = max(abs(move), step / 8)
        return centre, here


def maximise(likelihood: Likelihood, start: float, level: float) -> tuple[float, float, float]:
    """``(alpha, low, high)``: the maximum and the interval of confidence ``level``."""
    loss = lambda a: -likelihood.profile(float(a))  # noqa: E731
    reach = 0.1
    low, high = max(LOWEST, start - reach), min(2.0, start + reach)
    while True:
        options = {"xatol": 2e-4}
        search = minimize_scalar(loss, bounds=(low, high), method="bounded", options=options)
        found = float(search.x)
        if found - low < 2e-3 and low > LOWEST:
            low, high = max(LOWEST, low - 4 * reach), found + reach / 2
        elif high - found < 2e-3 and high < 2:
            low, high = found - reach / 2, min(2.0, high + 4 * reach)
        else:
            break
    best = max((LOWEST, 2.0, found), key=likelihood.profile)
    drop = chdtri(1, 1 - level) / 2
    peak = likelihood.profile(best)

    def excess(a: float) -> float:
        fall = peak - likelihood.profile(a)
        return math.sqrt(max(fall, 0.0)) - math.sqrt(drop)

    return best, _crossing(excess, best, LOWEST), _crossing(excess, best, 2.0)


def _crossing(excess: Callable[[float], float], inside: float, end: float) -> float:
    """Where ``excess`` changes sign on the way from ``inside`` to ``end``, or ``end``."""
    if inside == end:
        return end
    reach, far = 0.02 * (1 if end > inside else -1), inside
    while True:
        near, far = far, inside + reach
        if (far - end) * reach >= 0:
            far = end
        if excess(far) > 0:
            return float(brentq(excess, near, far, xtol=1e-4, rtol=1e-4))
        if far == end:
            return end
        reach *= 2.5
