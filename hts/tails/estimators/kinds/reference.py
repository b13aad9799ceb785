"""Log-moments as the literature computes them."""

from __future__ import annotations

import math

import numpy as np

from hts.seeds import generator
from hts.tails.estimators.base import VECTORS_READ, Options
from hts.tails.estimators.block_sums import log_norms, rows_of
from hts.tails.estimators.inversion import LIGHTEST, Found
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

CAP = 2.0
_LENGTHS = (2, 5, 10, 20, 50, 100, 500, 1000)
_PERMUTATIONS = 5


@ESTIMATORS.register
class Reference(WholeLaw):
    """The 2021 recipe, ``replicates`` times again for its interval."""

    name = "reference"
    place = 50
    title = "Log-moments, the literature's recipe"
    label = "Log-m. recipe"
    citation = "the 2021 code of the heavy-tailed-SGD literature after Mohammadi et al. (2015)"
    assumes = "i.i.d. symmetric stable values or strictly stable vectors"
    interval = "percentile bootstrap over rows"
    bias = (
        "median over nine block lengths, cut off at 2, then over five permutations: the cap "
        "hides every value above 2 and makes it read about 0.02 low there"
    )
    cost = "nine block lengths, five times; the bootstrap repeats them"
    norms = False
    vectors = True
    capped = True
    resamples = True
    values_read = 10_000
    vectors_read = VECTORS_READ // 10
    expected_sd = (0.02, 0.03, 0.04, 0.04, 0.03)

    def find(self, sample: Sample, level: float, options: Options) -> Found:
        rows = rows_of(sample)
        if sample.zeros:  # what is left has no chosen size; blocks need one that divides
            rows = rows[: len(rows) // 10 * 10]
        alpha = reference(rows, options.seed)
        draw = generator(options.seed, "tails", "bootstrap")
        again = np.array(
            [
                _once(rows[draw.integers(0, len(rows), len(rows))], block_lengths(len(rows)))
                for _ in range(options.replicates)
            ]
        )
        low, high = np.quantile(again, (0.5 - level / 2, 0.5 + level / 2))
        low, high = (alpha + (end - alpha) * math.sqrt(sample.design) for end in (low, high))
        note = f"Cut off at {CAP:g}: no value above it is ever reported." if alpha >= CAP else ""
        return Found(alpha, min(float(low), alpha), min(max(float(high), alpha), CAP), note)


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
    mean = float(log_norms(rows).mean())
    found = []
    for length in lengths:
        sums = log_norms(rows.reshape(len(rows) // length, length, -1).sum(axis=1))
        inverse = (float(sums.mean()) - mean) / math.log(length)
        found.append(1 / max(inverse, 1 / LIGHTEST))
    return min(float(np.median(found)), CAP)
