"""One question, several ways to answer it: ``estimate(x, method)`` gives alpha with its interval.

alpha is the stability index, which below 2 is the tail index: ``P(|X| > x)`` falls like
``x^-alpha``.  What the methods assume and where they err stands in `hts.tails.ESTIMATORS`.
"""

from __future__ import annotations

import numpy as np

from hts.real_array import real_array
from hts.records import TailIndex
from hts.tails.estimators.base import BLOCK, REPLICATES, Estimator, Options
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.skewed_fit import fit_skewed
from hts.tails.estimators.upper_tail import SHARE
from hts.tails.samples.sample import Of, Sample, take
from hts.validate import BadInput, number, whole


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
    how = ESTIMATORS.named(method)
    level = number("level", level, low=0.5, high=0.9999, open_low=True)
    replicates = whole("replicates", replicates, low=20, high=10**5)
    sample = take(x, of)
    if skew:
        if not how.skewed:
            able = ", ".join(name for name, other in ESTIMATORS.items() if other.skewed)
            raise BadInput(f"skew needs method {able}, got {how.name}: the others assume symmetry.")
        return fit_skewed(sample, level)
    options = Options(k=k, share=share, block=block, replicates=replicates, seed=seed)
    return of_sample(sample, how, level, options)


def of_sample(sample: Sample, how: Estimator, level: float, options: Options) -> TailIndex:
    """`estimate` on a sample that has been taken and centred already."""
    if not getattr(how, sample.of):
        able = ", ".join(n for n, other in ESTIMATORS.items() if getattr(other, sample.of))
        raise BadInput(f"method {how.name} cannot read {sample.of}; these can: {able}.")
    return how.estimate(sample, level, options)


def likeliest(sample: Sample, level: float = 0.95) -> TailIndex:
    """Maximum likelihood on a sample that has been taken and centred already."""
    return of_sample(sample, ESTIMATORS.named("mle"), level, Options())


def fit_stable(x: np.ndarray, *, level: float = 0.95) -> TailIndex:
    """Stability index of i.i.d. values ``x`` of any shape, by maximum likelihood.

    Raises `BadInput` for fewer than 50 values, values that are not finite or that are all equal.
    """
    return estimate(real_array(x).ravel(), level=level)
