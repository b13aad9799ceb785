"""Check the intervals and verdicts of reproductions on stored seeds: coverage, wrong verdicts.

Coverage: from many stored seeds of a setting 5, 10 or 20 are drawn with replacement; the interval
must hold the median of all of them as often as it says.  Wrong verdicts: families without any
effect, made from stored differences whose signs are flipped seed by seed, from stored widths
shuffled within each seed, and from laws of two points and with a heavy tail.  Both bounds allow for
two standard errors of the count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hts.paired.median import medians_of
from hts.paired.sign_test import sign_test
from hts.paired.trend_test import trend_test
from hts.paired.verdict import SeedTest, rulings
from hts.reproduce.accuracy_claims import SIDES, gaps
from hts.reproduce.claim import View, named
from hts.reproduce.result import Reproduction, load
from hts.seeds import generator
from hts.validate import BadInput
from hts.version import ROOT

STORED = ROOT / "results" / "intervals"
SIZES = (5, 10, 20)
FEWEST = 200  # stored seeds of a setting
LOWEST, HIGHEST = 0.93, 0.99
FAMILY, WRONG = 12, 0.05  # parts of a synthetic family; share of families with a wrong verdict
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One figure of many seeds (seeds,)."""

    name: str
    values: np.ndarray


def stored(folder: Path = STORED) -> tuple[list[Stored], list[np.ndarray]]:
    """Figures of every setting with enough seeds, and differences (seeds, parts) by regime.

    Raises `BadInput` where the folder has none.
    """
    figures: list[Stored] = []
    families: list[np.ndarray] = []
    for path in sorted(folder.glob("*.json")):
        for view in _views(load(path)):
            parts = list(_differences(view))
            figures += [*_compressible(view), *parts]
            if parts:
                families.append(np.stack([part.values for part in parts], axis=1))
    if not figures:
        raise BadInput(f"{folder} has no stored result with {FEWEST} seeds of a setting.")
    return figures, families


def coverage(figures: Sequence[Stored], repeats: int) -> Iterator[Row]:
    """A row per figure and number of seeds."""
    lowest, highest = LOWEST - _error(LOWEST, repeats), HIGHEST + _error(HIGHEST, repeats)
    for number, figure in enumerate(figures):
        middle = float(np.median(figure.values))
        for size in SIZES:
            rng = generator(0, "coverage", number, size)
            found = medians_of(rng.choice(figure.values, (size, repeats)))
            held = float(np.mean([one.low <= middle <= one.high for one in found]))
            says = (
                f"{figure.name}: intervals of {size} seeds contain the median of all "
                f"{len(figure.values)} in {100 * held:.1f} % of draws "
                f"(stated: {100 * found[0].level:.2f} %)"
            )
            yield {
                "figure": figure.name, "seeds": size, "level": found[0].level, "covered": held,
                "passed": lowest <= held <= highest, "says": says,
            }  # fmt: skip


def wrong_verdicts(families: Sequence[np.ndarray], repeats: int) -> Iterator[Row]:
    """A row per way to make families without an effect: how many hold a verdict all the same."""
    rng = generator(0, "families without an effect")

    def flipped(size: int) -> list[SeedTest]:
        whole = families[int(rng.integers(len(families)))]
        picked = whole[rng.integers(len(whole), size=size)]
        # Exact ties are no difference: the claim of one is wrong there, and refusing it right.
        signed = picked * rng.choice((-1.0, 1.0), (size, 1)) + 1e-9 * rng.normal(size=picked.shape)
        return [sign_test(column) for column in signed.T]

    def two_points(size: int) -> list[SeedTest]:
        rare = rng.random((FAMILY, size)) < 0.2
        values = np.where(rare, 40.0, 0.1) * rng.choice((-1.0, 1.0), (FAMILY, size))
        return [sign_test(row) for row in values]

    def heavy(size: int) -> list[SeedTest]:
        return [sign_test(row) for row in rng.standard_cauchy((FAMILY, size))]

    def shuffled(size: int) -> list[SeedTest]:
        rows = rng.standard_cauchy((FAMILY // 2, size, 4))
        return [trend_test(rng.permuted(one, axis=1)) for one in rows]

    ways: dict[str, Callable[[int], list[SeedTest]]] = {
        "stored differences, signs flipped": flipped,
        "two points, 0.1 and 40": two_points,
        "Cauchy differences": heavy,
        "trends, Cauchy, shuffled": shuffled,
    }
    for name, make in ways.items():
        for size in SIZES:
            wrong = [any(r != "undecided" for r, _ in rulings(make(size))) for _ in range(repeats)]
            share = float(np.mean(wrong))
            says = (
                f"{name}, {size} seeds: of {repeats} families without an effect "
                f"{100 * share:.1f} % hold a verdict"
            )
            passed = share <= WRONG + _error(WRONG, repeats)
            yield {"way": name, "seeds": size, "wrong": share, "passed": passed, "says": says}


def _error(share: float, repeats: int) -> float:
    """Two standard errors of a share counted in so many samples."""
    return 2 * math.sqrt(share * (1 - share) / repeats)


def _views(result: Reproduction) -> Iterator[View]:
    for setup in result.setups:
        if setup.seeds >= FEWEST:
            yield from (View(result, setup, regime) for regime in setup.regimes)


def _compressible(view: View) -> Iterator[Stored]:
    for width in view.setup.widths:
        for cell in view.setup.heavy_cells(width):
            rows = view.rows([cell], lambda look: look.compressible)
            name = f"{view.setup.name}, {view.regime}, {named(cell)}, norm-compressible share"
            if len(rows) >= FEWEST:
                yield Stored(name=name, values=np.array(rows)[:, 0])


def _differences(view: View) -> Iterator[Stored]:
    for width in view.setup.widths:
        for cell in view.setup.heavy_cells(width):
            for control in view.setup.controls_of(cell):
                for side in SIDES:
                    values = np.array(gaps(view, cell, control, side, 0.8))
                    name = (
                        f"{view.setup.name}, {view.regime}, {named(cell)} minus {control}, "
                        f"{side}, 80 % removed"
                    )
                    if len(values) >= FEWEST:
                        yield Stored(name=name, values=values)
