"""Estimators that read the k largest values alone, and assume nothing below them."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import replace

import numpy as np

from hts.records import TailIndex
from hts.tails.estimators.base import Estimator, Options
from hts.tails.estimators.inversion import LIGHTEST, Found
from hts.tails.estimators.threshold import choose_k, pareto_distance
from hts.tails.estimators.upper_tail import NO_POWER_LAW, Uppers, alpha_of
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

_KS_LIMIT = 1.3  # times k^-1/2: about the 99 % point with alpha fitted (Lilliefors, exponential)
NOT_POWER = "The largest {k} values do not follow a power law beyond the threshold."

BIASED = (
    "Biased for stable laws: near 2 these follow their power law only far beyond the sample, so "
    "this reads too high there, and the interval does not allow for it."
)


class TailOnly(Estimator):
    """Only the extreme-value index xi = 1/alpha and its band differ.

    ``chooses``: the rules of `hts.tails.estimators.threshold` were made for it.
    """

    tail_only = True
    chooses: bool = False

    @abstractmethod
    def index(self, tail: Uppers, k: np.ndarray) -> np.ndarray:
        """xi at every ``k``, not finite where values are tied."""

    @abstractmethod
    def band(self, xi: np.ndarray, k: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """The interval of alpha for each ``xi`` that `index` gave at ``k``."""

    @property
    def said(self) -> str:
        """A person's name keeps its capital."""
        return self.title

    def estimate(self, sample: Sample, level: float, options: Options) -> TailIndex:
        """The record at the k that the options choose."""
        k, tail = choose_k(sample.values, options.k, share=options.share, seed=options.seed)
        found = self.at(tail, k, level, sample.design)
        distance = pareto_distance(tail, k, 1 / found.alpha)
        fits = distance <= _KS_LIMIT / math.sqrt(k)
        note = found.note or ("" if fits else NOT_POWER.format(k=k))
        found = replace(found, note=f"{note} {BIASED}".lstrip())
        scale = math.exp(tail.logs[k] + math.log(k / tail.size) / found.alpha)
        return self.record(sample, level, found, scale=scale, distance=distance, fits=fits)

    def at(self, tail: Uppers, k: int, level: float, design: float = 1.0) -> Found:
        """The estimate from the ``k`` largest values; raises `BadInput` where they are tied."""
        at = np.array([k])
        xi = self.index(tail, at)
        if not np.isfinite(xi[0]):
            raise BadInput(
                f"the {k} largest values are tied, so {self.name} has nothing to compare: choose "
                "another k or a sample with more distinct values."
            )
        low, high = self.band(xi, at / design, level)
        return Found(
            float(alpha_of(xi)[0]),
            float(low[0]),
            float(high[0]),
            NO_POWER_LAW if xi[0] <= 1 / LIGHTEST else "",
            upper=k,
            threshold=math.exp(tail.logs[k]),
        )
