"""Tail-only estimates against the number of values used: what one looks at before choosing k.

The bands hold sampling error only, never bias; for stable laws near alpha = 2 there is no k at
which these estimates are right.
"""

from __future__ import annotations

import numpy as np

from hts.records import TailCurve
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.threshold import RULES, choose_k
from hts.tails.estimators.upper_tail import FEWEST_UPPER, MOST_UPPER, alpha_of, uppers
from hts.tails.layer import sizes_in
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
    how = against_k()[choice("method", method, against_k(), why="it is drawn against k")]
    share = number("share", share, low=0, high=0.9, why="it is a tail", open_low=True)
    points = whole("points", points, low=2, high=2000, why="it is how much is drawn")
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
