"""Many small systems of units, of which the tagged two are as good as any.

phi is the unit's share in the network's output at one input, ``v h(<theta, x>)`` with tanh for h:
bounded, because the plain correlation of two heavy-tailed values has no expectation.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from hts.theory.particles import Units, case_seeds, euler_step, noise_scale
from hts.theory.problems import regression
from hts.theory.replicates import over_replicates
from hts.theory.settings import Case, ChaosSettings

_TOGETHER = 16_384  # units of all systems moved at once
_SEEDS = 10**6  # the number of the first system: none of the coupled replicates


def observed(settings: ChaosSettings, case: Case, n: int) -> np.ndarray:
    """phi (systems, units) of independent systems of ``n`` units at the horizon."""
    drift = regression(settings.seed, settings.inputs, settings.examples, settings.activation)
    probe = drift.points[0]
    scale = noise_scale(settings.sigma, settings.step, case.stability)
    systems, size = settings.pair_replicates, max(1, _TOGETHER // n)

    def some(first: int) -> np.ndarray:
        # Unit j of system s is unit s n + j of one stream: cheaper than a stream per system.
        shape = (min(size, systems - first), n)
        seeds = case_seeds(settings.seed, case, 1, _SEEDS + first)
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
