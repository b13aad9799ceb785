"""The words of the Guide."""

from __future__ import annotations

from hts.noise.types import heavy_types

TRY = ("first-look", "decision-boundary", "pure-noise", "too-hot")

WHAT = """\
Networks trained with stochastic gradient descent can often be pruned hard without retraining.
One explanation is that the noise of the training is heavy-tailed: now and then a step is far
larger than all others, and the units it hits come to dominate the layer.
Here you add such noise yourself, choose how heavy its tails are, and watch the weights, their
tail index and what can be pruned while a network trains.
"""

ALPHAS = """\
| | what it is | range |
|:--|:--|:--|
| **α**, stability index | of the stable law: sums of such noise have the same law again. \
The Alpha you set, and the tail index that is estimated | (0, 2], 2 is Gaussian |
| **ξ = 1/α**, extreme-value index | how fast maxima grow: the largest of n draws is about \
$n^\\xi$ | 0.5 and more |
| **α + 1**, density exponent | the density falls like $x^{-(\\alpha+1)}$, the share of \
larger values like $x^{-\\alpha}$ | 1 to 3 |

A stable law with α = 2 and scale s is a Gaussian of variance $2s^2$, not $s^2$. An estimate near \
2 can hardly tell 1.95 from 2: look at its interval.
"""

NOISE = """\
A step of learning rate η adds $\\sigma\\,\\eta^{{1/\\alpha}}$ times the noise to the hidden \
weights, after the gradient step, never to the last layer.
{types}

Under type I a unit's norm is $\\sqrt{{\\text{{inputs}}}}$ times its draw, so it takes a \
much smaller sigma.
""".format(types="\n".join(f"- **{kind.title}**: {kind.sentence}." for kind in heavy_types()))

FIGURES = """\
- **Training**: accuracy and loss at every evaluation. With a target, training stops at it.
- **Sizes of the weights**: a histogram of |w| on logarithmic axes. The stable law should follow \
the bars into the tail, where a Gaussian of the same width has long ended.
- **Tail of the weights**: the share of weights larger than x. A heavy tail falls along a straight \
line of slope −α, a Gaussian bends down.
- **Accuracy after pruning**: units of smallest norm are removed, without retraining. The diamond \
is the criterion, a tenth of the squared norm; the line is the ratio you choose.
- **Compression error**: what is lost of the weights when only the largest units are kept. The \
lower, the more compressible.
- **Norms of the units**: largest first. A steep start means few units carry the layer.
- **Tail index over training**: the estimate with its interval; dashed, the alpha that was injected.
- **Hill plot**: a classical diagnostic. A flat stretch would be the tail index; it is biased when \
alpha is near 2, so the number above does not come from it.
"""

PAGES = """\
- **Train**: one run, live, with a twin of another noise beside it; every setting is in the address.
- **Runs**: what has been trained, to open, compare, name or delete.
- **Sweep**: a grid of settings and seeds, as a map with intervals.
- **Tails**: every tail-index estimator with its interval and a verdict, on a run, on weights of \
your own, or on a law whose alpha is known.
- **Compress**: prune by columns, single weights, singular values or at random; take the smaller \
network along.
- **Noise**: the stable laws and the noise types, by their pictures.
- **Theory**: what the proof rests on, as experiments; say what you expect first.
- **Reproduce**: the paper's claims, each with a verdict from many runs.
- **Class**: a task for everybody, and all runs on one board.
"""
