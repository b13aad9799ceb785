"""Our estimators beside what people use: powerlaw, scipy's stable fit, the literature's recipe.

Time and error on the same samples of i.i.d. symmetric stable values, in one run; ratios are to
binned maximum likelihood on those samples.  scipy's fit takes about a minute for a hundred values,
so it gets few and ours is timed on the same few; powerlaw is measured where it is installed.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import levy_stable
from tqdm import tqdm

from hts.noise.general import sample_stable
from hts.tails.estimation import estimate
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.kinds.reference import reference

ALPHAS = (1.5, 1.9)
SIZE, TINY, LARGE = 10_000, 100, 1_000_000
SAMPLES, PEER_SAMPLES = 20, 2
MLE = "mle"

Way = Callable[[np.ndarray], float]


def measure(
    alphas: Sequence[float] = ALPHAS,
    *,
    n: int = SIZE,
    samples: int = SAMPLES,
    scipy_n: int = TINY,
    quiet: bool = False,
) -> list[dict[str, Any]]:
    """Rows ``{what, alpha, n, samples, seconds, error, time_ratio, error_ratio}``.

    ``seconds``: median of one estimate.  ``error``: root mean square of estimate - alpha.  Ratios
    are to maximum likelihood on the same samples.  ``scipy_n`` = 0 leaves scipy out.
    """
    ours: dict[str, Way] = {
        name: partial(_ours, name) for name, how in ESTIMATORS.items() if not how.resamples
    }
    ours["reference recipe"] = _recipe
    plans: list[tuple[float, int, int, dict[str, Way]]] = []
    for alpha in alphas:
        plans.append((alpha, n, samples, ours))
        plans.append((alpha, LARGE, 3, {MLE: ours[MLE]}))
        if importlib.util.find_spec("powerlaw") is not None:
            plans.append((alpha, n, PEER_SAMPLES, {MLE: ours[MLE], "powerlaw": _powerlaw}))
        if scipy_n:
            plans.append((alpha, scipy_n, 1, {MLE: ours[MLE], "scipy levy_stable.fit": _scipy}))
    rows = []
    for alpha, size, count, ways in tqdm(plans, unit="plan", disable=quiet or None):
        rows += _compare(alpha, size, count, ways)
    return rows


def _compare(alpha: float, n: int, samples: int, ways: dict[str, Way]) -> list[dict[str, Any]]:
    drawn = [sample_stable(alpha, n, seed=1000 + i, dtype="float64") for i in range(samples)]
    for way in ways.values():
        if n * samples > 10**3:  # tables are built once, and whoever estimates twice has them
            way(drawn[0][:200])
    seconds: dict[str, list[float]] = {what: [] for what in ways}
    errors: dict[str, list[float]] = {what: [] for what in ways}
    for x in drawn:
        for what, way in ways.items():
            began = time.perf_counter()
            found = way(x)
            seconds[what].append(time.perf_counter() - began)
            errors[what].append(found - alpha)
    each = {what: statistics.median(times) for what, times in seconds.items()}
    off = {what: float(np.sqrt(np.mean(np.square(found)))) for what, found in errors.items()}
    return [
        {
            "what": what,
            "alpha": alpha,
            "n": n,
            "samples": samples,
            "seconds": each[what],
            "error": off[what],
            "time_ratio": each[what] / each[MLE],
            "error_ratio": off[what] / off[MLE],
        }
        for what in ways
    ]


def _ours(name: str, x: np.ndarray) -> float:
    return estimate(x, name).alpha


def _recipe(x: np.ndarray) -> float:
    # Without our interval, which the literature does not compute.
    return reference((x - np.median(x))[:, None])


def _powerlaw(x: np.ndarray) -> float:
    import powerlaw

    fit = powerlaw.Fit(np.abs(x - np.median(x)), verbose=False)
    return float(fit.power_law.alpha) - 1  # its alpha is the density's exponent


def _scipy(x: np.ndarray) -> float:
    return float(levy_stable.fit(x)[0])
