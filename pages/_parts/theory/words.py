"""What the Theory page asks and says."""

from __future__ import annotations

from typing import NamedTuple

INTRO = (
    "The paper's proof goes through two facts: units of a wide network become independent, and "
    "small steps follow a stochastic differential equation. Here each is an experiment with known "
    "answers where there are any. Say what you expect first."
)


class Topic(NamedTuple):
    """One experiment in words; which of the ``choices`` is seen, `hts.theory.answers` works out."""

    title: str
    question: str
    choices: tuple[str, ...]
    answer: str
    equation: str


TOPICS = {
    "chaos": Topic(
        "Units become independent",
        "n units train beside the first n of 51 200, on the same noise. How does their distance "
        "fall when n grows a hundredfold?",
        ("100 times", "10 times", "It does not fall"),
        r"The theorem says $n^{-1/2}$, with and without heavy tails. The noise is shared and "
        "cancels in the difference, and tanh makes the drift bounded: so the error has a mean even "
        "where θ has no variance. With relu the noise cancels too, but the drift is not bounded: "
        r"an average of heavy-tailed values settles like $n^{1/\alpha-1}$, and for α below 2 "
        "slopes are less steep. Every noise has its own seeds, and all have the same examples.",
        r"\frac1n\sum_i\,\sup_k\|\theta^{i,n}_k-\theta^{i,N}_k\| = O(n^{-1/2})",
    ),
    "euler": Topic(
        "Small steps follow the equation",
        "One noise path is seen at a step and at half of it. What does halving do to the error "
        "when α is 1.5?",
        ("Halves it", "Divides it by √2", "Divides it by $2^{2/3}$"),
        "At α = 2 order 1 is known theory: half the step, half the error. For α below 2 it is "
        "measured here, on a smooth drift, and not asserted. The theorem's condition on η "
        r"reads as $(n\eta)^{1/\alpha}\le n^{-1/2}$, so we guess a bound of that form, not "
        "confirmed: errors fall faster here. The finest path stands for step 0; slopes are "
        "corrected for that.",
        r"\theta_{k+1}=\theta_k+\eta\,b(\theta_k)+\sigma\eta^{1/\alpha}\xi_k",
    ),
    "width": Topic(
        "Wider is more compressible",
        "Keep the same share κ of the units, the largest. When the width grows, the relative "
        "error...",
        ("Falls for every noise", "Falls for heavy tails only", "Stays for all"),
        "Under heavy tails few units hold most of the norm, ever more so; with finite variance the "
        "error tends to a positive constant. Near α = 2 the fall is slow. The theorem asks for "
        "steps so small that they can only be run in small networks: below, beside the practical "
        "step.",
        r"\begin{gathered}e(\kappa)^2\sim n^{1-2/\alpha}\quad(\alpha<2)\\"
        r"\eta\le n^{-\alpha/2-1}\quad\text{in the theorem}\end{gathered}",
    ),
    "limit": Topic(
        "The limit law",
        "Units drawn to their mean by a linear force, α = 1.75: how fast do n of them approach "
        "their limit?",
        ("Like 1/√n", "Slower", "Faster"),
        r"Like $n^{1/\alpha-1}$, which is known exactly: a mean of heavy-tailed values settles "
        "slowly, and a linear force lets it in. A network with bounded activation keeps "
        "$n^{-1/2}$.",
        r"d\theta=b(\theta,\mathcal L(\theta))\,dt+\sigma\,dL^\alpha",
    ),
    "emergent": Topic(
        "Tails that nobody injected",
        "Plain SGD on linear regression with Gaussian data and no added noise. Can its weights "
        "have infinite variance?",
        ("Never", "With large steps", "Always"),
        "Multiplying by random matrices makes power tails. Larger steps and smaller batches make "
        "them heavier; the index solves the equation below. Where injected noise is the heavier "
        "of the two, the measured index falls towards that of the noise; the sentence above says "
        "at how many steps its interval holds it. Hill's estimate is biased.",
        r"\begin{gathered}"
        r"\mathbb E\Big[\big(1-\tfrac{\eta}{b}U\big)^2+\tfrac{\eta^2}{b^2}UV\Big]^{s/2}=1\\"
        r"U\sim\chi^2_b,\quad V\sim\chi^2_{d-1},\quad \eta_2=\tfrac{2b}{b+d+1}"
        r"\end{gathered}",
    ),
}  # fmt: skip
