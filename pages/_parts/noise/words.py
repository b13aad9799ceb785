"""What the Noise page says beside its figures, and the table of known values."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hts.noise import fast_law, law
from hts.studio.figures import words as spoken
from hts.studio.figures.noise.laws import law_name

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

INTRO = (
    "Symmetric α-stable laws run from the Gaussian (α = 2) to laws whose single values outweigh "
    "all the others. All figures read the same random numbers for every α, so that what differs "
    "is α alone."
)
DENSITY = (
    "The middle looks much the same for every α: a bell, sharper for smaller α. On logarithmic "
    "axes a heavy-tailed density ends in a straight line, its power law (dashed)."
)
PATH = (
    "Adding up independent steps gives a path. Brownian motion creeps: no step stands out. A Lévy "
    "path with α < 2 moves by jumps alone, and a few of them decide where it ends. SGD with such "
    "noise moves its weights like this."
)
TABLE = (
    r"Values that follow from $\alpha$ alone, at scale 1: the density at 0 is "
    r"$\Gamma(1 + 1/\alpha)/\pi$; $C = \sin(\pi\alpha/2)\,\Gamma(\alpha)/\pi$ is the constant of "
    r"the tail, $P(X > x) \approx C\,x^{-\alpha}$. At $\alpha = 2$ the law is "
    "Gaussian with variance 2 and has no power tail; at α = 1 it is Cauchy."
)


def tail_words(alpha: float, count: int, logarithmic: bool) -> str:
    """Under the tail: what the dashes and dots are, and what one reads off."""
    if alpha == 2:
        end = "At α = 2 there is no power law: the line bends down and never stops bending."
    else:
        factor = 10**-alpha
        end = (
            f"At α = {alpha:g}, ten times as far is {factor:.2g} times as likely, however far one "
            "goes; a Gaussian bends down."
        )
    dashes = ", dashes the power law that the tail tends to" if logarithmic else ""
    return (
        "How often |X| exceeds x. Lines are the exact laws, dots a sample of "
        f"{spoken.count(count)} values{dashes}. {end}"
    )


def mean_words(alpha: float) -> str:
    """Under the running mean."""
    if alpha == 2:
        return "Averages of n Gaussian values settle at 0, like n to the power −0.50."
    if alpha > 1:
        return (
            f"With α = {alpha:g} > 1 the mean exists and averages settle at 0, like n "
            f"to the power −{1 - 1 / alpha:.2f} (of Gaussian values: −0.50): jumps throw them back."
        )
    return (
        f"With α = {alpha:g} ≤ 1 there is no mean: the average of n values is no closer to "
        "anything than a single value, and jumps at every scale."
    )


def variance_words(alpha: float) -> str:
    """Under the running variance."""
    if alpha == 2:
        return "The Gaussian's variance is 2 at scale 1, and the running variance settles there."
    return (
        f"For α < 2 the second moment is infinite: the running variance climbs in jumps, like "
        f"n to the power 2/α − 1 = {2 / alpha - 1:.2f}. At α = 2 it settles at 2."
    )


def share_words(gaussian: float) -> str:
    """Under the share of the sum of squares; ``gaussian`` is the limit at 1 %, a fraction."""
    return (
        "Why such weights are compressible in norm: for α < 2 a few values carry the sum of "
        "squares, and the more values there are, the smaller the share of them that matters. Of "
        "Gaussian values the largest 1 % carry "
        f"{100 * gaussian:.1f} %, however many there are."
    )


def chance(p: float) -> str:
    """A probability as ``3.6 %`` or ``2 · 10⁻¹²``; below 1e-300 as 0."""
    if p >= 1e-4:
        return f"{100 * p:.2g}\u202f%"
    if p < 1e-300:
        return "0"
    mantissa, exponent = f"{p:.0e}".split("e")
    return f"{mantissa}\u202f·\u202f10" + str(int(exponent)).translate(_RAISED)


def known_values(alphas: Sequence[float]) -> list[dict[str, str]]:
    """Rows of the table: the page's alphas, then Cauchy and Gaussian, each once."""
    return [
        {
            "Law": law_name(alpha),
            "Density at 0": f"{math.gamma(1 + 1 / alpha) / math.pi:.4f}",
            "Upper quartile": f"{float(fast_law.ppf(0.75, alpha)):.4f}",
            "C": f"{law.tail_constant(alpha):.4f}",
            "P(|X| > 10)": chance(float(2 * fast_law.sf(10.0, alpha))),
            "P(|X| > 100)": chance(float(2 * fast_law.sf(100.0, alpha))),
            "Mean": "0" if alpha > 1 else "undefined",
            "Variance": "2" if alpha == 2 else "infinite" if alpha > 1 else "undefined",
        }
        for alpha in dict.fromkeys([*alphas, 1.0, 2.0])
    ]
