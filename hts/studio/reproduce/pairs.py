"""Differences between runs of one seed, one number per seed: what the rule is applied to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import fmean

from hts.studio.reproduce.records import Cell, ReproducedRun, Runs

Value = Callable[[ReproducedRun], float]


@dataclass(frozen=True)
class Paired:
    """One number per seed whose runs are all there and none of which diverged."""

    values: tuple[float, ...]
    diverged: int  # seeds left out because a run of theirs diverged


ratio: Value = attrgetter("pruning_ratio")  # percent
accuracy: Value = attrgetter("test_accuracy")  # percent
after: Value = attrgetter("test_accuracy_pruned")  # percent


def pruning_cost(run: ReproducedRun) -> float:
    """Test accuracy before pruning minus after it, in points."""
    return accuracy(run) - after(run)


def differences(
    runs: Runs, pairs: Sequence[tuple[Cell, Cell]], value: Value, seeds: Iterable[int]
) -> Paired:
    """Per seed the mean over ``pairs`` of ``value`` of the first cell minus that of the second."""
    return _per_seed(
        runs, [cell for pair in pairs for cell in pair], seeds,
        lambda found: fmean(value(found[a]) - value(found[b]) for a, b in pairs),
    )  # fmt: skip


def means(runs: Runs, cells: Sequence[Cell], value: Value, seeds: Iterable[int]) -> Paired:
    """Per seed the mean over ``cells`` of ``value``."""
    return _per_seed(runs, cells, seeds, lambda found: fmean(value(found[c]) for c in cells))


def slopes(runs: Runs, cells: Sequence[Cell], value: Value, seeds: Iterable[int]) -> Paired:
    """Per seed the least-squares slope of ``value`` as alpha falls, per 0.1 of alpha."""
    falls = [-10 * (cell.alpha or 0.0) for cell in cells]
    middle = fmean(falls)
    squares = sum((x - middle) ** 2 for x in falls)

    def slope(found: dict[Cell, ReproducedRun]) -> float:
        values = [value(found[cell]) for cell in cells]
        return sum((x - middle) * y for x, y in zip(falls, values, strict=True)) / squares

    return _per_seed(runs, cells, seeds, slope)


def _per_seed(
    runs: Runs,
    cells: Sequence[Cell],
    seeds: Iterable[int],
    number: Callable[[dict[Cell, ReproducedRun]], float],
) -> Paired:
    values, diverged = [], 0
    for seed in seeds:
        found = {cell: run for cell in cells if (run := runs.of(cell, seed)) is not None}
        if not cells or len(found) < len(set(cells)):
            continue
        if any(run.diverged for run in found.values()):
            diverged += 1
            continue
        values.append(number(found))
    return Paired(tuple(values), diverged)
