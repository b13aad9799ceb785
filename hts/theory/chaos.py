"""Propagation of chaos: n units beside the first n units of a system so large that it is a limit.

Both systems share initial values, signs and noise unit by unit, so the difference of two paths has
no noise of its own: what is left is that the n units feel each other's average and the large
system's units the large one's.  Error of a replicate:

    mean_{i <= n} sup_k || theta^{i,n}_k - theta^{i,N}_k ||.

Which average?  Chaos bounds speak of an expectation of that supremum.  With tanh the drift is
bounded, so this error is bounded although theta itself has infinite variance, and its expectation
exists with all moments.  With relu it is not, and for alpha < 2 the error's variance is infinite;
slopes are therefore taken of logarithms, replicate by replicate (`hts.theory.fit`).

The n units are among the N: for independent units the averages then differ with variance
proportional to 1/n - 1/N instead of 1/n, which steepens a slope over n <= N/16 by less than 0.01.

Noises share the examples and nothing else: their slopes are independent measurements.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from hts.theory.dependence import averages
from hts.theory.fit import curve, slope_over_replicates
from hts.theory.pairs import observed
from hts.theory.particles import Units, case_seeds, euler_step, noise_scale
from hts.theory.problems import regression
from hts.theory.records import ChaosCase, ChaosResult
from hts.theory.replicates import Share, Tell, over_cases, over_replicates, stretch
from hts.theory.settings import Case, ChaosSettings


def run_chaos(settings: ChaosSettings, tell: Tell) -> ChaosResult:
    """Every case; ``tell(words, share done)`` as it goes on."""
    return ChaosResult(settings=settings, cases=over_cases(_case, settings, tell))


def coupled(
    settings: ChaosSettings, case: Case, seed: int
) -> tuple[dict[int, Tensor], dict[int, Tensor]]:
    """One replicate: errors (n,) of every unit by width, and last positions by width.

    The reference's positions are under ``settings.reference``.
    """
    drift = regression(settings.seed, settings.inputs, settings.examples, settings.activation)
    units = Units(case, [seed], settings.inputs)
    start, signs = units.start(settings.reference), units.signs(settings.reference)
    systems = {n: start[:, :n].clone() for n in (*settings.widths, settings.reference)}
    worst = {n: torch.zeros(n, dtype=torch.float64) for n in settings.widths}
    scale = noise_scale(settings.sigma, settings.step, case.stability)
    for k in range(settings.steps):
        increment = units.noise(settings.reference, k).mul_(scale)
        for n, theta in systems.items():
            euler_step(theta, signs[:, :n], drift, settings.step, increment[:, :n])
        for n, error in worst.items():
            gap = systems[n][0] - systems[settings.reference][0, :n]
            torch.maximum(error, gap.norm(dim=1), out=error)
    return worst, {n: theta[0] for n, theta in systems.items()}


def expected_slope(case: Case, activation: str) -> float | None:
    """-1/2 for a smooth bounded activation (the theorem); for relu what a heavy-tailed mean gives.

    An average of n independent values with tail index alpha in (1, 2) approaches its mean like
    ``n^(1/alpha - 1)``, and relu lets such averages into the drift.  That is an argument, not a
    theorem, so it is drawn beside the measured slope but nothing is asserted.
    """
    if activation == "tanh" or case.stability == 2:
        return -0.5
    return 1 / case.stability - 1 if case.stability > 1 else None


def _case(settings: ChaosSettings, case: Case, tell: Share) -> ChaosCase:
    seeds = case_seeds(settings.seed, case, settings.replicates)
    widths, most = settings.widths, settings.widths[-1]

    def one(seed: int) -> tuple[list[float], dict[int, np.ndarray]]:
        worst, last = coupled(settings, case, seed)
        # Of the reference only the units that stand beside others are kept.
        kept = {n: _projected(theta[: 2 * most]) for n, theta in last.items()}
        return [float(worst[n].mean()) for n in widths], kept

    done = over_replicates(one, seeds, stretch(tell, 0, 0.8))
    errors = np.array([error for error, _ in done])
    limits = [last[settings.reference] for _, last in done]
    here = {n: [last[n] for _, last in done] for n in widths}
    there = {n: [limit[:n] for limit in limits] for n in widths}
    apart = {n: [limit[most : most + n] for limit in limits] for n in widths}  # other units
    tagged = averages({n: observed(settings, case, n) for n in settings.pair_widths})
    tell(1.0)
    return ChaosCase(
        kind=case.kind,
        alpha=case.alpha,
        error=curve(settings.widths, errors),
        slope=slope_over_replicates(settings.widths, errors),
        expected=expected_slope(case, settings.activation),
        wasserstein=[wasserstein(here[n], there[n]) for n in settings.widths],
        floor=[wasserstein(apart[n], there[n]) for n in settings.widths],
        averages=tagged,
    )


def _projected(theta: Tensor) -> np.ndarray:
    """The first coordinate and the mean direction (units, 2)."""
    return np.stack(
        [theta[:, 0].numpy(), theta.sum(dim=1).numpy() / math.sqrt(theta.shape[1])], axis=1
    )


def wasserstein(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """Largest over projections of the Wasserstein-1 distance of two pooled samples of one size."""
    a, b = np.sort(np.concatenate(one), axis=0), np.sort(np.concatenate(other), axis=0)
    return float(np.abs(a - b).mean(axis=0).max())
