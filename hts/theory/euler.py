"""Euler error: one noise path seen at coarser and coarser steps.

The noise is drawn on the finest grid; an increment over a coarse step is the sum of the fine ones
in it, which for a stable process has exactly the law of a coarse increment.  Error of a unit: the
largest distance to the finest path at the coarse times; then the mean, or the largest, over units.

No exponent is asserted for alpha < 2.  The theorem's condition eta <= n^(-alpha/2 - 1) reads as
(n eta)^(1/alpha) <= n^(-1/2), so we guess that its error bound has the form C (n eta)^(1/alpha); we
have not seen it, and measured slopes may be steeper.  At alpha = 2 the noise is additive and
Gaussian, where Euler's method has strong order 1 (Kloeden and Platen 1992): a check of this code.

The finest path stands for eta = 0, which makes errors too small, most at the smallest step: of an
error proportional to eta^p the share b m^-p is missing where eta is m finest steps.  b is 1 for
what both paths do alike (a drift without noise).  What noise does within a step is a sum over its m
parts; for stable noise its scale gives b = (alpha + 1)/(2 alpha), 3/4 at alpha = 2.  Slopes are
corrected by both, and their intervals reach over both (`hts.theory.fit.slope_to_zero`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from hts.theory.fit import curve, slope_over_replicates, slope_to_zero
from hts.theory.particles import Units, case_seeds, euler_step, noise_scale
from hts.theory.problems import regression
from hts.theory.records import EulerCase, EulerResult
from hts.theory.replicates import Share, Tell, over_cases, over_widths
from hts.theory.settings import Case, EulerSettings


def run_euler(settings: EulerSettings, tell: Tell) -> EulerResult:
    """Every case; ``tell(words, share done)`` as it goes on."""
    return EulerResult(settings=settings, cases=over_cases(_case, settings, tell))


def path_errors(
    settings: EulerSettings, case: Case, units: int, seeds: Sequence[int]
) -> np.ndarray:
    """Errors (replicates, grids, units) of systems of ``units``, one for every seed."""
    drift = regression(settings.seed, settings.inputs, settings.examples, settings.activation)
    source = Units(case, seeds, settings.inputs)
    start, signs = source.start(units), source.signs(units)
    fine_step = settings.horizon / settings.finest
    scale = noise_scale(settings.sigma, fine_step, case.stability)
    fine = start.clone()
    coarse = [start.clone() for _ in settings.grids]
    pending = [torch.zeros_like(start) for _ in settings.grids]
    strides = [settings.finest // grid for grid in settings.grids]
    worst = torch.zeros(len(seeds), len(settings.grids), units, dtype=torch.float64)
    for k in range(settings.finest):
        increment = source.noise(units, k).mul_(scale)
        euler_step(fine, signs, drift, fine_step, increment)
        for place, stride in enumerate(strides):
            pending[place].add_(increment)
            if (k + 1) % stride == 0:
                eta = stride * fine_step
                euler_step(coarse[place], signs, drift, eta, pending[place])
                pending[place].zero_()
                gap = (coarse[place] - fine).norm(dim=2)
                worst[:, place] = torch.maximum(worst[:, place], gap)
    errors: np.ndarray = worst.numpy()
    return errors


def _case(settings: EulerSettings, case: Case, tell: Share) -> EulerCase:
    seeds = case_seeds(settings.seed, case, settings.replicates)
    etas = [settings.horizon / grid for grid in settings.grids]

    def mean_and_largest(units: int, seeds: list[int]) -> np.ndarray:
        errors = path_errors(settings, case, units, seeds)
        return np.stack([errors.mean(axis=2), errors.max(axis=2)], axis=1)

    both = over_widths(mean_and_largest, settings.widths, seeds, tell)
    mean, largest = ([w[:, k] for w in both] for k in (0, 1))  # (replicates, grids) per width
    to_zero = partial(
        slope_to_zero,
        etas,
        finest=settings.horizon / settings.finest,
        missing=(1.0, (case.stability + 1) / (2 * case.stability)),
    )
    finest = [np.stack([w[:, -1] for w in each], axis=1) for each in (mean, largest)]
    return EulerCase(
        kind=case.kind,
        alpha=case.alpha,
        widths=list(settings.widths),
        mean=[curve(etas, errors) for errors in mean],
        largest=[curve(etas, errors) for errors in largest],
        slopes=[to_zero(errors) for errors in mean],
        slopes_of_largest=[to_zero(errors) for errors in largest],
        slope_on_width=slope_over_replicates(settings.widths, finest[0]),
        slope_of_largest_on_width=slope_over_replicates(settings.widths, finest[1]),
    )
