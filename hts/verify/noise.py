"""Does the noise have the tail it claims?  Counts against the law, behind `verify noise`.

A sampler can pass every test on its bulk and lose the tail, which is what makes columns
compressible: so draw many values and count those beyond the levels that one in a million and one
in ten million should exceed.  The levels come from `hts.noise.law`, never from the sampler.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.special import pdtr, pdtrc

from hts.noise import law
from hts.noise.sources import NoiseSource
from hts.noise.types import heavy_types
from hts.validate import whole

LEVELS = (1e-6, 1e-7)
MISS = 5e-6  # probability that a right count is called too low, and as much for too high
_BLOCK = 1 << 20  # draws a step, so that memory stays at a few megabytes


@dataclass(frozen=True, kw_only=True)
class TailCount:
    """How many of ``draws`` values went beyond the two-sided ``level``."""

    level: float  # P(|X| > threshold)
    threshold: float
    count: int
    expected: float
    z: float  # (count - expected) / sqrt(expected)

    @property
    def plausible(self) -> bool:
        """A Poisson count that low, or that high, has at least probability `MISS`."""
        at_least = pdtrc(self.count - 1, self.expected) if self.count else 1.0
        return bool(min(pdtr(self.count, self.expected), at_least) >= MISS)


@dataclass(frozen=True, kw_only=True)
class TailReport:
    """Counts for one noise type and alpha, and values that are not finite (there may be none)."""

    kind: str
    alpha: float
    draws: int
    not_a_number: int
    infinite: int
    counts: list[TailCount]
    seconds: float

    @property
    def passed(self) -> bool:
        broken = self.not_a_number or self.infinite
        return not broken and all(count.plausible for count in self.counts)


def tail_counts(
    alpha: float,
    draws: int,
    levels: Sequence[float] = LEVELS,
    *,
    kind: str = "II",
    seed: int = 1,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda share: None,
) -> TailReport:
    """Draw ``draws`` independent values (rounded up to whole steps) and count the far ones.

    ``kind``: a noise type, drawn one input wide where a unit's weights share draws, so that values
    are independent.  ``progress`` is told the fraction done.  Bad values raise `BadInput`.
    """
    draws = whole("draws", draws, low=1, high=10**12)
    source = NoiseSource(kind, alpha, seed=seed)
    thresholds = [float(law.ppf(1 - level / 2, source.alpha)) for level in levels]
    entries = source.type.independent == "entries"
    units, inputs = (_BLOCK // 64, 64) if entries else (_BLOCK, 1)
    steps = math.ceil(draws / _BLOCK)
    beyond, nans, infinities = [0] * len(levels), 0, 0
    began = time.perf_counter()
    for step in range(steps):
        size = source.increment(units, inputs, step, device).abs_()
        largest = float(size.max())  # a NaN anywhere makes this NaN
        if not math.isfinite(largest):
            nans += int(size.isnan().sum())
            infinities += int(size.isinf().sum())
        for i, threshold in enumerate(thresholds):
            if not largest <= threshold:
                beyond[i] += int((size > threshold).sum())
        progress((step + 1) / steps)
    total = steps * _BLOCK
    return TailReport(
        kind=kind,
        alpha=source.alpha,
        draws=total,
        not_a_number=nans,
        infinite=infinities,
        counts=[
            TailCount(
                level=level,
                threshold=threshold,
                count=count,
                expected=total * level,
                z=(count - total * level) / math.sqrt(total * level),
            )
            for level, threshold, count in zip(levels, thresholds, beyond, strict=True)
        ],
        seconds=time.perf_counter() - began,
    )


def run(
    draws: int = 400_000_000,
    progress: Callable[[float], None] = lambda share: None,
    *,
    alpha: float = 1.75,
    device: str = "cpu",
) -> list[TailReport]:
    """The checks of `verify noise`: all the draws, a tenth where a unit's weights share them."""
    kinds = sorted(heavy_types(), key=lambda kind: kind.independent)
    shares = [
        (kind.name, draws if kind.independent == "entries" else max(1, draws // 10))
        for kind in kinds
    ]
    whole_work = sum(share for _, share in shares)
    before = itertools.accumulate((share for _, share in shares), initial=0)

    def report(kind: str, share: int, done: int) -> TailReport:
        def tell(fraction: float) -> None:
            progress((done + fraction * share) / whole_work)

        return tail_counts(alpha, share, kind=kind, device=device, progress=tell)

    return [report(kind, share, done) for (kind, share), done in zip(shares, before, strict=False)]
