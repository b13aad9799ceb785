"""How strong noise is beside the weights it is added to, and the sigma that makes it so.

The strength rho of a run's noise is the typical norm of what a unit has received after ``steps``
noisy steps, over the typical norm with which it began (medians over units)::

    rho = sigma (steps lr)^(1/alpha) * unit_norm / initial_norm

A sum of k independent stable vectors is one of them times k^(1/alpha) in law, in every noise type,
so nothing is trained to know it.  rho = 1: half of the units have received more than they began
with.  Unlike sigma it can be compared between types, alphas, inputs and budgets.  Needs no torch.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from hts.noise.portrait import PlaneDraws
from hts.noise.types import SMALLEST_ALPHA, noise_type
from hts.seeds import generator
from hts.validate import BadInput, number, whole

_UNITS = 10_000  # drawn for a median; its standard error is 1.6 % for type I at alpha 1
_ENTRIES = 2**21  # numbers held at once
_SEED = 1


def sigma_of(
    strength: float, *, noise: str, alpha: float, inputs: int, lr: float, steps: int
) -> float:
    """The sigma with which noise has this ``strength`` (rho >= 0) after ``steps`` noisy steps.

    ``noise``: name of a noise type, not "none"; ``alpha`` in [0.05, 2], without effect where the
    type is not heavy; ``inputs``: weights of a unit; ``lr``: learning rate.  A run of k gradient
    steps has k - 1 noisy ones: none follows the last.  Bad values raise `BadInput`.
    """
    why = "it is a norm over a norm"
    rho = number("strength", strength, low=0, high=math.inf, why=why, open_low=False)
    return rho / strength_of(1.0, noise=noise, alpha=alpha, inputs=inputs, lr=lr, steps=steps)


def strength_of(
    sigma: float, *, noise: str, alpha: float, inputs: int, lr: float, steps: int
) -> float:
    """The strength rho of noise at level ``sigma``; the rest as for `sigma_of`."""
    why = "it multiplies the noise"
    level = number("sigma", sigma, low=0, high=math.inf, why=why, open_low=False)
    rate = number("lr", lr, low=0, high=math.inf, why="noise scales with it", open_low=True)
    steps = whole("steps", steps, low=1, high=2**62, why="noise is added at each of them")
    norm = unit_norm(noise, alpha, inputs)  # also checks the type and alpha
    index = noise_type(noise).stability(alpha) or 2.0
    return level * (steps * rate) ** (1 / index) * norm / initial_norm(inputs)


def unit_norm(noise: str, alpha: float, inputs: int) -> float:
    """Median 2-norm of one unit's noise vector in R^inputs at scale 1, from a fixed simulation."""
    kind = noise_type(noise)
    if kind.silent:
        raise BadInput(f"noise must be one that is drawn, got {kind.name!r}: it has no strength.")
    why = "stable laws exist only up to 2, and heavier draws than 0.05 gives are too large"
    alpha = number("alpha", alpha, low=SMALLEST_ALPHA, high=2, why=why, open_low=False)
    inputs = whole("inputs", inputs, low=1, high=10**6, why="a unit needs weights")
    return _unit_norm(kind.name, kind.stability(alpha) or 2.0, inputs)


def initial_norm(inputs: int) -> float:
    """Median 2-norm of a unit's weights at the start, U(-1/sqrt(inputs), 1/sqrt(inputs)) each."""
    inputs = whole("inputs", inputs, low=1, high=10**6, why="a unit needs weights")
    return _initial_norm(inputs)


@functools.lru_cache(maxsize=256)
def _unit_norm(kind: str, alpha: float, inputs: int) -> float:
    drawn = noise_type(kind)
    norms = []
    for block, units in enumerate(_blocks(inputs)):
        onto = PlaneDraws(np.zeros((units, inputs)), alpha, _SEED + block)
        drawn.draw(onto)
        with np.errstate(over="ignore"):  # a square beyond float64 is above any median
            norms.append(np.sqrt(np.square(onto.noise).sum(axis=1)))
    return float(np.median(np.concatenate(norms)))


@functools.lru_cache(maxsize=256)
def _initial_norm(inputs: int) -> float:
    rng = generator(_SEED, "strength", inputs)
    squares = [
        np.square(rng.uniform(-1, 1, (units, inputs))).mean(axis=1) for units in _blocks(inputs)
    ]
    return float(np.sqrt(np.median(np.concatenate(squares))))


def _blocks(inputs: int) -> list[int]:
    """Numbers of units to draw one after the other."""
    most = max(1, _ENTRIES // inputs)
    return [min(most, _UNITS - start) for start in range(0, _UNITS, most)]
