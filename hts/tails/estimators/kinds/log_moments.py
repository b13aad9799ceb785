"""Log-moments of block sums, with one block length and without a cap."""

from __future__ import annotations

import math

from hts.seeds import generator
from hts.tails.estimators.base import Options
from hts.tails.estimators.block_sums import log_norms, rows_of
from hts.tails.estimators.inversion import LIGHTEST, Found, z_of
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.binning import FEWEST
from hts.tails.samples.sample import Sample
from hts.validate import BadInput, whole


@ESTIMATORS.register
class LogMoments(WholeLaw):
    """``block`` rows are summed at a time."""

    name = "log-moments"
    place = 40
    title = "Log-moments of block sums"
    label = "Log-moments"
    citation = "Mohammadi, Mohammadpour and Ogata (2015), one block length"
    assumes = "i.i.d. symmetric stable values or strictly stable vectors, in random order"
    interval = "the blocks' own variance (normal)"
    bias = "none visible; three to five times the spread of maximum likelihood, may exceed 2"
    cost = "one logarithm a value"
    norms = False
    vectors = True
    expected_sd = (0.03, 0.03, 0.05, 0.06, 0.06)

    def find(self, sample: Sample, level: float, options: Options) -> Found:
        """Not cut off: it may exceed 2."""
        block = whole("block", options.block, low=2, high=1000)
        rows = rows_of(sample)
        blocks = len(rows) // block
        if blocks < FEWEST // 5:
            raise BadInput(
                f"block must leave at least {FEWEST // 5} sums, got {blocks} of {block} values "
                f"each from {len(rows)}: take shorter blocks or a larger sample."
            )
        order = generator(options.seed, "tails", "blocks").permutation(len(rows))[: blocks * block]
        rows = rows[order]
        own = log_norms(rows).reshape(blocks, block).mean(axis=1)
        sums = log_norms(rows.reshape(blocks, block, -1).sum(axis=1))
        each = (sums - own) / math.log(block)  # one unbiased 1/alpha a block
        inverse = float(each.mean())
        reach = z_of(level) * float(each.std(ddof=1)) / math.sqrt(blocks / sample.design)
        alpha, low, high = (
            1 / max(v, 1 / LIGHTEST) for v in (inverse, inverse + reach, inverse - reach)
        )
        return Found(alpha, low, high)
