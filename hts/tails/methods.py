"""The estimators in words: what each assumes, what its interval is, where it is known to err.

alpha is the stability index, which below 2 is the tail index.  Costs and errors are measured by
``python -m hts verify tails``; here stand only what the literature and the formulas say.
"""

from __future__ import annotations

from dataclasses import dataclass

from hts.validate import choice

_STABLE = "i.i.d. symmetric stable values, or norms of rotationally invariant stable vectors"
_POWER = "i.i.d. values whose largest k follow a power law; no shape is assumed below"


@dataclass(frozen=True, kw_only=True)
class Method:
    """One estimator, for a table or a menu; the code that runs it is `hts.tails.estimate`."""

    name: str
    title: str
    citation: str
    assumes: str
    interval: str
    bias: str  # what is known of its errors
    cost: str  # in passes over the sample
    values: bool = True  # takes single values
    norms: bool = True  # takes the norms of vectors
    vectors: bool = False  # takes whole vectors
    tail_only: bool = False  # looks at the k largest values alone
    capped: bool = False  # never reports more than 2


_ALL = (
    Method(
        name="mle",
        title="Binned maximum likelihood",
        citation="DuMouchel (1973, 1983); binned on log |x|, profiled over the scale",
        assumes=_STABLE,
        interval="inverts the likelihood-ratio test, so it stays right up to alpha = 2",
        bias="none visible on stable samples; on others it describes the middle, not the tail",
        cost="one logarithm a value, then about 40 likelihoods of some 200 counts",
        capped=True,
    ),
    Method(
        name="quantiles",
        title="McCulloch's quantiles",
        citation="McCulloch (1986), the symmetric case; his tables computed from the law",
        assumes=_STABLE,
        interval="inverts the test on the quantile ratio with its asymptotic variance",
        bias="reads 0.02 low at alpha = 2, where it is cut off",
        cost="one selection",
        capped=True,
    ),
    Method(
        name="characteristic",
        title="Characteristic-function regression",
        citation="Koutrouvelis (1980, 1981); points of Kogon and Williams (1998)",
        assumes="i.i.d. symmetric stable values",
        interval="the regression's asymptotic variance under the law, inverted as a test",
        bias="none visible; cut off at 2",
        cost="one complex exponential and ten products a value",
        norms=False,
        capped=True,
    ),
    Method(
        name="log-moments",
        title="Log-moments of block sums",
        citation="Mohammadi, Mohammadpour and Ogata (2015), one block length",
        assumes="i.i.d. symmetric stable values or strictly stable vectors, in random order",
        interval="the blocks' own variance (normal)",
        bias="none visible; three to five times the spread of maximum likelihood, may exceed 2",
        cost="one logarithm a value",
        norms=False,
        vectors=True,
    ),
    Method(
        name="reference",
        title="Log-moments, the literature's recipe",
        citation="the 2021 code of the heavy-tailed-SGD literature after Mohammadi et al. (2015)",
        assumes="i.i.d. symmetric stable values or strictly stable vectors",
        interval="percentile bootstrap over rows",
        bias="median over nine block lengths, cut off at 2, then over five permutations: the cap "
        "hides every value above 2 and makes it read about 0.02 low there",
        cost="nine block lengths, five times; the bootstrap repeats them",
        norms=False,
        vectors=True,
        capped=True,
    ),
    Method(
        name="log-variance",
        title="Variance of log |x|",
        citation="Ma and Nikias (1995)",
        assumes=_STABLE,
        interval="inverts the test on the variance with its variance under the law",
        bias="none visible; light-tailed samples read above 2; values near 0 weigh as much as "
        "tails do",
        cost="one logarithm a value",
    ),
    Method(
        name="hill",
        title="Hill",
        citation="Hill (1975); k by share, stability (Reiss and Thomas 2007), double bootstrap "
        "(Danielsson et al. 2001) or KS distance (Clauset et al. 2009)",
        assumes=_POWER,
        interval="exact (gamma) for a Pareto tail; the choice of k and the bias are not in it",
        bias="badly biased for stable laws near 2: at k = 5 % of 10 000 it reads +0.6 at 1.75, "
        "+1.75 at 1.9 and about 6 at 2",
        cost="one selection and k logarithms; the double bootstrap two hundred sorts",
        tail_only=True,
    ),
    Method(
        name="moment",
        title="Moment (DEdH)",
        citation="Dekkers, Einmahl and de Haan (1989)",
        assumes="i.i.d. values in the domain of attraction of an extreme-value law",
        interval="normal, in the extreme-value index xi = 1/alpha; xi <= 0 means no power law",
        bias="biased like Hill's near 2, with a wider spread; fails at 2",
        cost="one selection and k logarithms",
        tail_only=True,
    ),
    Method(
        name="pickands",
        title="Pickands",
        citation="Pickands (1975), four times k values",
        assumes="i.i.d. values in the domain of attraction of an extreme-value law",
        interval="normal, in the extreme-value index xi = 1/alpha; xi <= 0 means no power law",
        bias="unbiased by shifts, but so variable that it needs very large samples; fails at 2",
        cost="one selection",
        tail_only=True,
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}


def method_named(name: str) -> Method:
    """The method called ``name``; an unknown name raises `BadInput`."""
    return METHODS[choice("method", name, METHODS, why="it says how alpha is estimated")]
