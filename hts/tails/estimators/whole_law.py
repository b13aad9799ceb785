"""Estimators that take the sample for stable: alpha first, then the best scale and how it fits."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import replace

from hts.records import TailIndex
from hts.tails.estimators.base import Estimator, Options
from hts.tails.estimators.goodness import Goodness, goodness
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.likelihood import Likelihood
from hts.tails.estimators.stable_fit import NEAR_TWO, NOT_STABLE, count
from hts.tails.samples.norm_law import LOWEST
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

AT_LOWER_END = f"At the lower end of the search: alpha is at most {LOWEST:g}."
AT_UPPER_END = "At the upper end of the search, 2, a Gaussian: alpha is at least {low:.3f}."


class WholeLaw(Estimator):
    """Only how alpha is found differs."""

    @abstractmethod
    def find(self, sample: Sample, level: float, options: Options) -> Found:
        """alpha and its interval of confidence ``level``."""

    def estimate(self, sample: Sample, level: float, options: Options) -> TailIndex:
        """`find`, beside the best scale for this alpha and how well that law fits."""
        sample.check_enough(sample.design)
        if sample.coarse or sample.floor:
            what = "rounded to steps as wide as the law" if sample.coarse else "pruned by size"
            raise BadInput(
                f"the values are {what}, which {self.name} cannot allow for: use method mle."
            )
        counts, _, log_scale = count(sample)  # refuses nearly equal values
        found = self.find(sample, level, options)
        alpha = min(max(found.alpha, LOWEST), 2.0)
        log_scale = Likelihood(counts, sample.inputs, log_scale).log_scale(alpha)
        good = goodness(counts, alpha, log_scale, sample.inputs)
        return with_fit(self, sample, level, found, log_scale, good)


def with_fit(
    how: Estimator, sample: Sample, level: float, found: Found, log_scale: float, good: Goodness
) -> TailIndex:
    """The record of ``found`` beside the law's scale and fit, and what a reader needs to know."""
    note = found.note or (NEAR_TWO if found.alpha >= 1.9 else "")
    if found.alpha <= LOWEST:
        note = AT_LOWER_END
    elif found.alpha >= 2 and how.capped:
        note = AT_UPPER_END.format(low=found.low)
    if not good.fits:
        note = NOT_STABLE.format(misfit=good.misfit, distance=good.distance)
    return how.record(
        sample,
        level,
        replace(found, note=note),
        scale=math.exp(log_scale),
        distance=good.distance,
        fits=good.fits,
    )
