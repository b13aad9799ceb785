"""Whether two tagged units become independent: what the average of n units still varies.

Two units of n exchangeable ones have a correlation of at least -1/(n - 1), so that it is small in
size says nothing: also units whose sum is fixed pass.  Judged is instead, for an observable g of
one unit and its mean S over the n units of a system, over many systems,

    n Var S / Var g = 1 + (n - 1) rho,        rho the correlation of two units.

Independent units have 1 at every n.  With a factor that all units share it grows like n, with a
fixed sum it is 0.  Where dependence vanishes like 1/n it settles at a positive constant, which the
interaction makes differ from 1.

Three observables: the value itself (the experiment gives a bounded one), and cos(pi U) and
cos(2 pi U) of its rank U in (0, 1) among all values.  Ranks do not mind infinite variance; the
second sees a shared scale, which leaves values uncorrelated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import rankdata

from hts.theory.fit import curve, slope_over_replicates
from hts.theory.records import Average

FLAT = 0.15  # the largest exponent of n, with its interval, at which it has settled
LEAST = 0.15  # of what independent units vary; less is a fixed sum
LAST = 3  # the largest widths, over which the exponent is taken
_BLOCKS = 20  # of systems, for the intervals
OBSERVABLES = ("value", "rank", "distance of the rank from the middle")


def averages(values: Mapping[int, np.ndarray]) -> list[Average]:
    """Each observable against the width, from ``values[n]`` (systems, n) of one unit each.

    Needs three widths or more and 40 systems or more of each; intervals are over 20 blocks of them.
    """
    widths = sorted(values)
    blocks = np.stack([_blocks(values[n]) for n in widths])  # (widths, blocks, observables)
    return [
        Average(
            observable=name,
            ratio=curve(widths, blocks[:, :, k].T),
            slope=slope_over_replicates(widths[-LAST:], blocks[-LAST:, :, k].T),
        )
        for k, name in enumerate(OBSERVABLES)
    ]


def independent(found: Sequence[Average]) -> bool:
    """Whether every observable settles, with its whole interval, and at no fixed sum."""
    return all(
        one.slope.low >= -FLAT and one.slope.high <= FLAT and one.ratio.low[-1] > LEAST
        for one in found
    )


def variation(g: np.ndarray) -> float:
    """``n Var S / Var g`` from ``g`` (systems, n)."""
    return float(g.shape[1] * g.mean(axis=1).var(ddof=1) / g.var(ddof=1))


def _blocks(values: np.ndarray) -> np.ndarray:
    """(blocks, observables); 0 becomes the smallest share that a logarithm is taken of."""
    ranks = (rankdata(values, axis=None).reshape(values.shape) - 0.5) / values.size
    seen = (values, np.cos(np.pi * ranks), np.cos(2 * np.pi * ranks))
    parts = [np.array_split(g, _BLOCKS) for g in seen]
    return np.maximum([[variation(part) for part in each] for each in parts], 1e-12).T
