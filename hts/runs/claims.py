"""Claims about the networks of a preset: a figure, a bound, and the words it is told in.

**The rule.**  A claim holds when the whole 95 % interval of the median over seeds lies within its
bound.  In the quick form, with a few seeds whose interval says little, the median itself must.
What is told without a bound claims nothing; its words are made from the figures all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hts.config.arms import MAIN
from hts.paired.effect import at_shares
from hts.paired.median import median_of
from hts.runs.measured import Networks


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its interval, and what sentences say of it, by the names in their braces."""

    value: float
    low: float
    high: float
    seeds: int
    won: int | None  # seeds in which it is above 0
    fields: Mapping[str, str]


class Measure(Protocol):
    """Something to measure on the networks of a claim."""

    @property
    def title(self) -> str:
        """What it is, for tables."""

    def of(self, networks: Networks) -> Figure:
        """The figure; `BadInput` where the networks it needs are missing."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Test accuracy of the noisy networks minus that of a control, with ``share`` removed.

    In points, paired by seed.  Says ``share``, ``kept``, ``other`` and ``change``.
    """

    share: float
    over: str  # the arm

    @property
    def title(self) -> str:
        return f"points over {self.over} with {100 * self.share:g} % removed"

    def of(self, networks: Networks) -> Figure:
        ours, theirs = networks.curves(), networks.curves(self.over)
        (effect,) = at_shares(ours, theirs, [self.share])
        gap = effect.difference
        return Figure(
            value=gap.median,
            low=gap.low,
            high=gap.high,
            seeds=effect.seeds,
            won=effect.seeds_won,
            fields={
                "share": f"{100 * self.share:g}",
                "kept": f"{effect.accuracy.median:.0f}",
                "other": f"{effect.control.median:.0f}",
                "change": change(gap.median, gap.low, gap.high),
            },
        )


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How many times the steps of a control the noisy networks take.

    Says ``noisy`` and ``other``, medians, and ``times``.
    """

    over: str

    @property
    def title(self) -> str:
        return f"times the steps of {self.over}"

    def of(self, networks: Networks) -> Figure:
        ours, theirs = networks.of(), networks.of(self.over)
        noisy, other = (np.array([side[seed].steps for seed in ours]) for side in (ours, theirs))
        times = median_of(noisy / other)
        return Figure(
            value=times.median,
            low=times.low,
            high=times.high,
            seeds=times.n,
            won=int((noisy > other).sum()),
            fields={
                "noisy": f"{np.median(noisy):.0f}",
                "other": f"{np.median(other):.0f}",
                "times": f"{times.median:.1f}",
            },
        )


@dataclass(frozen=True, kw_only=True)
class Compressible:
    """Norm-compressible share of the noisy networks minus that of a control, in points.

    Says ``noisy`` and ``other``, medians in percent, and ``change``.
    """

    over: str

    @property
    def title(self) -> str:
        return f"norm-compressible share over {self.over}, points"

    def of(self, networks: Networks) -> Figure:
        noisy, other = (networks.compressible(arm)[:, -1] for arm in (MAIN, self.over))
        return _points(noisy - other, {"noisy": _percent(noisy), "other": _percent(other)})


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Norm-compressible share at the largest width minus at the smallest, in points.

    Says ``narrow`` and ``wide``, medians in percent, and ``change``.
    """

    arm: str = MAIN

    @property
    def title(self) -> str:
        return f"growth with width of the norm-compressible share, {self.arm}, points"

    def of(self, networks: Networks) -> Figure:
        shares = networks.compressible(self.arm)
        grown = shares[:, -1] - shares[:, 0]
        return _points(grown, {"narrow": _percent(shares[:, 0]), "wide": _percent(shares[:, -1])})


@dataclass(frozen=True, kw_only=True)
class Trend:
    """p of Page's test by ranks: without a trend, shares growing with width as much as these do.

    Page, JASA 58 (1963), 216-230; seeds are the blocks, widths the treatments.  Says ``p``.
    """

    arm: str = MAIN

    @property
    def title(self) -> str:
        return f"p of a trend with width, {self.arm}"

    def of(self, networks: Networks) -> Figure:
        from scipy.stats import page_trend_test  # here, since pages do without scipy

        shares = networks.compressible(self.arm)
        p = float(page_trend_test(shares).pvalue)
        said = f"{p:.2g}" if p >= 1e-4 else "under 0.0001"
        return Figure(value=p, low=p, high=p, seeds=len(shares), won=None, fields={"p": said})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One figure of a claim, told by ``words``; bounds are in its unit."""

    measure: Measure
    words: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def claims(self) -> bool:
        """Whether it can fail; without a bound it is only told."""
        return self.at_least is not None or self.at_most is not None

    @property
    def bound(self) -> str:
        """The bound in words."""
        ends = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {end:g}" for word, end in ends if end is not None)

    def holds(self, figure: Figure, *, quick: bool = False) -> bool:
        """Whether ``figure`` is within the bound, by the rule above."""
        low, high = (figure.value,) * 2 if quick else (figure.low, figure.high)
        return (self.at_least is None or low >= self.at_least) and (
            self.at_most is None or high <= self.at_most
        )


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is to be seen in a preset, figure by figure.

    ``widths``: those of its networks, ascending, where it compares several; ``quick``: whether the
    quick form has the time for them.
    """

    parts: Sequence[Part]
    widths: tuple[int, ...] = ()
    quick: bool = True

    def sentence(self, networks: Networks) -> str:
        """Told with the figures of ``networks``, and what the intervals rest on."""
        told = [part.words.format(**part.measure.of(networks).fields) for part in self.parts]
        seeds = len(networks.seeds)
        return " ".join([*told, f"Medians over {seeds} seeds with 95 % intervals."])


def change(median: float, low: float, high: float) -> str:
    """``30 points more (25 to 40)``, of a median and its interval."""
    size = abs(round(median))
    word = "less" if round(median) < 0 else "more"
    points = f"{size} {'point' if size == 1 else 'points'} {word}"
    if low <= 0 <= high:
        return f"{points} ({_signed(round(low))} to {_signed(round(high))}, not clear)"
    near, far = sorted((abs(round(low)), abs(round(high))))
    return f"{points} ({near} to {far})"


def _points(values: np.ndarray, fields: Mapping[str, str]) -> Figure:
    found = median_of(values)
    return Figure(
        value=found.median,
        low=found.low,
        high=found.high,
        seeds=found.n,
        won=int((values > 0).sum()),
        fields={**fields, "change": change(found.median, found.low, found.high)},
    )


def _percent(values: np.ndarray) -> str:
    return f"{np.median(values):.0f}"


def _signed(points: int) -> str:
    return f"−{-points}" if points < 0 else f"+{points}" if points > 0 else "0"
