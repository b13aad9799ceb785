"""The McKean-Vlasov limit where it can be drawn: two problems on the line, one in the plane.

1. Units drawn to their mean: the law is stable at every step (`hts.theory.linear`), exactly.
2. Units tanh(theta x) that fit a curve: the law is computed on a grid (`hts.theory.grid_law`).
3. Units tanh(w x + b) that fit a bump: the law of (w, b) divides in two; large n is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from scipy.special import ndtr

from hts.noise import fast_law
from hts.theory.fit import LEVEL, curve, slope_over_replicates
from hts.theory.grid_law import GridLaw, network_field
from hts.theory.linear import coupling_exponent, euler_scale
from hts.theory.particles import Units, case_seeds, euler_step, noise_scale, replicate_seeds
from hts.theory.problems import Drift, NetworkDrift, mean_reversion
from hts.theory.records import LimitResult, Line, MeanCoupling, Plane
from hts.theory.replicates import Share, Tell, batches, over_replicates, stretch
from hts.theory.settings import Case, LimitSettings

STEP = 0.05
KEPT = (0, 10, 20, 40, 80)  # steps at which the law is drawn
SIGMA = 0.3
RATE = 1.0  # of the first problem
_START = 0.5**0.5  # S1 scale of N(0, 1)
_SHOWN = 4.0  # the line is drawn from -4 to 4
_BINS = 80
_REACH, _POINTS = 200.0, 2**14  # of the grid's law
_START_STEP = 10**6  # the noise of a step that no run reaches
_TOGETHER = 16_384  # units of all replicates moved at once
_MORE = 20  # times as many replicates of the coupling, which cost little

_X1 = np.linspace(-2, 2, 9)[:, None]
_Y1 = 0.8 * np.tanh(2.0 * _X1[:, 0])
_X2 = np.linspace(-3, 3, 13)
_Y2 = 0.8 * np.exp(-(_X2**2))
_CURVE = {"strength": 4.0, "decay": 0.1}
_BUMP = {"strength": 15.0, "decay": 0.1}

Cdf = Callable[[np.ndarray], np.ndarray]


def run_limit(settings: LimitSettings, tell: Tell) -> LimitResult:
    """All three; ``tell(words, share done)`` as it goes on."""
    tell("Units drawn to their mean", 0.0)
    lines = [
        _linear(settings, stretch(partial(tell, "Units drawn to their mean"), 0.0, 0.3)),
        _curve(settings, stretch(partial(tell, "A network on the line"), 0.3, 0.6)),
    ]
    tell("A network in the plane", 0.6)
    plane = _plane(settings)
    alphas = dict.fromkeys((settings.alpha, 2.0))
    coupling = []
    for place, alpha in enumerate(alphas):
        coupling.append(mean_coupling(settings, alpha, level=1 - (1 - LEVEL) / len(alphas)))
        tell("Coupled to the limit", 0.8 + 0.2 * (place + 1) / len(alphas))
    return LimitResult(settings=settings, lines=lines, plane=plane, coupling=coupling)


def states(
    drift: Drift,
    alpha: float,
    units: int,
    seed: int,
    inputs: int,
    *,
    kept: Sequence[int] = KEPT,
    stable_start: bool = False,
) -> list[np.ndarray]:
    """Positions (units, inputs) of one system at the steps ``kept``; all signs are +1.

    The start is N(0, I), or with ``stable_start`` SaS of the same scale.
    """
    source = Units(Case("II", alpha), [seed], inputs)
    theta = _stable_start(source, units) if stable_start else source.start(units)
    signs = torch.ones(1, units, dtype=torch.float64)
    scale = noise_scale(SIGMA, STEP, alpha)
    found = []
    for k in range(kept[-1] + 1):
        if k in kept:
            found.append(theta[0].numpy().copy())
        euler_step(theta, signs, drift, STEP, source.noise(units, k).mul_(scale))
    return found


def _stable_start(source: Units, units: int) -> torch.Tensor:
    return source.noise(units, _START_STEP).mul_(_START)


def mean_coupling(settings: LimitSettings, alpha: float, level: float = LEVEL) -> MeanCoupling:
    """n units drawn to their mean beside units drawn to the limit's mean 0, on the same noise.

    ``level``: of the slope's interval, 97.5 % where two of them are one verdict.
    """
    seeds = case_seeds(settings.seed, Case("II", alpha), _MORE * settings.replicates)
    groups = batches(seeds, settings.widths[-1], _TOGETHER)
    errors = np.concatenate(over_replicates(partial(apart, settings.widths, alpha), groups))
    return MeanCoupling(
        alpha=alpha,
        error=curve(settings.widths, errors),
        slope=slope_over_replicates(settings.widths, errors, level),
        exact=coupling_exponent(alpha),
    )


def apart(widths: Sequence[int], alpha: float, seeds: Sequence[int]) -> np.ndarray:
    """``mean_i sup_k |X^i_k - limit^i_k|`` (replicates, widths), one replicate for every seed.

    The narrow systems are the beginnings of the widest, so its noise is drawn once for all.
    """
    source = Units(Case("II", alpha), seeds, 1)
    limit = _stable_start(source, widths[-1])
    systems = [limit[:, :n].clone() for n in widths]
    worst = [torch.zeros_like(theta) for theta in systems]
    drift, signs = mean_reversion(RATE), torch.ones(limit.shape[:2], dtype=torch.float64)
    scale = noise_scale(SIGMA, STEP, alpha)
    for k in range(KEPT[-1]):
        increment = source.noise(widths[-1], k).mul_(scale)
        limit.mul_(1 - RATE * STEP).add_(increment)
        for n, theta, error in zip(widths, systems, worst, strict=True):
            euler_step(theta, signs[:, :n], drift, STEP, increment[:, :n])
            torch.maximum(error, (theta - limit[:, :n]).abs_(), out=error)
    errors: np.ndarray = torch.stack([w.mean(dim=(1, 2)) for w in worst], dim=1).numpy()
    return errors


def _linear(settings: LimitSettings, tell: Share) -> Line:
    alpha, drift = settings.alpha, mean_reversion(RATE)
    scales = [
        euler_scale(alpha, start=_START, sigma=SIGMA, rate=RATE, eta=STEP, steps=k) for k in KEPT
    ]

    system = partial(states, drift, alpha, inputs=1, stable_start=True)
    last = partial(fast_law.cdf, alpha=alpha, scale=scales[-1])
    reference = [fast_law.pdf(_places(), alpha, scale).tolist() for scale in scales]
    return _line("Units drawn to their mean", settings, system, reference, last, tell)


def _curve(settings: LimitSettings, tell: Share) -> Line:
    alpha = settings.alpha
    drift = NetworkDrift(_X1, _Y1, strength=_CURVE["strength"], decay=_CURVE["decay"])
    field = network_field(_X1[:, 0], _Y1, **_CURVE)
    law = GridLaw(ndtr, reach=_REACH, points=_POINTS)
    reference = []
    for k in range(KEPT[-1] + 1):
        if k in KEPT:
            reference.append(law.density(_places()).tolist())
        if k < KEPT[-1]:
            law.step(field, STEP, alpha=alpha, scale=noise_scale(SIGMA, STEP, alpha))

    system = partial(states, drift, alpha, inputs=1)
    return _line("A network on the line", settings, system, reference, law.cdf, tell)


def _line(
    name: str,
    settings: LimitSettings,
    system: Callable[[int, int], list[np.ndarray]],
    reference: list[list[float]],
    last: Cdf,
    tell: Share,
) -> Line:
    seeds = replicate_seeds(settings.seed, settings.replicates)
    large = system(settings.units, seeds[0])
    small = system(settings.few, seeds[0])

    def one(seed: int) -> list[float]:
        return [kolmogorov(system(n, seed)[-1][:, 0], last) for n in settings.widths]

    errors = np.array(over_replicates(one, seeds, tell))
    return Line(
        name=name,
        times=[STEP * k for k in KEPT],
        places=_places().tolist(),
        reference=reference,
        large=[_density(x[:, 0]) for x in large],
        small=[_density(x[:, 0], _BINS // 4) for x in small],
        distance=curve(settings.widths, errors),
        slope=slope_over_replicates(settings.widths, errors),
        large_distance=kolmogorov(large[-1][:, 0], last),
        large_bound=1.358 / math.sqrt(settings.units),
    )


def _plane(settings: LimitSettings) -> Plane:
    points = np.stack([_X2, np.ones_like(_X2)], axis=1)
    drift = NetworkDrift(points, _Y2, strength=_BUMP["strength"], decay=_BUMP["decay"])
    seed = replicate_seeds(settings.seed, 1)[0]
    large = states(drift, settings.alpha, settings.units, seed, 2)
    small = states(drift, settings.alpha, settings.few, seed, 2)
    edges = np.linspace(-_SHOWN, _SHOWN, 49)
    x = np.linspace(-3.5, 3.5, 71)
    at = np.stack([x, np.ones_like(x)], axis=1)

    def output(theta: np.ndarray) -> list[float]:
        ones = torch.ones(1, len(theta), dtype=torch.float64)
        found: list[float] = drift.output(torch.from_numpy(theta)[None], ones, at)[0].tolist()
        return found

    return Plane(
        times=[STEP * k for k in KEPT],
        across=edges.tolist(),
        up=edges.tolist(),
        counts=[
            np.histogram2d(t[:, 1], t[:, 0], bins=(edges, edges))[0].astype(int).tolist()
            for t in large
        ],
        small=[t.round(3).tolist() for t in small],
        x=x.tolist(),
        target=(0.8 * np.exp(-(x**2))).tolist(),
        output=[output(t) for t in large],
        small_output=[output(t) for t in small],
    )


def kolmogorov(values: np.ndarray, cdf: Cdf) -> float:
    """Largest distance of the empirical distribution function of ``values`` to ``cdf``."""
    at = cdf(np.sort(values))
    steps = np.arange(len(values) + 1) / len(values)
    return float(max((steps[1:] - at).max(), (at - steps[:-1]).max()))


def _places() -> np.ndarray:
    edges = np.linspace(-_SHOWN, _SHOWN, _BINS + 1)
    return (edges[1:] + edges[:-1]) / 2


def _density(values: np.ndarray, bins: int = _BINS) -> list[float]:
    """Shares of all values per unit length on ``bins`` even bins of what is shown."""
    counts, edges = np.histogram(values, bins=bins, range=(-_SHOWN, _SHOWN))
    found: list[float] = (counts / len(values) / (edges[1] - edges[0])).round(5).tolist()
    return found
