"""Binned maximum likelihood: the default, and the live estimate of a run."""

from __future__ import annotations

from dataclasses import replace

from hts.records import TailIndex
from hts.tails.estimators.base import STABLE, Estimator, Options
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.stable_fit import Fit, fit_sample
from hts.tails.estimators.whole_law import with_fit
from hts.tails.samples.sample import Sample


class MaximumLikelihood(Estimator):
    """alpha and scale of the stable law, see `hts.tails.estimators.stable_fit`."""

    name = "mle"
    place = 10
    title = "Binned maximum likelihood"
    label = "Likelihood"
    citation = "DuMouchel (1973, 1983); binned on log |x|, profiled over the scale"
    assumes = STABLE
    interval = "inverts the likelihood-ratio test, so it stays right up to alpha = 2"
    bias = "none visible on stable samples; on others it describes the middle, not the tail"
    cost = "one logarithm a value, then about 40 likelihoods of some 200 counts"
    capped = True
    skewed = True
    law = "a stable law"
    expected_sd = (0.014, 0.014, 0.014, 0.011, 0.001)

    def estimate(self, sample: Sample, level: float, options: Options) -> TailIndex:
        record = self.of_fit(fit_sample(sample, level), sample, level)
        return replace(record, method=f"{self.said} on {sample.on}") if sample.on else record

    def of_fit(self, fit: Fit, sample: Sample, level: float) -> TailIndex:
        """The record of a fit that was made already."""
        found = Found(fit.alpha, fit.low, fit.high)
        sample = replace(sample, design=fit.design)
        return with_fit(self, sample, level, found, fit.log_scale, fit.goodness)


MLE = ESTIMATORS.register(MaximumLikelihood())
