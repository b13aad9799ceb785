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

from hts.tails.samples.binning import LogCounts
from hts.tails.samples.norm_law import LOWEST, log_norm_survival, log_norm_table

_FLOOR = 1e-300
_AROUND = np.array([-1.0, 0.0, 1.0])

Survival = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Peak:
    """The log-likelihood at the best scale for one alpha, and about its standard error."""

    value: float
    log_scale: float
    step: float


class Likelihood:
    """Profile log-likelihood of alpha for ``counts`` of the norms of vectors in R^inputs."""

    def __init__(self, counts: LogCounts, inputs: int, log_scale: float) -> None:
        values = counts.counts
        occupied = np.flatnonzero(values)
        edges = counts.edges
        self.inputs = inputs
        self.inner = counts.inner
        self.truncated = counts.truncated
        self.size = counts.size
        self.weights = values[occupied].astype(float)
        # Runs of occupied cells share edges: look each edge up once.
        used = np.unique(np.concatenate([[0], occupied, occupied + 1]))
        self.edges = edges[used]
        self.lower = np.searchsorted(used, occupied)
        self.upper = np.searchsorted(used, occupied + 1)
        # The walk over scales starts where that of the nearest alpha ended, in steps of about one
        # standard error: there the log-likelihood is a parabola.
        self._first = _Peak(0.0, log_scale, 2.0 / math.sqrt(counts.size * 2 * inputs))
        self._known: dict[float, _Peak] = {}

    def at(self, log_scales: np.ndarray, survival: Survival) -> np.ndarray:
        """Log-likelihood at several scales of the law whose survival function is given."""
        s = survival(self.edges - log_scales[:, None])
        p = np.maximum(s[:, self.lower] - s[:, self.upper], _FLOOR)
        value = np.log(p) @ self.weights
        if self.inner:
            value += self.inner * np.log(np.maximum(1.0 - s[:, 0], _FLOOR))
        if self.truncated:
            value -= self.size * np.log(np.maximum(s[:, 0], _FLOOR))
        return value

    def profile(self, alpha: float) -> float:
        """Log-likelihood maximised over the scale."""
        return self._best(alpha).value

    def log_scale(self, alpha: float) -> float:
        """The scale that maximises it, as a logarithm."""
        return self._best(alpha).log_scale

    def _best(self, alpha: float) -> _Peak:
        if alpha not in self._known:
            nearest = min(self._known, key=lambda a: abs(a - alpha), default=None)
            begin = self._first if nearest is None else self._known[nearest]
            if alpha == 2:
                survival: Survival = lambda y: log_norm_survival(y, 2.0, self.inputs)  # noqa: E731
            else:
                survival = log_norm_table(alpha, self.inputs).survival
            self._known[alpha] = _climb(lambda t: self.at(t, survival), begin)
        return self._known[alpha]


def _climb(value: Survival, begin: _Peak) -> _Peak:
    """Maximise over the log scale by parabolas through three points."""
    here, step = begin.log_scale, begin.step
    for _ in range(100):
        below, centre, above = (float(v) for v in value(here + step * _AROUND))
        bend = below - 2 * centre + above
        if bend >= 0:
            # Not around a maximum at all: walk uphill with growing strides.
            here += 2 * step if above > below else -2 * step
            step = min(2 * step, 0.3)
            continue
        move = 0.5 * step * (below - above) / bend
        error = step / math.sqrt(-bend)
        if abs(move) <= step and step < 3 * error:
            break
        here += min(max(move, -4 * step), 4 * step)
        step = min(max(error, step / 8), 4 * step, 0.3)
    return _Peak(centre - (below - above) ** 2 / (8 * bend), here + move, min(error, 0.3))


def maximise(
    likelihood: Likelihood,
    start: float,
    level: float,
    design: Callable[[float], float] | None = None,
) -> tuple[float, float, float]:
    """``(alpha, low, high)``: the maximum and the interval of confidence ``level``.

    ``design(alpha)``: how many values count as one where they share draws.  The search runs over
    ``u = sqrt(2 - alpha)``, which spreads out the neighbourhood of 2 where the likelihood changes
    fastest.
    """
    loss = lambda u: -likelihood.profile(_alpha(float(u)))  # noqa: E731
    options = {"xatol": 0.02 / math.sqrt(likelihood.size)}
    end = math.sqrt(2.0 - LOWEST)
    centre, reach = math.sqrt(2.0 - start), 0.12
    low, high = max(0.0, centre - reach), min(end, centre + reach)
    while True:
        search = minimize_scalar(loss, bounds=(low, high), method="bounded", options=options)
        found = float(search.x)
        if low > 0 and found - low < 0.05 * reach:
            low, high = max(0.0, low - 4 * reach), found + reach / 2
        elif high < end and high - found < 0.05 * reach:
            low, high = found - reach / 2, min(end, high + 4 * reach)
        else:
            break
    near = [found, *(u for u in (0.0, end) if abs(u - found) < 0.1 * reach)]
    best = max(near, key=lambda u: likelihood.profile(_alpha(u)))
    peak = likelihood.profile(_alpha(best))
    drop = math.sqrt(chdtri(1, 1 - level) / 2 * (design(_alpha(best)) if design else 1.0))

    def excess(u: float) -> float:
        return math.sqrt(max(peak - likelihood.profile(_alpha(u)), 0.0)) - drop

    first = 1.0 / math.sqrt(likelihood.size * likelihood.inputs**0.5)
    high_u, low_u = _crossing(excess, best, end, first), _crossing(excess, best, 0.0, first)
    return _alpha(best), _alpha(high_u), _alpha(low_u)


def score_of_cells(likelihood: Likelihood, counts: LogCounts, alpha: float) -> np.ndarray:
    """What a value in each cell (0 holds the inner ones) says of alpha beyond what it says of the
    scale: the efficient score of the profile likelihood, not centred."""
    inputs, step = likelihood.inputs, 1e-3
    at = min(alpha, 2.0 - 2 * step)
    here = likelihood.log_scale(alpha)
    logs = []
    for index, scale in (
        (at - step, here),
        (at + step, here),
        (at, here - step),
        (at, here + step),
    ):
        s = counts.given(log_norm_survival(counts.edges - scale, index, inputs))
        s = np.append(s[:-1], 0.0)
        p = np.concatenate([[1 - s[0]], -np.diff(s)])
        logs.append(np.log(np.maximum(p, _FLOOR)))
    of_alpha, of_scale = logs[1] - logs[0], logs[3] - logs[2]
    weights = np.concatenate([[counts.inner], counts.counts]) / counts.size
    own = float(weights @ (of_scale**2))
    if own > 0:
        of_alpha = of_alpha - float(weights @ (of_alpha * of_scale)) / own * of_scale
    value: np.ndarray = of_alpha / (2 * step)
    return value


def _alpha(u: float) -> float:
    return 2.0 - u * u


def _crossing(excess: Callable[[float], float], inside: float, end: float, first: float) -> float:
    """Where ``excess`` changes sign on the way from ``inside`` to ``end``, or ``end``."""
    if inside == end:
        return end
    reach, far = math.copysign(first, end - inside), inside
    while True:
        near, far = far, inside + reach
        if (far - end) * reach >= 0:
            far = end
        if excess(far) > 0:
            tolerance = 0.01 * abs(far - inside)
            return float(brentq(excess, near, far, xtol=tolerance, rtol=1e-12))
        if far == end:
            return end
        reach *= 2.0
