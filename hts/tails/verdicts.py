"""Does a stable law describe the sample, and if not, what is it?  One sentence a reader can trust.

The fitted law is tested by Pearson's chi-square over groups that grow rarer into the tail.  A law
that passes is only called stable where every other law of `hts.tails.alternatives` fits worse by
more than chance allows; else the sample "is not distinguishable from" it at this size.  Where it
fails, heavy laws (a power tail, or a light bulk that masks weaker stable noise) and light ones are
compared in the same way, and "unclear" names those that remain.  Near alpha = 2 a Gaussian bulk
with weak noise and a stable law can be the same to any test: the best there is tells N(0,1) + 0.1
SaS(1.75) from SaS(1.99) in one of five samples of 100 000 values.  Shared draws are allowed for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.special import gammaincc

from hts.records import Evidence, TailIndex, Verdict, VerdictKind
from hts.tails import verdict_words as words
from hts.tails.alternatives import LAWS, Candidate, log_likelihood, masked
from hts.tails.estimators.kinds.hill import HILL
from hts.tails.estimators.kinds.mle import MLE
from hts.tails.estimators.stable_fit import Fit, count, fit_counts
from hts.tails.estimators.threshold import choose_k
from hts.tails.excess import tail_shape
from hts.tails.fit_test import (
    Dependence,
    dependence,
    fit_test,
    misfit_between,
    sides_test,
    smallest_seen,
)
from hts.tails.layer import layer_sample
from hts.tails.masked import survival
from hts.tails.samples.binning import LogCounts, coarser
from hts.tails.samples.norm_law import log_norm_survival
from hts.tails.samples.sample import Of, Sample, take
from hts.validate import BadInput, number

TOLERANCE = 0.01  # relative error of a density that is forgiven: nothing real is exactly stable
SIGNIFICANCE = 0.01
AHEAD = 4.0  # of the log-likelihood: a wrong law gets as far ahead once in e^4 samples at most
_HOPELESS = 40.0  # likewise: no search makes this up
_SAME = 0.02  # relative difference of densities of laws that nobody needs to tell apart
_NEAR_TWO = 1.85  # from here on a Gaussian bulk may pass for a part of the stable law
_LOWER = 0.3  # a verdict is unclear if alpha may as well be lower by this much
_MASKED_GAIN = 9.21  # of twice the log-likelihood: 1 % point, two more parameters
_STILL_POSSIBLE = 2 * AHEAD
_BULK_ENDS = {"gaussian bulk": 5.0, "uniform bulk": 1.5}  # in widths of the bulk
_FEWEST_OUT = 2
_LIGHTEST_POWER = 10.0  # larger indices are nobody's heavy tail
_POWER_LAW = 2.33  # standard errors
_WEAK = (1.75, 0.1)  # alpha, and scale over the bulk's: noise that a Gaussian verdict rules out


def verdict(
    x: np.ndarray, *, of: Of | None = None, level: float = 0.95, tolerance: float = TOLERANCE
) -> Verdict:
    """Is ``x`` stable?  ``x`` and ``of`` as in `hts.tails.estimate` (``values`` or ``norms``).

    ``tolerance``: a density that is off by less than this share everywhere counts as stable.
    Raises `BadInput` as `hts.tails.estimate` does.
    """
    return verdict_of(take(x, "norms" if of == "vectors" else of), level, tolerance)


def layer_verdict(
    weights: np.ndarray, kind: str, *, level: float = 0.95, tolerance: float = TOLERANCE
) -> Verdict:
    """`verdict` on what `layer_sample` takes of ``weights (units, inputs)``, with its errors."""
    return verdict_of(layer_sample(weights, kind), level, tolerance)


def verdict_of(sample: Sample, level: float = 0.95, tolerance: float = TOLERANCE) -> Verdict:
    """`verdict` on a sample that has been taken and centred already."""
    tolerance = number("tolerance", tolerance, low=0, high=0.5, open_low=False)
    tolerance = math.hypot(tolerance, sample.blur)
    counts, alpha, log_scale = count(sample)
    fit = fit_counts(counts, sample, level, alpha, log_scale)
    shared = dependence(counts, sample, fit)
    sample.check_enough(shared.factor)
    law = log_norm_survival(counts.edges - fit.log_scale, fit.alpha, sample.inputs)
    p_value, misfit = fit_test(counts, law, 2, tolerance, shared)
    case = _Case(sample, counts, coarser(counts), fit, law, p_value, MLE.of_fit(fit, sample, level),
                 shared, tolerance)  # fmt: skip
    if sample.said:
        case.show("ties", " ".join(sample.said), sample.zeros)
    case.show("fit", words.fit(misfit, p_value), misfit, p_value)
    if shared.factor > 1:
        case.show("shared draws", words.shared(counts.size, shared.factor), shared.factor)
    if sample.of == "values" and not sample.floor:
        off, p_sides = sides_test(sample, tolerance)
        case.show("sides", words.sides(off), off, p_sides)
        if p_sides < SIGNIFICANCE / 10:
            return case.verdict("skewed", words.SKEWED.format(a=fit.alpha))
    if p_value < SIGNIFICANCE:
        return _not_stable(case)
    if fit.high >= 2:
        return _gaussian(case)
    return _stable(case) if fit.alpha < _NEAR_TWO else _near_two(case)


@dataclass(frozen=True)
class _Case:
    """A fitted sample, and the evidence gathered so far."""

    sample: Sample
    counts: LogCounts
    coarse: LogCounts
    fit: Fit
    law: np.ndarray
    p_value: float
    tail: TailIndex
    shared: Dependence
    tolerance: float
    evidence: list[Evidence] = field(default_factory=list)

    def show(self, name: str, says: str, figure: float, p_value: float | None = None) -> None:
        self.evidence.append(Evidence(name=name, says=says, figure=figure, p_value=p_value))

    def ahead(self, one: float, other: float) -> float:
        """By how much one log-likelihood exceeds another, of as many independent values."""
        return (one - other) / (self.shared.factor * (1 + self.shared.spread))

    @property
    def counted(self) -> int:
        return round(self.counts.size / self.shared.factor)

    def stable(self, alpha: float | None = None) -> float:
        """The log-likelihood of the stable fit, or of a Gaussian as wide as the sample."""
        y = self.coarse.edges - self.fit.log_scale
        law = log_norm_survival(y, alpha or self.fit.alpha, self.sample.inputs)
        return log_likelihood(self.coarse, law)

    def each(self) -> Iterator[Candidate]:
        """Every law but the masked ones, fitted."""
        for law in LAWS:
            if self.sample.inputs == 1 or not law.single:
                yield law.fit(self.coarse, self.sample.inputs, self.fit.log_scale)

    def others(self) -> list[Candidate]:
        """Every law but the masked ones, the likeliest first."""
        return sorted(self.each(), key=lambda c: -c.log_likelihood)

    def mask(self, best: float) -> Candidate:
        """The likelier bulk over stable noise; searched on where it may come near ``best``."""
        bulks = ("gaussian", "uniform") if self.sample.inputs == 1 else ("gaussian",)
        found = []
        for bulk in bulks:
            mask = masked(self.coarse, self.sample.inputs, self.fit.log_scale, bulk, rough=True)
            if self.ahead(best, mask.log_likelihood) < _HOPELESS:
                mask = masked(self.coarse, self.sample.inputs, self.fit.log_scale, bulk)
            found.append(mask)
        return max(found, key=lambda c: c.log_likelihood)

    def fits(self, candidate: Candidate) -> float:
        """The p-value of a candidate's fit, shown."""
        fitted = len(candidate.theta)
        p, off = fit_test(self.coarse, candidate.law, fitted, self.tolerance, self.shared)
        self.show(candidate.name, words.off(candidate.name, off, p), off, p)
        return p

    def verdict(
        self,
        kind: VerdictKind,
        sentence: str,
        mask: Candidate | None = None,
        tail_alpha: float | None = None,
    ) -> Verdict:
        return Verdict(
            kind=kind,
            sentence=" ".join((*self.sample.said, sentence)),
            p_value=self.p_value,
            tail=self.tail,
            evidence=self.evidence,
            noise_alpha=None if mask is None else mask.theta[0],
            noise_scale=None if mask is None else mask.theta[1],
            bulk=None if mask is None else mask.name.split()[0],
            tail_alpha=tail_alpha,
        )


def _rival(case: _Case) -> Candidate | None:
    """The first law other than a stable one that the sample does not rule out."""
    y = case.coarse.edges - case.fit.log_scale
    law = log_norm_survival(y, case.fit.alpha, case.sample.inputs)
    own = log_likelihood(case.coarse, law)
    for candidate in case.each():
        ahead = case.ahead(own, candidate.log_likelihood)
        apart = misfit_between(case.coarse, candidate.law, law)
        case.show(candidate.name, words.rival(candidate.name, ahead, apart), ahead)
        if ahead < AHEAD and apart > _SAME:
            return candidate
    return None


def _stable(case: _Case) -> Verdict:
    rival = _rival(case)
    if rival is None:
        return case.verdict("stable", words.stable(case.fit))
    seen = smallest_seen(case.counts, case.law, case.tolerance, SIGNIFICANCE, case.shared)
    case.show("smallest departure", words.seen(seen), seen)
    said = words.compatible(case.fit, case.counted, rival.name, seen)
    return case.verdict("compatible", said)


def _gaussian(case: _Case) -> Verdict:
    """alpha may be 2: Gaussian, if weak noise would have shown."""
    inputs, edges = case.sample.inputs, case.coarse.edges
    own = case.stable(2.0)
    alpha, ratio = _WEAK
    widths = math.sqrt(2) * np.exp(case.fit.log_scale + np.linspace(-0.04, 0.01, 6))
    weak = max(
        log_likelihood(case.coarse, survival(edges, alpha, ratio * w, w, inputs, "gaussian"))
        for w in widths
    )
    ahead = case.ahead(own, weak)
    case.show("weak noise", words.weak(ahead, alpha, ratio), ahead)
    if ahead >= AHEAD:
        return case.verdict("Gaussian", words.gaussian(case.fit))
    told = words.compatible_gaussian
    return case.verdict("compatible", told(case.fit, case.counted, alpha, ratio))


def _near_two(case: _Case) -> Verdict:
    """alpha between 1.85 and 2 and a good fit: stable, masked, or no way to tell."""
    fit, inputs = case.fit, case.sample.inputs
    stable = case.stable()
    free = masked(case.coarse, inputs, fit.log_scale, "gaussian")
    gain = 2 * case.ahead(free.log_likelihood, stable)
    if gain > _MASKED_GAIN and free.theta[0] < fit.alpha:
        case.show("gaussian bulk", words.gain(gain), gain)
        other = case.others()[0]
        if case.ahead(free.log_likelihood, other.log_likelihood) >= AHEAD:
            return case.verdict("masked", words.masked(free, fit.alpha), free)
        return case.verdict("unclear", words.unclear([free, other], fit.alpha), free)
    lower = masked(case.coarse, inputs, fit.log_scale, "gaussian", fit.alpha - _LOWER)
    loss = 2 * case.ahead(stable, lower.log_likelihood)
    case.show("gaussian bulk", words.loss(loss, lower.theta[0], _STILL_POSSIBLE), loss)
    if loss < _STILL_POSSIBLE:
        sentence = words.TOO_NEAR.format(a=fit.alpha, b=lower.theta[0])
        return case.verdict("unclear", sentence, lower)
    return _stable(case)


def _not_stable(case: _Case) -> Verdict:
    """The stable law is ruled out: heavy, masked or light, as far as one is ahead."""
    fit, sample = case.fit, case.sample
    others = case.others()
    mask = case.mask(others[0].log_likelihood)
    light = next(c for c in others if not c.heavy)
    heavy = next(c for c in others if c.heavy)
    p_mask, p_light, _ = case.fits(mask), case.fits(light), case.fits(heavy)
    shape = tail_shape(sample.values)
    says = words.shape(shape.used, shape.xi, shape.error)
    case.show("tail shape", says, shape.xi, float(gammaincc(0.5, shape.root**2 / 2)))
    # A mask beyond whose bulk nothing lies is that bulk.
    stands_out = _beyond_bulk(sample, mask) >= _FEWEST_OUT
    best = max(mask.log_likelihood, heavy.log_likelihood) if stands_out else heavy.log_likelihood
    gained = case.ahead(max(best, light.log_likelihood), case.stable())
    if gained < AHEAD:
        case.show("stable law", words.gained(gained), gained)
        return case.verdict("unclear", words.NOTHING_BETTER.format(a=fit.alpha))
    lead = case.ahead(best, light.log_likelihood)
    power = shape.root / math.sqrt(case.shared.factor) > _POWER_LAW
    if lead <= -AHEAD and (p_light >= SIGNIFICANCE or not power):
        return case.verdict("light", words.LIGHT.format(a=fit.alpha))
    if lead >= AHEAD:
        over = case.ahead(mask.log_likelihood, heavy.log_likelihood)
        if over >= AHEAD and p_mask >= SIGNIFICANCE and stands_out:
            return case.verdict("masked", words.masked(mask, fit.alpha), mask)
        if power and (over <= -AHEAD or p_mask < SIGNIFICANCE or not stands_out):
            try:
                k, upper = choose_k(sample.values, "share", share=min(0.05, 2000 / sample.size))
                found = HILL.at(upper, k, 0.95)
            except BadInput:
                found = None
            if found is not None and found.alpha < _LIGHTEST_POWER:
                sentence = words.NOT_STABLE.format(a=fit.alpha, t=found.alpha)
                return case.verdict("not stable", sentence, tail_alpha=found.alpha)
    best = max(best, light.log_likelihood)
    left = [
        c
        for c in (heavy, light, mask)
        if (c is not mask or stands_out) and case.ahead(best, c.log_likelihood) < AHEAD
    ]
    return case.verdict("unclear", words.unclear(left, fit.alpha))


def _beyond_bulk(sample: Sample, mask: Candidate) -> int:
    """How many values lie where the bulk alone would throw next to none."""
    width = mask.theta[2]
    reach = width * _BULK_ENDS[mask.name]
    if sample.inputs > 1:
        reach += width * (math.sqrt(sample.inputs) - 1)
    return int(np.count_nonzero(np.abs(sample.values) > reach))
