"""The words of the Guide beside the tour."""

from __future__ import annotations

from hts.noise.types import heavy_types

TRY = ("full-budget", "decision-boundary", "pure-noise", "too-hot")

WHAT = """\
Heavy-tailed noise makes the weights of a wide network compressible in norm: the smaller alpha is,
down from Gaussian noise (alpha 2, the control), the fewer columns hold nearly all of it, from 80 %
training accuracy to a full budget. Whether the network still works without the others is a second
question, which only controls answer: without noise and with Gaussian noise.
"""

ALPHAS = r"""
| | what it is | range |
|:--|:--|:--|
| $\alpha$, stability index | of the noise; sums of it have the same law | $(0, 2]$, 2 is Gaussian |
| $\alpha$, tail index | estimated: $P(\lvert w \rvert > x) \sim C x^{-\alpha}$ | above 0 |
| $1/\alpha$, extreme-value index | the largest of $n$ is about $n^{1/\alpha}$ | 0.5 and more |
| $\alpha + 1$, density exponent | the density falls like $x^{-(\alpha + 1)}$ | 1 to 3 |

At $\alpha = 2$ and scale $s$ the law is a Gaussian of variance $2 s^2$, not $s^2$. An estimate
near 2 can hardly tell 1.95 from 2: look at its interval.
"""

_TYPES = "\n".join(f"- **{kind.title}**: {kind.sentence}." for kind in heavy_types())
NOISE = r"""
After the gradient step the hidden weights get $\sigma\,\eta^{1/\alpha}\,\xi$, with learning rate
$\eta$; the last layer gets none.
TYPES

Under type I the norm of a unit is $\sqrt{p}$ times its draw, $p$ being the number of its inputs:
it needs a much smaller $\sigma$.
""".replace("TYPES", _TYPES)

FIGURES = """\
- **Accuracy after pruning**: the units of smallest norm are removed, without retraining. The line
is the pruned share you choose; the diamond marks a tenth of the squared norm.
- **Norms of the units**: largest first. A steep start means that few units carry the layer.
- **Difference to the controls**: above 0 the noisy network is better at the same pruned share.
- **Training**: accuracy and loss at every evaluation. With a target, training stops there.
- **Sizes of the weights** and **Tail of the weights**: a stable law follows the tail, where a
Gaussian of the same width has long ended.
- **Tail index over training**: the estimate with its interval; a level line at the alpha of the
noise; dashed, the tail index of the gradient noise.
- **Hill plot**: a classical diagnostic, biased when alpha is near 2.
"""

PAGES = """\
- **Train**: one run, live, with seeds and controls; every setting is in the address.
- **Runs**: what has been trained, to open, compare, name or delete.
- **Sweep**: a grid of settings and seeds, as a map with intervals.
- **Tails**: every tail-index estimator, on a run, on your own weights, or on a known law.
- **Compress**: prune by several criteria and take the smaller network along.
- **Noise**: the stable laws and the noise types in pictures.
- **Theory**: what the proof rests on, as experiments.
- **Reproduce**: the paper's claims, each with a verdict from many runs, and what they cost.
- **Class**: a task for everybody, and all runs on one board.
"""
