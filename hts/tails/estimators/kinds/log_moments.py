"""Log-moments of block sums, with one block length and without a cap."""

from __future__ import annotations

from hts.tails.estimators.base import Options
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.log_moments import by_log_moments
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.samples.sample import Sample


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
        return by_log_moments(sample, level, block=options.block, seed=options.seed)
