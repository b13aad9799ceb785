"""Compressibility against width: e(kappa) of mean-field SGD from a hundred units to 100 000.

``e(kappa) = ||Theta^(kappa n) - Theta||_F / ||Theta||_F`` keeps the share kappa of the units of
largest norm.  It lies in [0, 1], so its mean over replicates has all moments.

Guide: for independent norms with tail index alpha < 2 the removed squared norm grows like n and the
whole like n^(2/alpha), so the squared error falls like n^(1 - 2/alpha) for large n; with finite
second moment it tends to a positive constant (Gribonval, Cevher, Davies 2012, from memory).

The theorem's own regime is eta <= n^(-alpha/2 - 1): so many steps that only small systems can be
run in it.  `regime` runs those, and the same systems at the practical step beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from hts.pruning.columns import relative_error, unit_norms
from hts.theory.fit import mean_and_half, slope_over_replicates
from hts.theory.particles import Units, euler_step, noise_scale, replicate_seeds
from hts.theory.problems import regression
from hts.theory.records import Reach, RegimeRow, WidthCase, WidthResult
from hts.theory.replicates import Share, Tell, over_cases, over_widths, stretch
from hts.theory.settings import Case, WidthSettings

MOST_STEPS = 30_000  # of a run in the theorem's regime


def run_width(settings: WidthSettings, tell: Tell) -> WidthResult:
    """Every case, then the theorem's regime; ``tell(words, share done)`` as it goes on."""
    cases = over_cases(_case, settings, tell, 0.8)
    rest = stretch(partial(tell, "The theorem's step sizes"), 0.8, 1.0)
    return WidthResult(settings=settings, cases=cases, regime=regime(settings, rest))


def final_error(
    settings: WidthSettings,
    case: Case,
    units: int,
    seeds: Sequence[int],
    step: float | None = None,
) -> np.ndarray:
    """e(kappa) (replicates, kappas) at the horizon, one replicate for every seed."""
    step = settings.step if step is None else step
    drift = regression(settings.seed, settings.inputs, settings.examples, settings.activation)
    source = Units(case, seeds, settings.inputs)
    theta, signs = source.start(units), source.signs(units)
    scale = noise_scale(settings.sigma, step, case.stability)
    for k in range(steps_at(settings, step)):
        euler_step(theta, signs, drift, step, source.noise(units, k).mul_(scale))
    pruned = 1 - np.array(settings.kappas)
    return np.array([relative_error(unit_norms(one.numpy()), pruned) for one in theta])


def steps_at(settings: WidthSettings, step: float) -> int:
    """Steps of that size up to the horizon."""
    return max(1, math.ceil(settings.horizon / step - 1e-9))


def smallest_width(
    widths: Sequence[int], shares: Sequence[float], probability: float
) -> int | None:
    """The first width from which on every share is at least ``probability``, or None."""
    found = None
    for width, share in zip(reversed(widths), reversed(shares), strict=True):
        if share < probability:
            break
        found = width
    return found


def regime(settings: WidthSettings, tell: Share) -> list[RegimeRow]:
    """Rows at the theorem's step for every alpha < 2 of the first noise, all widths.

    Where that step would take more than `MOST_STEPS`, the row says how many and has no errors.
    """
    seeds = replicate_seeds(settings.seed, settings.replicates)
    asked = [
        (alpha, n)
        for alpha in settings.alphas
        if alpha < 2
        for n in (*settings.theorem_widths, settings.widths[0], settings.widths[-1])
    ]
    rows = []
    for place, (alpha, n) in enumerate(dict.fromkeys(asked)):
        case, step = Case(settings.noises[0], alpha), n ** (-alpha / 2 - 1)
        steps = steps_at(settings, step)
        row = RegimeRow(alpha=alpha, width=n, step=step, steps=steps)
        if n in settings.theorem_widths and steps <= MOST_STEPS:
            (theorem, theorem_half), (practical, practical_half) = (
                _means(over_widths(partial(final_error, settings, case, step=eta), [n], seeds)[0])
                for eta in (step, settings.step)
            )
            row = replace(row, theorem=theorem, theorem_half=theorem_half, practical=practical,
                          practical_half=practical_half)  # fmt: skip
        rows.append(row)
        tell((place + 1) / len(asked))
    return rows


def _means(errors: np.ndarray) -> tuple[list[float], list[float]]:
    """Means (kappas,) over replicates and half the lengths of their intervals."""
    found = [mean_and_half(column) for column in errors.T]
    return [mean for mean, _ in found], [half for _, half in found]


def _case(settings: WidthSettings, case: Case, tell: Share) -> WidthCase:
    seeds, widths = replicate_seeds(settings.seed, settings.replicates), settings.widths
    # (widths, replicates, kappas)
    errors = np.stack(over_widths(partial(final_error, settings, case), widths, seeds, tell))
    mean, half = np.array([_means(one) for one in errors]).transpose(1, 2, 0)
    return WidthCase(
        kind=case.kind,
        alpha=case.alpha,
        mean=mean.tolist(),
        low=np.maximum(mean - half, 0).tolist(),
        high=np.minimum(mean + half, 1).tolist(),
        slopes=[slope_over_replicates(widths, one.T**2) for one in np.moveaxis(errors, 2, 0)],
        exponent=1 - 2 / case.stability if case.stability < 2 else None,
        reach=_reach(settings, errors),
    )


def _reach(settings: WidthSettings, errors: np.ndarray) -> list[Reach]:
    found = []
    for k, kappa in enumerate(settings.kappas):
        for eps in settings.errors:
            shares = (errors[:, :, k] <= eps).mean(axis=1).tolist()
            width = smallest_width(settings.widths, shares, settings.probability)
            found.append(Reach(kappa=kappa, eps=eps, width=width, shares=shares))
    return found
