"""Tails that nobody injected: SGD of linear regression, many chains, one value of each.

Fresh Gaussian data every step; the stationary tail is that of `hts.theory.kesten`.  Every chain is
run long enough to forget its start and gives one value, the first coordinate of its error, so that
the values are independent and Hill's interval is what it says (its bias is not in it).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from hts.noise.sources import NoiseSource
from hts.tails.estimators.kinds.hill import HILL
from hts.tails.estimators.upper_tail import uppers
from hts.theory import kesten
from hts.theory.particles import noise_scale, replicate_seeds
from hts.theory.records import EmergentResult, MeasuredTail
from hts.theory.replicates import Share, Tell, over_replicates, stretch
from hts.theory.settings import EmergentSettings

_GROUP = 4096  # chains at a time
_UPPER = 0.005  # the share of largest values that Hill's estimate takes
_LABEL_NOISE = 0.5**0.5  # times N(0, 2): labels carry N(0, 1)


@dataclass(frozen=True)
class Chains:
    """Last positions of some chains, first coordinate, and how fast two coupled ones part."""

    plain: np.ndarray
    injected: np.ndarray
    growth: float  # mean log growth per step of the difference of two starts


def run_emergent(settings: EmergentSettings, tell: Tell) -> EmergentResult:
    """Prediction on a fine grid, simulation at every fraction of the critical step."""
    batch, inputs = settings.batch, settings.inputs
    critical = kesten.critical_step(batch, inputs)
    divergence = kesten.divergence_step(batch, inputs)
    top = max(1.02 * divergence, critical * max(settings.fractions))
    grid = np.linspace(0.2 * critical, top, 120).tolist()
    measured = []
    each = 1 / len(settings.fractions)
    for k, step in enumerate(fraction * critical for fraction in settings.fractions):
        part = stretch(partial(tell, f"Step size {step:.3g}"), k * each, (k + 1) * each)
        measured.append(_measure(settings, step, part))
    found, low, high = crossing(measured)
    return EmergentResult(
        settings=settings,
        critical=critical,
        critical_found=found,
        critical_low=low,
        critical_high=high,
        divergence=divergence,
        divergence_found=zero_growth(measured),
        steps=grid,
        predicted=[kesten.tail_index(step, batch, inputs) for step in grid],
        measured=measured,
    )


def chains(settings: EmergentSettings, step: float, seed: int, count: int) -> Chains:
    """``count`` chains from 0, the same with injected type II noise, and a second start."""
    b, d = settings.batch, settings.inputs
    data = NoiseSource("gaussian", 2.0, seed=seed, layer=0)
    labels = NoiseSource("gaussian", 2.0, seed=seed, layer=1)
    noise = NoiseSource("II", settings.alpha, seed=seed, layer=2)
    scale = noise_scale(settings.sigma, step, settings.alpha)
    # Rows: plain, injected, and the difference of two plain chains, which has no label noise.
    x = torch.zeros(3, count, d, dtype=torch.float64)
    x[2, :, 0] = 1.0
    grown = torch.zeros(count, dtype=torch.float64)
    for k in range(settings.burn_in):
        a = data.increment(count, b * d, k).double().view(count, b, d) * 0.5**0.5
        y = labels.increment(count, b, k).double() * _LABEL_NOISE
        for row in range(3):
            inner = (a @ x[row][..., None])[..., 0]
            residual = inner if row == 2 else inner - y
            x[row] -= step / b * (residual[:, None, :] @ a)[:, 0]
        x[1] += noise.increment(count, d, k).double() * scale
        norm = x[2].norm(dim=1)
        grown += norm.log()
        x[2] /= norm[:, None]
    plain, injected = (row[:, 0].numpy().copy() for row in x[:2])
    return Chains(plain, injected, float(grown.mean()) / settings.burn_in)


def crossing(
    measured: list[MeasuredTail], level: float = 2.0
) -> tuple[float | None, float | None, float | None]:
    """The step at which the measured index falls through ``level``, and its interval's ends.

    Straight lines between the points, of the estimates and of the ends of their intervals.
    """
    steps = [m.step for m in measured]
    alpha, low, high = zip(*((m.alpha, m.low, m.high) for m in measured), strict=True)
    found, first, last = (_falls_through(steps, ends, level) for ends in (alpha, low, high))
    return found, first, last


def zero_growth(measured: list[MeasuredTail]) -> float | None:
    """The step at which the measured growth rises through 0."""
    return _falls_through([m.step for m in measured], [-m.growth for m in measured], 0.0)


def _falls_through(steps: Sequence[float], values: Sequence[float], level: float) -> float | None:
    for i in range(len(steps) - 1):
        if values[i] > level >= values[i + 1]:
            share = (values[i] - level) / (values[i] - values[i + 1])
            return steps[i] + share * (steps[i + 1] - steps[i])
    return None


def _measure(settings: EmergentSettings, step: float, tell: Share) -> MeasuredTail:
    seeds = replicate_seeds(settings.seed, math.ceil(settings.chains / _GROUP))
    done = over_replicates(lambda seed: chains(settings, step, seed, _GROUP), seeds, tell)
    growth = float(np.mean([c.growth for c in done]))
    plain = np.concatenate([c.plain for c in done])
    injected = np.concatenate([c.injected for c in done])
    k = max(20, round(_UPPER * len(plain)))
    found, beside = (HILL.at(uppers(x, k), k, 0.95) for x in (plain, injected))
    return MeasuredTail(
        step=step,
        predicted=kesten.tail_index(step, settings.batch, settings.inputs),
        alpha=found.alpha,
        low=found.low,
        high=found.high,
        k=k,
        growth=growth,
        injected=beside.alpha,
        injected_low=beside.low,
        injected_high=beside.high,
    )
