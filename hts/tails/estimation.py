"""One question, nine ways to answer it: ``estimate(x, method)`` gives alpha with its interval.

alpha is the stability index, which below 2 is the tail index: ``P(|X| > x)`` falls like
``x^-alpha``.  What the methods assume and where they err stands in `hts.tails.methods`.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from hts.records import TailIndex
from hts.tails.estimators.characteristic import by_characteristic
from hts.tails.estimators.goodness import goodness
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.likelihood import LOWEST, Likelihood
from hts.tails.estimators.log_moments import BLOCK, by_log_moments, by_reference
from hts.tails.estimators.log_variance import by_log_variance
from hts.tails.estimators.quantiles import by_quantiles
from hts.tails.estimators.skewed_fit import fit_skewed
from hts.tails.estimators.stable_fit import NEAR_TWO, NOT_STABLE, count, describe, fit_log_norms
from hts.tails.estimators.threshold import SHARE, choose_k, pareto_distance
from hts.tails.estimators.upper_tail import by_upper_tail
from hts.tails.methods import METHODS, Method, method_named
from hts.tails.samples.binning import LogCounts
from hts.tails.samples.sample import Of, Sample, take
from hts.validate import BadInput, number, whole

_KS_LIMIT = 1.3  # times k^-1/2: about the 99 % point with alpha fitted (Lilliefors, exponential)
REPLICATES = 100

SHARED = (
    "The values of a row share draws: {size} of them count as about {effective}, so this interval "
    "is too narrow; take of='norms' or 'vectors'."
)
NOT_POWER = "The largest {k} values do not follow a power law beyond the threshold."


def estimate(
    x: np.ndarray,
    method: str = "mle",
    *,
    level: float = 0.95,
    of: Of | None = None,
    k: str | int = "share",
    share: float = SHARE,
    block: int = BLOCK,
    replicates: int = REPLICATES,
    seed: int = 0,
    skew: bool = False,
) -> TailIndex:
    """Stability (tail) index of ``x`` with an interval of confidence ``level``.

    ``x``: ``(n,)`` i.i.d. values, or ``(n, inputs)`` with ``of`` saying what is independent:
    ``values`` all entries, ``norms`` the rows' norms, ``vectors`` the rows as vectors.  Where rows
    visibly share draws although ``of="values"``, the record says so (``independent`` is False).

    Only some methods look at these: ``k`` (a rule of `hts.tails.estimators.threshold`, or a number)
    and ``share`` of the tail methods, ``block`` of log-moments, ``replicates`` of the reference
    recipe. ``seed`` names the permutations and resamples; the same seed gives the same record.

    ``skew=True`` fits the skewness ``beta`` too: maximum likelihood, single values, alpha from 0.8;
    some hundred milliseconds whatever the size.

    Raises `BadInput` for samples that say nothing about a tail (fewer than 50 observations, values
    not finite or all equal) and for a method that cannot read ``of``.
    """
    how = method_named(method)
    level = number("level", level, low=0.5, high=0.9999, why="it is a confidence", open_low=True)
    replicates = whole("replicates", replicates, low=20, high=10**5, why="it counts resamples")
    sample = take(x, of)
    if skew:
        if how.name != "mle":
            raise BadInput(f"skew needs method mle, got {how.name}: the others assume symmetry.")
        return fit_skewed(sample, level)
    options = {"k": k, "share": share, "block": block, "replicates": replicates, "seed": seed}
    return of_sample(sample, how, level, **options)  # type: ignore[arg-type]


def of_sample(
    sample: Sample,
    how: Method,
    level: float = 0.95,
    *,
    k: str | int = "share",
    share: float = SHARE,
    block: int = BLOCK,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> TailIndex:
    """`estimate` on a sample that has been taken and centred already."""
    if not getattr(how, sample.of):
        able = ", ".join(m.name for m in METHODS.values() if getattr(m, sample.of))
        raise BadInput(f"method {how.name} cannot read {sample.of}; these can: {able}.")
    if how.name == "mle":
        fit = fit_log_norms(sample.values, sample.inputs, level)
        record = describe(fit, how.title.lower(), sample.unit, sample.size, level,
                          location=sample.location)  # fmt: skip
        return _told(record, sample, record.note)
    if how.tail_only:
        chosen, tail = choose_k(sample.values, k, share=share, seed=seed)
        found = by_upper_tail(how.name, tail, chosen, level)
        distance = pareto_distance(tail, chosen, 1 / found.alpha)
        scale = math.exp(tail.logs[chosen] + math.log(chosen / tail.size) / found.alpha)
        fits = distance <= _KS_LIMIT / math.sqrt(chosen)
        note = found.note or ("" if fits else NOT_POWER.format(k=chosen))
        return _record(how, sample, level, found, scale, distance, fits, note)
    counted = count(sample.values, sample.inputs)  # refuses samples that are nearly all equal
    if how.name == "log-moments":
        found = by_log_moments(sample, level, block=block, seed=seed)
    elif how.name == "reference":
        found = by_reference(sample, level, replicates=replicates, seed=seed)
    else:
        found = _WHOLE_LAW[how.name](sample, level)
    return _with_law(how, sample, level, found, counted[0], counted[2])


_WHOLE_LAW = {
    "quantiles": by_quantiles,
    "characteristic": by_characteristic,
    "log-variance": by_log_variance,
}


def _with_law(
    how: Method, sample: Sample, level: float, found: Found, counts: LogCounts, log_scale: float
) -> TailIndex:
    """The record beside the best scale for this alpha and how well that law fits."""
    alpha = min(max(found.alpha, LOWEST), 2.0)
    log_scale = Likelihood(counts, sample.inputs, log_scale).log_scale(alpha)
    good = goodness(counts, alpha, log_scale, sample.inputs)
    note = found.note or (NEAR_TWO if found.alpha >= 1.9 else "")
    if not good.fits:
        note = NOT_STABLE.format(misfit=good.misfit, distance=good.distance)
    return _record(how, sample, level, found, math.exp(log_scale), good.distance, good.fits, note)


def _record(
    how: Method,
    sample: Sample,
    level: float,
    found: Found,
    scale: float,
    distance: float,
    fits: bool,
    note: str,
) -> TailIndex:
    record = TailIndex(
        alpha=found.alpha,
        low=found.low,
        high=found.high,
        level=level,
        method=how.title.lower() if not how.tail_only else how.title,
        sample=sample.unit,
        size=sample.size,
        scale=scale,
        location=sample.location,
        distance=distance,
        fits=fits,
        upper=found.upper,
        threshold=found.threshold,
    )
    return _told(record, sample, note)


def _told(record: TailIndex, sample: Sample, note: str) -> TailIndex:
    """With what was counted, and a flag where entries of a row are not independent."""
    if sample.design > 1:
        effective = max(1, round(sample.size / sample.design))
        note = SHARED.format(size=sample.size, effective=effective) + (f" {note}" if note else "")
    return dataclasses.replace(
        record, note=note, counted=sample.counted, independent=sample.design == 1
    )
