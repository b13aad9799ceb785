"""The Hill plot: a diagnostic of the tail alone, with its sampling band.

alpha here is the tail index, ``P(|X| > x) ~ C x^-alpha``; for a stable law it equals the stability
index below 2.  Hill's (1975) estimate uses only the k largest values and is badly biased for stable
laws near alpha = 2, whose power law starts very far out: with k = 5 % of 10 000 values it reads 2.4
where alpha is 1.75 and about 3.6 where it is 1.9.  The band is sampling error only and does not
contain that bias, so read the plot for its shape, and take alpha from the stable fit.
"""

from __future__ import annotations

import numpy as np

from hts.records import HillCurve
from hts.tails.estimators.upper_tail import FEWEST_UPPER, MOST_UPPER
from hts.tails.layer import independent_sizes
from hts.tails.samples.binning import checked

_Z = 1.96


def hill_curve(x: np.ndarray, *, kind: str = "II", points: int = 50) -> HillCurve:
    """Hill estimates at up to ``points`` log-spaced k, from 10 to a tenth of the sample.

    ``x``: for noise types I and III weights ``(units, inputs)``, of which the units' scalars or
    norms are used; otherwise entries, any shape.  The band is ``alpha (1 -+ 1.96/sqrt(k))``.
    Raises `BadInput` for fewer than 50 values, values not finite or all equal.
    """
    size = independent_sizes(np.asarray(x), kind)
    checked(size, "the sizes")
    most = min(MOST_UPPER, max(FEWEST_UPPER, size.size // 10), size.size - 1)
    upper = np.partition(size, size.size - most - 1)[size.size - most - 1 :]
    upper = np.sort(upper.astype(float))[::-1]
    usable = np.flatnonzero(upper > 0)[-1]
    logs = np.log(upper[: usable + 1])
    # Hill(k) = mean of the k largest logs - the next one.
    excess = np.cumsum(logs[:-1]) / np.arange(1, len(logs)) - logs[1:]
    first = min(FEWEST_UPPER, max(1, len(excess)))
    k = np.unique(np.geomspace(first, max(first, len(excess)), points).round().astype(int))
    k = k[k <= len(excess)]
    k = k[excess[k - 1] > 0]
    alpha = 1.0 / excess[k - 1]
    spread = _Z / np.sqrt(k)
    low, high = alpha * np.maximum(0.0, 1 - spread), alpha * (1 + spread)
    return HillCurve(k=k.tolist(), alpha=alpha.tolist(), low=low.tolist(), high=high.tolist())
