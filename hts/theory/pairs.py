"""Two tagged units become independent: their correlation against n, from many small systems.

Units are exchangeable, so any two are as good as the tagged two.  With a bounded observable phi of
one unit and S the mean of phi over the n units of a system, over many systems

    Var S = Var phi / n + (1 - 1/n) Cov(phi^1, phi^2),

so that Cov = (n Var S - Var phi) / (n - 1) uses all pairs at once.  phi is the unit's share in the
network's output at one input, ``v h(<theta, x>)`` with tanh for h: bounded, because the plain
correlation of two heavy-tailed values has no expectation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from hts.theory.particles import Units, euler_step, noise_scale, replicate_seeds
from hts.theory.problems import regression
from hts.theory.replicates import over_replicates
from hts.theory.settings import Case, ChaosSettings

_TOGETHER = 16_384  # units of all systems moved at once
_BLOCKS = 20  # of systems, for the interval
_SEEDS = 10**6  # the number of the first system: none of the coupled replicates


@dataclass(frozen=True)
class Correlation:
    """Of two tagged units, with its 95 % interval over blocks of systems."""

    value: float
    low: float
    high: float


def tagged_pairs(settings: ChaosSettings, case: Case) -> list[Correlation]:
    """The correlation at every width of ``settings.pair_widths``."""
    return [_at(settings, case, n) for n in settings.pair_widths]


def observed(settings: ChaosSettings, case: Case, n: int) -> np.ndarray:
    """phi (systems, units) of independent systems of ``n`` units at the horizon."""
    drift = regression(settings.seed, settings.inputs, settings.examples, settings.activation)
    probe = drift.points[0]
    scale = noise_scale(settings.sigma, settings.step, case.stability)
    systems, size = settings.pair_replicates, max(1, _TOGETHER // n)

    def some(first: int) -> np.ndarray:
        # Unit j of system s is unit s n + j of one stream: cheaper than a stream per system.
        shape = (min(size, systems - first), n)
        seeds = replicate_seeds(settings.seed, 1, _SEEDS + first)
        units = Units(case, seeds, settings.inputs)
        count = math.prod(shape)
        theta = units.start(count).view(*shape, -1)
        signs = units.signs(count).view(shape)
        for k in range(settings.steps):
            increment = units.noise(count, k).mul_(scale).view(*shape, -1)
            euler_step(theta, signs, drift, settings.step, increment)
        phi: np.ndarray = (signs * torch.tanh(theta @ probe)).numpy()
        return phi

    return np.concatenate(over_replicates(some, range(0, systems, size)))


def correlation(phi: np.ndarray) -> float:
    """Of two units, from ``phi`` (systems, units): all pairs, as the module says."""
    n = phi.shape[1]
    variance = float(phi.var(ddof=1))
    return (n * float(phi.mean(axis=1).var(ddof=1)) / variance - 1) / (n - 1)


def _at(settings: ChaosSettings, case: Case, n: int) -> Correlation:
    phi = observed(settings, case, n)
    blocks = np.array([correlation(part) for part in np.array_split(phi, _BLOCKS)])
    half = 2.093 * float(blocks.std(ddof=1)) / math.sqrt(_BLOCKS)  # Student, 19 degrees
    value = correlation(phi)
    return Correlation(value, value - half, value + half)
