"""Does a stable law describe the sample, and if not, what is it?  One sentence a reader can trust.

The fitted law is tested by Pearson's chi-square over groups that grow rarer into the tail.  Where
it fails, the next question is whether a light bulk (the initialisation) masks weaker stable noise;
then whether the tail is a power law at all.  Near alpha = 2 a Gaussian bulk with weak noise and a
stable law can be the same to any test: N(0,1) + 0.1 SaS(1.75) differs from SaS(1.99) by so little
that the best test there is, at 100 000 values and 5 %, finds it in one sample of five or six.
There the verdict is "unclear" and says what is possible.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtrc, chndtr, gammaincc

from hts.records import Evidence, TailIndex, Verdict, VerdictKind
from hts.tails.estimators.goodness import chi_square, values_beyond
from hts.tails.estimators.kinds.hill import HILL
from hts.tails.estimators.kinds.mle import MLE
from hts.tails.estimators.likelihood import Likelihood
from hts.tails.estimators.stable_fit import Fit, count, fit_counts
from hts.tails.estimators.threshold import choose_k
from hts.tails.excess import tail_shape
from hts.tails.layer import layer_sample
from hts.tails.masked import MaskedFit, fit_masked, survival
from hts.tails.samples.binning import LogCounts, coarser
from hts.tails.samples.norm_law import log_norm_survival
from hts.tails.samples.sample import Of, Sample, take
from hts.validate import number

TOLERANCE = 0.01  # relative error of a density that is forgiven: nothing real is exactly stable
SIGNIFICANCE = 0.01
_NEAR_TWO = 1.85  # from here on a Gaussian bulk may pass for a part of the stable law
_HARD_TO_TELL = 1.93  # and from here on, at 10 000 values, it mostly does
_LOWER = 0.3  # a verdict is unclear if alpha may as well be lower by this much
_MASKED_GAIN = 5.99  # of twice the log-likelihood: 5 % point, two more parameters
_STILL_POSSIBLE = 3.84
_BULK_ENDS = {"gaussian": 5.0, "uniform": 1.5}  # in widths of the bulk; only noise reaches beyond
_FEWEST_OUT = 2
_PROMISING = 0.06  # misfit of a rough fit that a better one may still mend
_LIGHTEST_POWER = 10.0  # larger indices are nobody's heavy tail
_POWER_LAW = 2.33  # standard errors
_SIDES_FEW = 200_000  # values that settle whether the sides are alike
_SIDE_LEVELS = (0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4)
_MIDSUMMARIES = (0.5, 0.375, 0.25, 0.125, 0.05, 0.02, 5e-3, 1e-3, 0.0)


def verdict(
    x: np.ndarray,
    *,
    of: Of | None = None,
    level: float = 0.95,
    tolerance: float = TOLERANCE,
) -> Verdict:
    """Is ``x`` stable?  ``x`` and ``of`` as in `hts.tails.estimate` (``values`` or ``norms``).

    ``tolerance``: a density that is off by less than this share everywhere counts as stable.
    Raises `BadInput` as `hts.tails.estimate` does.
    """
    return verdict_of(take(x, "norms" if of == "vectors" else of), level, tolerance)


def layer_verdict(
    weights: np.ndarray, kind: str, *, level: float = 0.95, tolerance: float = TOLERANCE
) -> Verdict:
    """`verdict` on what `layer_sample` takes of ``weights (units, inputs)``."""
    return verdict_of(layer_sample(weights, kind), level, tolerance)


def verdict_of(sample: Sample, level: float = 0.95, tolerance: float = TOLERANCE) -> Verdict:
    """`verdict` on a sample that has been taken and centred already."""
    tolerance = number("tolerance", tolerance, low=0, high=0.5, why="it is a share", open_low=False)
    inputs, n = sample.inputs, sample.size
    counts, alpha, log_scale = count(sample.values, inputs)
    fit = fit_counts(counts, inputs, level, alpha, log_scale)
    law = log_norm_survival(counts.edges - fit.log_scale, fit.alpha, inputs)
    p_value, misfit = fit_test(counts, law, 2, tolerance)
    case = _Case(counts, inputs, fit, p_value, MLE.of_fit(fit, sample, level))
    case.show(
        "fit",
        f"The density differs from the fitted stable law's by about {misfit:.1%}; a stable sample "
        f"would by as much with probability {p_value:.2g}.",
        misfit,
        p_value,
    )
    if sample.of == "values":
        off, p_sides = _sides(sample.values, tolerance)
        says = f"Positive and negative values of the same size differ in number by about {off:.1%}."
        case.show("sides", says, off, p_sides)
        if p_sides < SIGNIFICANCE / 10:
            return case.verdict("skewed", _SKEWED.format(a=fit.alpha))
    if p_value >= SIGNIFICANCE:
        if fit.alpha < _NEAR_TWO or fit.high >= 2:
            return case.verdict("stable", _stable(fit))
        return _near_two(case)
    for bulk in ("gaussian", "uniform") if inputs == 1 else ("gaussian",):
        mask, p_masked, off = _masked_test(case, bulk, tolerance)
        out = _beyond_bulk(sample, mask)
        case.show(
            f"{bulk} bulk",
            f"A {bulk} bulk under stable noise of alpha {mask.alpha:.2f} is off by {off:.1%} "
            f"(probability {p_masked:.2g}); {out} values stand out.",
            off,
            p_masked,
        )
        if p_masked >= SIGNIFICANCE and out >= _FEWEST_OUT:
            return case.verdict("masked", _masked(mask, fit), mask)
    shape = tail_shape(sample.values)
    case.show(
        "tail shape",
        f"Over the largest {shape.used} values xi is {shape.xi:+.2f} +- {shape.error:.2f}: above 0 "
        "is a power law, 0 falls exponentially.",
        shape.xi,
        float(gammaincc(0.5, shape.root**2 / 2)),
    )
    k, upper = choose_k(sample.values, "share", share=min(0.05, 2000 / n))
    found = HILL.at(upper, k, level)
    if shape.root > _POWER_LAW and found.alpha < _LIGHTEST_POWER:
        sentence = _NOT_STABLE.format(a=fit.alpha, t=found.alpha)
        return case.verdict("not stable", sentence, tail_alpha=found.alpha)
    return case.verdict("light", _LIGHT.format(a=fit.alpha))


@dataclass(frozen=True)
class _Case:
    """A fitted sample, and the evidence gathered so far."""

    counts: LogCounts
    inputs: int
    fit: Fit
    p_value: float
    tail: TailIndex
    evidence: list[Evidence] = field(default_factory=list)

    def show(self, name: str, says: str, figure: float, p_value: float | None = None) -> None:
        self.evidence.append(Evidence(name=name, says=says, figure=figure, p_value=p_value))

    def verdict(
        self,
        kind: VerdictKind,
        sentence: str,
        mask: MaskedFit | None = None,
        tail_alpha: float | None = None,
    ) -> Verdict:
        return Verdict(
            kind=kind,
            sentence=sentence,
            p_value=self.p_value,
            tail=self.tail,
            evidence=self.evidence,
            noise_alpha=None if mask is None else mask.alpha,
            noise_scale=None if mask is None else mask.scale,
            bulk=None if mask is None else mask.bulk,
            tail_alpha=tail_alpha,
        )


def fit_test(
    counts: LogCounts, law: np.ndarray, fitted: int, tolerance: float
) -> tuple[float, float]:
    """``(p, misfit)`` of counts against a survival function at their edges."""
    law = law.copy()
    law[-1] = 0.0
    n = counts.size
    statistic, freedom = chi_square(values_beyond(counts.counts), law, n, fitted)
    p = _beyond_chance(statistic, freedom, n * tolerance**2)
    return p, math.sqrt(max(statistic - freedom, 0.0) / n)


def _near_two(case: _Case) -> Verdict:
    """alpha between 1.85 and 2 and a good fit: stable, masked, or no way to tell."""
    coarse, inputs, fit = coarser(case.counts), case.inputs, case.fit
    stable = Likelihood(coarse, inputs, fit.log_scale).profile(fit.alpha)
    free = fit_masked(coarse, inputs, fit.log_scale, "gaussian")
    gain = 2 * (free.log_likelihood - stable)
    if gain > _MASKED_GAIN and free.alpha < fit.alpha:
        p = float(chdtrc(2, gain))
        says = f"With a Gaussian bulk twice the log-likelihood gains {gain:.1f}."
        case.show("gaussian bulk", says, gain, p)
        return case.verdict("masked", _masked(free, fit), free)
    if fit.alpha < _HARD_TO_TELL:
        return case.verdict("stable", _stable(fit))
    lower = fit_masked(coarse, inputs, fit.log_scale, "gaussian", alpha=fit.alpha - _LOWER)
    loss = 2 * (stable - lower.log_likelihood)
    says = (
        f"A Gaussian bulk under noise of alpha {lower.alpha:.2f} costs {loss:.1f} of twice the "
        f"log-likelihood ({_STILL_POSSIBLE:g} would exclude it)."
    )
    case.show("gaussian bulk", says, loss)
    if loss < _STILL_POSSIBLE:
        return case.verdict("unclear", _UNCLEAR.format(a=fit.alpha, b=lower.alpha), lower)
    return case.verdict("stable", _stable(fit))


def _masked_test(case: _Case, bulk: str, tolerance: float) -> tuple[MaskedFit, float, float]:
    """A masked fit with its p-value and misfit; refined only where a rough one is promising."""
    counts, coarse = case.counts, coarser(case.counts)

    def tested(rough: bool) -> tuple[MaskedFit, float, float]:
        mask = fit_masked(coarse, case.inputs, case.fit.log_scale, bulk, rough=rough)
        law = survival(counts.edges, mask.alpha, mask.scale, mask.width, case.inputs, mask.bulk)
        return mask, *fit_test(counts, law, 3, tolerance)

    found = tested(rough=True)
    promising = found[2] <= _PROMISING + 3 / math.sqrt(counts.size)
    return tested(rough=False) if promising else found


def _beyond_bulk(sample: Sample, mask: MaskedFit) -> int:
    """How many values lie where the bulk alone would throw next to none."""
    reach = mask.width * _BULK_ENDS[mask.bulk]
    if sample.inputs > 1:
        reach += mask.width * (math.sqrt(sample.inputs) - 1)
    return int(np.count_nonzero(np.abs(sample.values) > reach))


def _sides(values: np.ndarray, tolerance: float) -> tuple[float, float]:
    """By how much positive and negative values of each size differ in number, and its p-value.

    The centre is not known, so every midsummary ``(q_p + q_(1-p))/2`` may be it (Tukey 1977): of a
    symmetric law all of them are, of a skewed one none.
    """
    ordered = np.sort(values[:: values.size // _SIDES_FEW + 1].astype(float))
    n = len(ordered)
    sizes = np.sort(np.abs(ordered))
    cuts = [sizes[int((1 - q) * (n - 1))] for q in _SIDE_LEVELS if q * n >= 20]
    statistic = math.inf
    for p in _MIDSUMMARIES:
        k = int(p * (n - 1))
        centre = (ordered[k] + ordered[n - 1 - k]) / 2
        above = n - np.searchsorted(ordered, centre + np.array([0.0, *cuts]), side="right")
        below = np.searchsorted(ordered, centre - np.array([0.0, *cuts]), side="left")
        positive, negative = -np.diff(above, append=0), -np.diff(below, append=0)
        total = np.maximum(positive + negative, 1)
        statistic = min(statistic, float(((positive - negative) ** 2 / total).sum()))
    freedom = len(cuts) + 1
    off = math.sqrt(max(statistic - freedom, 0.0) / n)
    return off, _beyond_chance(statistic, freedom, n * tolerance**2)


def _beyond_chance(statistic: float, freedom: int, forgiven: float) -> float:
    """Upper tail of the chi-square law, not centred where a misfit is forgiven."""
    p = 1 - chndtr(statistic, freedom, forgiven) if forgiven else chdtrc(freedom, statistic)
    return max(float(p), 0.0)


_NOT_STABLE = (
    "Heavy-tailed but not stable: the largest values fall like a power of about {t:.1f}, while a "
    "stable fit would say {a:.2f}."
)
_LIGHT = "Light-tailed: a stable fit would say {a:.2f} and be wrong."
_SKEWED = (
    "The two sides differ, so no symmetric stable law describes the sample; the symmetric fit "
    "would say {a:.2f}. Ask for skewness."
)
_UNCLEAR = (
    "Too near 2 to tell: a stable law of alpha {a:.2f} fits, and a Gaussian initialisation that "
    "masks weaker noise of alpha {b:.2f} fits as well."
)


def _stable(fit: Fit) -> str:
    if fit.high >= 2:
        return (
            "Consistent with a Gaussian, the stable law of alpha 2: no heavy tail is seen (alpha "
            f"is at least {fit.low:.2f})."
        )
    return (
        f"Consistent with a stable law of alpha {fit.alpha:.2f} ({fit.low:.2f} to {fit.high:.2f})."
    )


def _masked(mask: MaskedFit, fit: Fit) -> str:
    return (
        f"The initialisation still masks the noise: under a {mask.bulk} bulk lies weaker stable "
        f"noise of alpha about {mask.alpha:.2f}; the stable fit alone would say {fit.alpha:.2f}."
    )
