"""Does the noise follow the law it claims, and do its streams share nothing?  For `verify noise`.

Convention: scale 1, ``E exp(iuX) = exp(-|u|^alpha)``.  Distribution functions come from
`hts.noise.law`, never from the sampler.  Every check is a figure and its limit.  The limits of
random figures are set so that a right sampler fails one check in 500 000 (``MISS``), whatever the
number of draws; with the tail counts of `hts.verify.noise` the full list, nine alphas, then fails
less than once in 1 000 runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import ndtri

from hts.noise import law
from hts.noise.sources import NoiseSource
from hts.validate import whole

ALPHAS = (0.7, 1 - 1e-6, 1.0, 1 + 1e-6, 1.2, 1.5, 1.75, 1.95, 2.0)
MISS = 2e-6
POINTS = (0.1, 0.3, 1.0, 2.0, 4.0)  # where the characteristic function is compared
LAGS = (1, 256, 1024)  # the next counter, another lane of the same counter, the next block
_KNOTS = 10_000
_INPUTS = 100
_PATTERN_COLLISIONS = 2.0**-24 / 3  # two 31-bit uniforms in single precision, and the sign


@dataclass(frozen=True, kw_only=True)
class Check:
    """One figure of one alpha; ``passed`` when it is at most ``limit``."""

    alpha: float
    name: str
    figure: float
    limit: float
    says: str  # what the figure is

    @property
    def passed(self) -> bool:
        """A figure that is not a number fails."""
        return self.figure <= self.limit


def check_law(
    alpha: float,
    draws: int = 10_000_000,
    *,
    seed: int = 1,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda share: None,
) -> list[Check]:
    """All checks of one alpha, each on about ``draws`` values (1 000 to 10^8, held in memory).

    ``progress`` is told the fraction done.  Bad values raise `BadInput`.
    """
    draws = whole("draws", draws, low=1000, high=10**8, why="checks hold them in memory")
    sampler = _Sampler(alpha=alpha, draws=draws, seed=seed, device=device)
    parts = (_bulk, _symmetry, _type_one, _type_three, _shared_values, _neighbours)
    found: list[Check] = []
    for done, part in enumerate(parts, 1):
        found += (
            Check(alpha=alpha, name=name, figure=float(figure), limit=float(limit), says=says)
            for name, figure, limit, says in part(sampler)
        )
        progress(done / len(parts))
    return found


Found = Iterator[tuple[str, float, float, str]]


@dataclass(frozen=True, kw_only=True)
class _Sampler:
    alpha: float
    draws: int
    seed: int
    device: str

    def noise(
        self, kind: str, inputs: int, step: int, *, layer: int = 0, seed: int | None = None
    ) -> np.ndarray:
        """Float32, about ``draws`` independent values, shape (units, inputs)."""
        source = NoiseSource(kind, self.alpha, seed=seed or self.seed, layer=layer)
        made = source.increment(max(1, self.draws // inputs), inputs, step, self.device)
        return made.cpu().numpy()

    def ks(self, values: np.ndarray, scale: float = 1.0) -> float:
        """Largest gap to the law's distribution function over 10 000 order statistics."""
        x = np.sort(values, axis=None)
        rank = np.unique(np.linspace(0, x.size - 1, _KNOTS).astype(np.int64))
        expected = law.cdf(x[rank], self.alpha, scale)
        # Before and after the jump; the jump of tied values counts as one.
        below = np.searchsorted(x, x[rank], side="left") / x.size
        above = np.searchsorted(x, x[rank], side="right") / x.size
        return float(np.maximum(expected - below, above - expected).max())


def ks_limit(count: float, tests: int = 1) -> float:
    """A gap that ``count`` values exceed with probability ``MISS`` (Kolmogorov's asymptotics)."""
    return math.sqrt(math.log(2 * tests / MISS) / 2 / count)


def z_limit(tests: int = 1) -> float:
    """Standard deviations that the largest of ``tests`` exceeds with probability ``MISS``."""
    return float(-ndtri(MISS / 2 / tests))


def _bulk(sampler: _Sampler) -> Found:
    x, y = sampler.noise("II", _INPUTS, 0), sampler.noise("II", _INPUTS, 1)
    broken = x.size + y.size - int(np.isfinite(x).sum() + np.isfinite(y).sum())
    yield "finite", broken, 0, f"NaN or infinite of {x.size + y.size:.3g} values"
    yield "distribution", sampler.ks(x), ks_limit(x.size), "type II, largest gap to the cdf"
    both = sampler.ks(np.add(x, y, dtype=float), 2 ** (1 / sampler.alpha))
    yield "sum of two", both, ks_limit(x.size), "largest gap to the cdf of scale 2^(1/alpha)"
    flat, worst = torch.from_numpy(x).flatten().double(), 0.0
    for u in POINTS:
        expected = math.exp(-(u**sampler.alpha))
        spread = (1 + math.exp(-((2 * u) ** sampler.alpha))) / 2 - expected**2
        error = float((flat * u).cos_().mean()) - expected
        worst = max(worst, abs(error) / math.sqrt(spread / x.size))
    yield (
        "characteristic function", worst, z_limit(len(POINTS)), "standard errors, worst of 5 points"
    )  # fmt: skip


def _symmetry(sampler: _Sampler) -> Found:
    x = sampler.noise("II", _INPUTS, 2).ravel()
    up, down = x[x > 0], np.sort(-x[x < 0])
    z = abs(len(up) - len(down)) / math.sqrt(len(up) + len(down))
    yield "signs", z, z_limit(), "standard errors of positive against negative"
    up = np.sort(up)
    at = np.concatenate([s[:: max(1, len(s) // _KNOTS)] for s in (up, down)])
    shares = [np.searchsorted(s, at, side="right") / len(s) for s in (up, down)]
    gap = float(np.abs(shares[0] - shares[1]).max())
    limit = ks_limit(1 / (1 / len(up) + 1 / len(down)))
    yield "symmetry", gap, limit, "largest gap between sizes of positive and negative values"


def _type_one(sampler: _Sampler) -> Found:
    x = sampler.noise("I", 4, 0)
    unequal = int((x != x[:, :1]).sum())
    yield "type I equality", unequal, 0, f"coordinates unlike their unit's first, of {x.size:.3g}"
    x = sampler.noise("I", 1, 1)
    yield "type I distribution", sampler.ks(x), ks_limit(x.size), "largest gap to the cdf"


def _type_three(sampler: _Sampler) -> Found:
    x = sampler.noise("III", 3, 0).astype(float)
    count, worst = len(x), 0.0
    for direction in ((1, 0, 0), (1, 1, 1), (2, -1, 0.5)):
        worst = max(worst, sampler.ks(x @ (np.array(direction) / np.linalg.norm(direction))))
    says = "largest gap to the cdf of scale 1, worst of 3 directions"
    yield "type III scale", worst, ks_limit(count, 3), says
    length = np.linalg.norm(x, axis=1, keepdims=True)
    d = (x / length).T
    z = [math.sqrt(3 * count) * abs(part.mean()) for part in d]  # E d = 0, E d^2 = 1/3
    z += [abs((part**2).mean() - 1 / 3) / math.sqrt(4 / 45 / count) for part in d]
    z += [abs((d[i] * d[j]).mean()) * math.sqrt(15 * count) for i, j in ((0, 1), (0, 2), (1, 2))]
    says = "standard errors of the directions' moments, worst of 9"
    yield "type III isotropy", max(z), z_limit(9), says
    z = [_correlation(np.log(length[:, 0]), part) for part in (d[0], d[0] ** 2, d[0] * d[1])]
    says = "standard errors of their correlation, worst of 3"
    yield "type III length and direction", max(z), z_limit(3), says


def _shared_values(sampler: _Sampler) -> Found:
    """Lanes shared between calls pass every test of distribution; repeated values show them.

    Two different draws may be equal in single precision, with a probability that is at least that
    of equal uniforms and at most that plus that of values rounded to the same float.  Inside one
    call it is the same, which gives a sharper comparison.
    """
    one = _Sampler(**{**vars(sampler), "draws": min(sampler.draws, 1_000_000)})
    base = one.noise("II", _INPUTS, 3).ravel()
    others = {
        "the next call": one.noise("II", _INPUTS, 4),
        "another layer": one.noise("II", _INPUTS, 3, layer=1),
        "another seed": one.noise("II", _INPUTS, 3, seed=one.seed + 1),
        "another purpose": one.noise("I", 1, 3),
    }
    values, counts = np.unique(base, return_counts=True)
    within = float((counts * (counts - 1.0)).sum() / base.size / (base.size - 1))
    low, high = _PATTERN_COLLISIONS, _PATTERN_COLLISIONS + _rounding_collisions(sampler.alpha)
    for what, other in others.items():
        found, times = np.unique(other, return_counts=True)
        _, i, j = np.intersect1d(values, found, assume_unique=True, return_indices=True)
        pairs, tries = int((counts[i] * times[j]).sum()), base.size * other.size
        # Pairs that share a member are not independent: a little more than Poisson's spread.
        spread = [math.sqrt(1.3 * tries * p) + 1 for p in (low, high)]
        z = max((tries * low - pairs) / spread[0], (pairs - tries * high) / spread[1])
        inside = math.sqrt(1.3 * 3 * tries * within) + 1  # the call itself has half the pairs
        z = max(z, abs(pairs - tries * within) / inside)
        says = (
            f"standard errors from the rate of single precision: {pairs / tries:.3g} a pair "
            f"({within:.3g} inside a call; {low:.3g} to {high:.3g} expected)"
        )
        yield f"values shared with {what}", z, z_limit(8), says


def _rounding_collisions(alpha: float) -> float:
    """Probability that two draws of the law round to one float32: ``int pdf^2 spacing dx``."""
    x = np.ldexp(1.0, np.arange(-24, 40))[:, None] * (1 + (np.arange(32) + 0.5) / 32)
    width = np.ldexp(1.0, np.arange(-24, 40) - 5)[:, None]
    return float((2 * law.pdf(x, alpha) ** 2 * width * width * 32 * 2.0**-23).sum())


def _neighbours(sampler: _Sampler) -> Found:
    x, y = (np.arctan(sampler.noise("II", 1, step).ravel()) for step in (5, 6))
    z = []
    for view in (lambda v: v, np.abs):  # signs, then sizes
        a, b = view(x), view(y)
        z += [_correlation(a[:-lag], a[lag:]) for lag in LAGS if lag < a.size // 2]
        z.append(_correlation(a, b))
    says = f"standard errors of correlations, worst of {len(z)}: places {LAGS} apart, next step"
    yield "neighbouring counters", max(z), z_limit(len(z)), says


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Size of the correlation, in standard errors of independent values."""
    a, b = a - a.mean(dtype=float), b - b.mean(dtype=float)
    return float(abs(a @ b) / math.sqrt((a @ a) * (b @ b)) * math.sqrt(a.size))
