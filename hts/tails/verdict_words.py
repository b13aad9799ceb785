"""The sentences of verdicts and of what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

from hts.estimates import alpha_words, with_interval
from hts.tails.alternatives import Candidate
from hts.tails.estimators.stable_fit import Fit
from hts.tails.masked import HEAVIEST, LIGHTEST_NOISE

NOT_STABLE = (
    "Heavy-tailed but not stable: the largest values fall like a power of about {t:.1f}, while a "
    "stable fit would say {a:.2f}."
)
LIGHT = "Light-tailed: a stable fit would say {a:.2f} and be wrong."
SKEWED = (
    "The two sides differ, so no symmetric stable law describes the sample; the symmetric fit "
    "would say {a:.2f}. Ask for skewness."
)
TOO_NEAR = (
    "Too near 2 to tell: a stable law of alpha {a:.2f} fits, and a Gaussian initialisation that "
    "masks weaker noise of alpha {b:.2f} fits as well."
)

NOTHING_BETTER = (
    "Doubtful: a stable law of alpha {a:.2f} fits badly, but no other law fits much better."
)


def stable(fit: Fit) -> str:
    return f"Consistent with a stable law of alpha {with_interval(fit.alpha, fit.low, fit.high)}."


def gaussian(fit: Fit) -> str:
    return f"Gaussian: no heavy tail is seen (alpha is at least {_least(fit.low)})."


def compatible(fit: Fit, size: int, rival: str, seen: float) -> str:
    return (
        "Not distinguishable from a stable law of alpha "
        f"{with_interval(fit.alpha, fit.low, fit.high)} at this size: {_number(size)} independent "
        f"values would show a density that is off by {100 * seen:.0f} % or more in 80 % of "
        f"samples, and {rival} fits as well."
    )


def compatible_gaussian(fit: Fit, size: int, alpha: float, ratio: float) -> str:
    return (
        f"Not distinguishable from a Gaussian at this size (alpha is at least {_least(fit.low)}): "
        f"{_number(size)} independent values cannot rule out noise of alpha {alpha:g} whose scale "
        f"is {ratio:g} times the bulk's."
    )


def masked(mask: Candidate, alpha: float) -> str:
    return (
        f"The initialisation still masks the noise: under a {mask.name} lies weaker stable "
        f"noise of alpha about {mask.theta[0]:.2f}{_at_end(mask.theta[0])}; the stable fit alone "
        f"would say {alpha_words(alpha)}."
    )


def unclear(left: Sequence[Candidate], alpha: float) -> str:
    names = [
        f"stable noise of alpha {c.theta[0]:.2f}{_at_end(c.theta[0])} under a {c.name}"
        if c.name.endswith("bulk")
        else c.name
        for c in left
    ]
    told = f"{', '.join(names[:-1])} and {names[-1]} fit" if len(names) > 1 else f"{names[0]} fits"
    law = f"a stable law of alpha {alpha_words(alpha)}"
    return f"Not told apart at this size: {told} better than {law}."


def fit(misfit: float, p_value: float) -> str:
    return (
        f"The density differs from the fitted stable law's by about {misfit:.1%}; a stable sample "
        f"would by as much with probability {p_value:.2g}."
    )


def shared(size: int, factor: float) -> str:
    return (
        f"Values of a row or column share draws: {_number(size)} count as about "
        f"{_number(round(size / factor))}."
    )


def sides(off: float) -> str:
    return f"Positive and negative values of the same size differ in number by about {off:.1%}."


def off(name: str, misfit: float, p_value: float) -> str:
    return f"{_named(name)} is off by {misfit:.1%} (probability {p_value:.2g})."


def rival(name: str, ahead: float, apart: float) -> str:
    behind = f"{ahead:.1f} behind" if ahead > 0 else f"{-ahead:.1f} ahead of"
    return (
        f"{name[0].upper()}{name[1:]} is {behind} the stable law in log-likelihood; their "
        f"densities differ by {apart:.1%}."
    )


def seen(least: float) -> str:
    return f"A density off by {least:.1%} or more would be noticed in 80 % of samples of this size."


def weak(ahead: float, alpha: float, ratio: float) -> str:
    return (
        f"A Gaussian is {ahead:.1f} ahead in log-likelihood of one under noise of alpha {alpha:g} "
        f"and {ratio:g} times its scale."
    )


def gain(gained: float) -> str:
    return f"With a Gaussian bulk twice the log-likelihood gains {gained:.1f}."


def gained(ahead: float) -> str:
    return f"The best other law gains {ahead:.1f} of the log-likelihood over the stable one."


def loss(lost: float, alpha: float, excluded: float) -> str:
    return (
        f"A Gaussian bulk under noise of alpha {alpha:.2f} costs {lost:.1f} of twice the "
        f"log-likelihood ({excluded:g} would exclude it)."
    )


def shape(used: int, xi: float, error: float) -> str:
    return (
        f"Over the largest {used} values xi is {xi:+.2f} +- {error:.2f}: above 0 is a power law, "
        "0 falls exponentially."
    )


def _named(name: str) -> str:
    if name.endswith("bulk"):
        return f"Stable noise under a {name}"
    return f"{name[0].upper()}{name[1:]}"


def _least(low: float) -> str:
    return f"{low:.2f}" if low < 1.99 else f"{min(low, 1.9999):.4f}"


def _at_end(alpha: float) -> str:
    """Marks an alpha at the end of its search."""
    ends = {HEAVIEST: "or less", LIGHTEST_NOISE: "or more"}
    near = [says for end, says in ends.items() if abs(alpha - end) < 0.005]
    return f" ({near[0]}, where the search ends)" if near else ""


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")
