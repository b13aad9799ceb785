"""Tail-only estimates against the number of values used: what one looks at before choosing k.

The bands hold sampling error only, never bias; for stable laws near alpha = 2 there is no k at
which these estimates are right.
"""

from __future__ import annotations

import numpy as np

from hts.records import HillCurve, TailCurve
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.threshold import RULES, choose_k
from hts.tails.estimators.upper_tail import (
    FEWEST_UPPER,
    MOST_UPPER,
    Uppers,
    alpha_of,
    hill_xi,
    uppers,
)
from hts.tails.layer import independent_sizes, sizes_in
from hts.tails.samples.binning import checked
from hts.tails.samples.sample import Sample
from hts.validate import choice, number, whole


def against_k() -> dict[str, TailOnly]:
    """The estimators that read the k largest values alone."""
    return {name: how for name, how in ESTIMATORS.items() if isinstance(how, TailOnly)}


def tail_curve(
    x: np.ndarray | Sample,
    method: str = "hill",
    *,
    kind: str = "II",
    share: float = 0.1,
    points: int = 50,
    level: float = 0.95,
    rules: bool = False,
    seed: int = 0,
) -> TailCurve:
    """A tail-only ``method`` at up to ``points`` log-spaced k from 10 to ``share``.

    ``x`` and ``kind`` as in `hts.tails.hill_curve`, or ``x`` a sample taken already.  ``rules``
    adds the k that each rule of `hts.tails.estimators.threshold` chooses, which takes some ten
    milliseconds. Where no power law is seen alpha is written as 100.  Raises `BadInput` as
    `hts.tails.estimate` does.
    """
    how = against_k()[choice("method", method, against_k())]
    share = number("share", share, low=0, high=0.9, open_low=True)
    points = whole("points", points, low=2, high=2000)
    size = checked(sizes_in(x, kind)[0], "the sizes")
    most = min(MOST_UPPER, max(FEWEST_UPPER, int(share * size.size)))
    tail = uppers(size, most)
    k = np.unique(np.geomspace(min(FEWEST_UPPER, tail.most), tail.most, points).round().astype(int))
    xi = how.index(tail, k)
    usable = np.isfinite(xi)
    k, xi = k[usable], xi[usable]
    low, high = how.band(xi, k, level)
    chosen = None
    if rules:
        chosen = {rule: choose_k(size, rule, seed=seed)[0] for rule in RULES}
    return TailCurve(
        method=method,
        k=k.tolist(),
        share=(k / size.size).tolist(),
        threshold=np.exp(tail.logs[k]).tolist(),
        alpha=alpha_of(xi).tolist(),
        low=low.tolist(),
        high=high.tolist(),
        level=level,
        chosen=chosen,
    )


def hill_curve(x: np.ndarray, *, kind: str = "II", points: int = 50) -> HillCurve:
    """The Hill plot: estimates at up to ``points`` log-spaced k, from 10 to a tenth of the sample.

    Hill's (1975) estimate uses only the k largest values and is badly biased for stable laws near
    alpha = 2, whose power law starts very far out: with k = 5 % of 10 000 values it reads 2.4 where
    alpha is 1.75 and about 3.6 where it is 1.9.  So read the plot for its shape, and take alpha
    from the stable fit.

    ``x``: for noise types I and III weights ``(units, inputs)``, of which the units' scalars or
    norms are used; otherwise entries, any shape.  The band is ``alpha (1 -+ 1.96/sqrt(k))``.
    Raises `BadInput` for fewer than 50 values, values not finite or all equal.
    """
    size = independent_sizes(x, kind)
    checked(size, "the sizes")
    most = min(MOST_UPPER, max(FEWEST_UPPER, size.size // 10), size.size - 1)
    upper = np.partition(size, size.size - most - 1)[size.size - most - 1 :]
    upper = np.sort(upper.astype(float))[::-1]
    usable = np.flatnonzero(upper > 0)[-1]
    tail = Uppers(np.log(upper[: usable + 1]), size.size)
    excess = hill_xi(tail, np.arange(1, tail.most + 1))
    first = min(FEWEST_UPPER, max(1, len(excess)))
    k = np.unique(np.geomspace(first, max(first, len(excess)), points).round().astype(int))
    k = k[k <= len(excess)]
    k = k[excess[k - 1] > 0]
    alpha = 1.0 / excess[k - 1]
    spread = 1.96 / np.sqrt(k)
    low, high = alpha * np.maximum(0.0, 1 - spread), alpha * (1 + spread)
    return HillCurve(k=k.tolist(), alpha=alpha.tolist(), low=low.tolist(), high=high.tolist())
