"""At which fractions accuracy after pruning is measured, and on how many examples.  No torch.

With one hidden layer a whole curve costs about one forward pass, so there are many levels.  With
more, every level is a forward pass of the network that remains, about ``(1 - p)^2`` of the whole
one: fewer levels are taken, fewer still on the way, and then fewer examples too.
"""

from __future__ import annotations

import numpy as np

FEWEST_EXAMPLES = 200  # of each set, however costly a look is


def _levels(even: int, *more: float) -> np.ndarray:
    """Fractions removed: ``even`` equal steps from 0 to 1, and ``more``."""
    return np.unique(np.round([*np.linspace(0, 1, even + 1), *more], 4))


# All are finer at the end, where heavy-tailed networks live, and have `hts.paired.effect.SHARES`.
LEVELS = _levels(50, 0.95, 0.97, 0.99, 0.995, 0.999)
LEVELS_DEEP = _levels(20, 0.97, 0.98, 0.99, 0.995, 0.999)
LEVELS_DEEP_LIVE = _levels(10, 0.95, 0.98, 0.99)


def forward_passes(levels: np.ndarray) -> float:
    """About how many forward passes a curve of several layers costs, with one at the criterion."""
    return 1.0 + float(np.sum((1 - levels) ** 2))


def live_examples(limit: int, train: int, test: int) -> int:
    """How many of each set a look at several layers takes on the way, at most ``limit``.

    So many that the look costs about as much as evaluating the accuracy on both sets once.
    """
    affordable = (train + test) / forward_passes(LEVELS_DEEP_LIVE) / 2
    return min(limit, max(FEWEST_EXAMPLES, int(affordable)))
