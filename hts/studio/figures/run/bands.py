"""The curves of several seeds as a median, the band of their middle half, and some of them alone.

One seed is its own curve, as it was recorded.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from hts.studio.figures import words
from hts.studio.figures.axes import QUIET, band, line, short
from hts.studio.figures.points import points
from hts.studio.figures.theme import Idea, ideas, named
from hts.studio.figures.view import ArmView, RunView

Part = TypeVar("Part")
Array = NDArray[np.float64]
Curve = tuple[Sequence[float], Sequence[float | None]]

FAINT = 12  # single seeds in one figure, of all arms together
MOST = 100  # points of a grid of several seeds
NOTHING = 1e-30  # stands for 0 on a logarithmic axis


@dataclass(frozen=True)
class Seen(Generic[Part]):
    """An arm of which something is known: how it looks, and the part of each seed that has it."""

    arm: ArmView
    look: Idea
    parts: list[Part]


def seen(arms: Sequence[ArmView], part: Callable[[RunView], Part | None]) -> list[Seen[Part]]:
    """The arms of which any seed has the ``part``, each in its look among all ``arms``."""
    looks = ideas(arm.stability for arm in arms)
    found = [
        Seen(arm, look, [one for run in arm.runs if (one := part(run)) is not None])
        for arm, look in zip(arms, looks, strict=True)
    ]
    return [one for one in found if one.parts]


@dataclass(frozen=True)
class Bundle:
    """Curves of several seeds on one grid: ``x`` (points,), ``y`` (seeds, points), NaN unknown."""

    x: Array
    y: Array

    @functools.cached_property
    def _ordered(self) -> tuple[Array, Array]:
        """The values by size at each point, unknown ones last, and how many are known."""
        return np.sort(self.y, axis=0), len(self.y) - np.isnan(self.y).sum(axis=0)

    def quantile(self, q: float) -> Array:
        """Across the seeds that are known, (points,)."""
        ordered, known = self._ordered
        place = q * np.maximum(known - 1, 0)
        low = place.astype(int)
        at = np.arange(len(self.x))
        below, above = ordered[low, at], ordered[np.minimum(low + 1, len(ordered) - 1), at]
        part = place - low
        found: Array = np.where(part > 0, below + part * (above - below), below)
        return found

    def spaced(self, count: int) -> list[int]:
        """Places of at most ``count`` seeds, evenly spaced from the lowest to the highest."""
        seeds = len(self.y)
        order = np.argsort(np.nan_to_num(self.y).mean(axis=1), kind="stable")
        if seeds > count:
            order = order[((np.arange(count) + 0.5) / count * seeds).astype(int)]
        return sorted(order.tolist())


def bundle(
    curves: Iterable[Curve],
    *,
    log_x: bool = False,
    log_y: bool = False,
    beyond: float | None = None,
) -> Bundle:
    """Curves on a common grid, between their points on lines as the axes draw them.

    Before its first and after its last point a curve keeps that value, or has ``beyond`` after it.
    Curves that share their x are left as they are, but for points beyond `MOST` of several seeds.
    """
    given = [(np.asarray(x, float), np.asarray(y, float)) for x, y in curves]
    first = given[0][0]
    if all(len(x) == len(first) and (x == first).all() for x, _ in given):
        kept = slice(None) if len(given) == 1 else _some(len(first))
        return Bundle(first[kept], np.stack([y[kept] for _, y in given]))
    grid = np.unique(np.concatenate([x for x, _ in given]))
    if log_x:
        grid = grid[grid > 0]
    grid = grid[_some(len(grid))]
    return Bundle(grid, np.stack([_on(grid, x, y, log_x, log_y, beyond) for x, y in given]))


def _some(points: int) -> Any:
    """Places of at most `MOST` of them, the first and the last among them."""
    return np.unique(np.linspace(0, points - 1, min(MOST, points)).round().astype(int))


def _on(grid: Array, x: Array, y: Array, log_x: bool, log_y: bool, beyond: float | None) -> Array:
    if log_x:
        x, y, grid = np.log(x[x > 0]), y[x > 0], np.log(grid)
    if log_y:
        y = np.log(np.maximum(y, NOTHING))
        beyond = beyond if beyond is None else np.log(max(beyond, NOTHING))
    found: Array = np.interp(grid, x, y, right=beyond)
    return np.exp(found) if log_y else found


def strands(
    one: Seen[Any],
    curves: Bundle,
    *,
    faint: int,
    hover: str,
    width: float = 2.4,
    decimals: bool = True,
    clean: Callable[[Iterable[float | None]], list[float | None]] = short,
    **more: Any,
) -> list[dict[str, Any]]:
    """Lines of an arm: its one seed; or the band, ``faint`` single seeds, and the median on top.

    ``clean``: `short`, or `positive` where the vertical axis is logarithmic.
    """
    arm, look = one.arm, one.look
    x = short(curves.x) if decimals else [int(at) for at in curves.x]
    style: dict[str, Any] = {"legendgroup": arm.key, **more}
    if len(curves.y) == 1:
        drawn = line(arm.label, x, clean(curves.y[0]), look.colour,
                     dash=look.dash, width=width, hover=hover, **style)  # fmt: skip
        return [drawn]
    low, high = (clean(curves.quantile(q)) for q in (0.25, 0.75))
    traces = [band(x, low, high, look.colour, **style)]
    quiet = style | QUIET | {"meta": "one seed"}  # what its numbers are called in a table
    traces += [
        line(arm.label, x, clean(curves.y[place]), look.colour, width=1, opacity=30, **quiet)
        for place in curves.spaced(faint)
    ]
    median = line(arm.label, x, clean(curves.quantile(0.5)), look.colour,
                  dash=look.dash, width=width + 0.4, hover=hover, zorder=1, **style)  # fmt: skip
    return [*traces, median]


def faint_lines(arms: Sequence[ArmView]) -> int:
    """How many single seeds of each arm are drawn."""
    return max(2, FAINT // len(arms))


def seeds_said(arms: Sequence[ArmView]) -> str:
    """What lines, bands and faint lines are, to follow a caption; empty for one seed."""
    seeds = sorted({len(arm.runs) for arm in arms} - {1})
    if not seeds:
        return ""
    drawn, most = faint_lines(arms), seeds[-1]
    which = f"{drawn} seeds, evenly spaced by rank" if drawn < most else "every seed"
    many = f"{most} seeds" if len(seeds) == 1 else f"{seeds[0]} to {most} seeds"
    return f" Medians of {many}, middle half shaded; faint: {which}."


def middle(values: Iterable[float]) -> float:
    """The median."""
    return float(statistics.median(values))


def quarters(values: Iterable[float]) -> tuple[float, float]:
    """The ends of the middle half."""
    low, high = np.quantile(list(values), (0.25, 0.75))
    return float(low), float(high)


def spread(values: Iterable[float], say: Callable[[float], str] = words.percent) -> str:
    """``57.0 %``, of several values ``57.0 % (40.1 % to 95.0 %)``: median and range."""
    known = list(values)
    if len(known) == 1:
        return say(known[0])
    return f"{say(middle(known))} ({say(min(known))} to {say(max(known))})"


def ring(one: Seen[Any], x: float, y: float, **more: Any) -> dict[str, Any]:
    """A ring where the curve of an arm was read."""
    style = {"edge": (named(one.look.colour), 2), **QUIET, "legendgroup": one.arm.key, **more}
    return points(short([x]), short([y]), 8, named("background"), **style)
