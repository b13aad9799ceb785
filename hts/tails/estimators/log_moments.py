"""Log-moments of block sums (Mohammadi, Mohammadpour and Ogata 2015), for values and vectors.

A sum Y of K1 strictly stable vectors has the law of ``K1^(1/alpha) X``, so
``1/alpha = (mean log ||Y|| - mean log ||X||) / log K1``.
"""

from __future__ import annotations

import math

import numpy as np

from hts.seeds import generator
from hts.tails.estimators.inversion import LIGHTEST, Found, z_of
from hts.tails.samples.binning import FEWEST
from hts.tails.samples.sample import Sample
from hts.validate import BadInput, whole

CAP = 2.0
_LENGTHS = (2, 5, 10, 20, 50, 100, 500, 1000)
_PERMUTATIONS = 5
_TINY = 1e-300


def by_log_moments(sample: Sample, level: float, *, block: int, seed: int) -> Found:
    """One block length; rows are put in random order first.  Not cut off: it may exceed 2."""
    block = whole("block", block, low=2, high=1000, why="it is how many values are summed")
    rows = _rows(sample)
    blocks = len(rows) // block
    if blocks < FEWEST // 5:
        raise BadInput(
            f"block must leave at least {FEWEST // 5} sums, got {blocks} of {block} values each "
            f"from {len(rows)}: take shorter blocks or a larger sample."
        )
    order = generator(seed, "tails", "blocks").permutation(len(rows))[: blocks * block]
    rows = rows[order]
    own = _log_norms(rows).reshape(blocks, block).mean(axis=1)
    sums = _log_norms(rows.reshape(blocks, block, -1).sum(axis=1))
    each = (sums - own) / math.log(block)  # one unbiased 1/alpha a block
    inverse = float(each.mean())
    reach = z_of(level) * float(each.std(ddof=1)) / math.sqrt(blocks)
    alpha, low, high = (
        1 / max(v, 1 / LIGHTEST) for v in (inverse, inverse + reach, inverse - reach)
    )
    return Found(alpha, low, high)


def by_reference(sample: Sample, level: float, *, replicates: int, seed: int) -> Found:
    """The literature's recipe and a percentile bootstrap over rows."""
    rows = _rows(sample)
    alpha = reference(rows, seed)
    draw = generator(seed, "tails", "bootstrap")
    again = np.array(
        [
            _once(rows[draw.integers(0, len(rows), len(rows))], block_lengths(len(rows)))
            for _ in range(replicates)
        ]
    )
    low, high = np.quantile(again, (0.5 - level / 2, 0.5 + level / 2))
    note = f"Cut off at {CAP:g}: no value above it is ever reported." if alpha >= CAP else ""
    return Found(alpha, min(float(low), alpha), max(float(high), alpha), note)


def reference(rows: np.ndarray, seed: int = 0) -> float:
    """Median over five permutations of the median over block lengths, each cut off at 2.

    ``rows (n, inputs)``, already centred by the coordinates' medians.
    """
    draw = generator(seed, "tails", "permutations")
    lengths = block_lengths(len(rows))
    tries = [_once(rows[draw.permutation(len(rows))], lengths) for _ in range(_PERMUTATIONS)]
    return float(np.median(tries))


def block_lengths(n: int) -> list[int]:
    """Largest divisors of ``n`` up to 2, 5, 10, ..., 1000 and the root of n; 1 is no length."""
    divisors = [d for d in range(1, min(n, max(_LENGTHS)) + 1) if n % d == 0]
    root = math.isqrt(n)
    roots = next(d for d in range(root, 0, -1) if n % d == 0)
    found = [max(d for d in divisors if d <= length) for length in _LENGTHS] + [roots]
    usable = [d for d in found if 1 < d < n]
    if not usable:
        raise BadInput(
            f"the reference recipe needs block lengths that divide the sample size, and {n} has "
            "none up to 1000: drop a value or two."
        )
    return usable


def _once(rows: np.ndarray, lengths: list[int]) -> float:
    mean = float(_log_norms(rows).mean())
    found = []
    for length in lengths:
        sums = _log_norms(rows.reshape(len(rows) // length, length, -1).sum(axis=1))
        inverse = (float(sums.mean()) - mean) / math.log(length)
        found.append(1 / max(inverse, 1 / LIGHTEST))
    return min(float(np.median(found)), CAP)


def _rows(sample: Sample) -> np.ndarray:
    """Float rows ``(n, inputs)``, at unit scale so that nothing overflows."""
    rows = sample.values[:, None] if sample.vectors is None else sample.vectors
    unit = 2.0 ** math.frexp(float(np.abs(rows).max()))[1]
    return rows.astype(float) / unit


def _log_norms(rows: np.ndarray) -> np.ndarray:
    if rows.shape[1] == 1:
        size = np.abs(rows[:, 0])
    else:
        size = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.log(np.maximum(size, _TINY))
