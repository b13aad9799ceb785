"""What a claim is: parts made of tests over seeds, judged together in families."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hts.paired.verdict import Ruling, SeedTest, Verdict, all_of, decide
from hts.reproduce.records import Cell, Look
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup

Value = Callable[[Look], float]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """What stands behind a trend test: its ``values`` (seeds, places) and those of the controls.

    ``line``: whose they are, among those of one ``panel``; ``over``: what the places are; ``at``:
    an alpha or a width for each.
    """

    line: str
    panel: str
    over: str
    at: tuple[float, ...]
    values: np.ndarray
    controls: dict[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A part before its family is judged.  ``effect``: what it measures, for an axis.

    ``unit``: of the effect; ``of``: which networks; ``where``: at what they are compared, a word
    each; ``told``: figures in words; ``cell``: those with heavy tails, where accuracy is compared.
    """

    of: str
    test: SeedTest
    effect: str
    unit: str
    where: tuple[str, ...] = ()
    told: str = ""
    cell: Cell | None = None
    trend: Trend | None = None

    @property
    def name(self) -> str:
        return ", ".join((self.of, *self.where))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One comparison of a claim, in one regime of one setup."""

    draft: Draft
    verdict: Verdict

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def test(self) -> SeedTest:
        return self.draft.test

    @property
    def ruling(self) -> Ruling:
        return self.verdict.ruling


@dataclass(frozen=True, kw_only=True)
class Family:
    """The parts of a claim in one regime of one setup: their tests are corrected together."""

    setup: Setup
    regime: str
    parts: tuple[Part, ...]

    @property
    def ruling(self) -> Ruling:
        """Of all parts together."""
        return all_of(part.ruling for part in self.parts)

    def count(self, ruling: Ruling) -> int:
        return sum(part.ruling == ruling for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A claim and what it came to, by regime."""

    claim: Claim
    families: tuple[Family, ...]

    @property
    def parts(self) -> list[Part]:
        return [part for family in self.families for part in family.parts]


class View:
    """The networks of one setup in one regime, seed by seed."""

    def __init__(self, result: Reproduction, setup: Setup, regime: str) -> None:
        self.setup, self.regime = setup, regime
        self._found, self._cells = result.found, result.cells

    def at_target(self, cell: Cell, seed: int) -> Look | None:
        """Where the regime ended the network."""
        network = self._found.get((cell, seed))
        return None if network is None else network.stop(self.regime)

    def at_steps_of(self, cell: Cell, other: Cell, seed: int) -> Look | None:
        """The network of ``cell`` after as many steps as ``other`` took in the regime."""
        network, ended = self._found.get((cell, seed)), self.at_target(other, seed)
        return None if network is None or ended is None else network.at(ended.step)

    def trained(self, cells: Sequence[Cell]) -> list[Cell]:
        """Those of ``cells`` that there are networks of, whatever these came to."""
        return [cell for cell in cells if cell in self._cells]

    def rows(self, cells: Sequence[Cell], value: Value) -> list[list[float]]:
        """``value`` of each of ``cells`` (seeds, cells), of the seeds that have them all."""
        found = ([self.at_target(cell, seed) for cell in cells] for seed in self.setup.seed_list())
        whole = ([look for look in row if look is not None] for row in found)
        return [[value(look) for look in row] for row in whole if len(row) == len(cells)]

    def pairs(self, cell: Cell, control: Cell, *, steps: bool) -> list[tuple[Look, Look]]:
        """Looks at a cell and a control: at their own ends, or after as many ``steps``."""
        found = []
        for seed in self.setup.seed_list():
            ours = self.at_target(cell, seed)
            theirs = (
                self.at_steps_of(control, cell, seed) if steps else self.at_target(control, seed)
            )
            if ours is not None and theirs is not None:
                found.append((ours, theirs))
        return found


class Claim(abc.ABC):
    """A claim of the paper, or about it."""

    key: str
    title: str
    question: str
    rule: str  # how a part is judged, in words

    @abc.abstractmethod
    def drafts(self, view: View) -> Iterator[Draft]:
        """Its parts in one regime of one setup; none where it cannot be tried."""

    def tries(self, setup: Setup) -> bool:
        """Whether it is about networks of ``setup``."""
        return not setup.beyond

    def judge(self, result: Reproduction) -> Judged:
        """Every family of it that ``result`` has networks for; one seed is no test of anything."""
        families = []
        for setup in result.setups:
            for regime in setup.regimes if self.tries(setup) and setup.seeds > 1 else ():
                drafts = list(self.drafts(View(result, setup, regime)))
                verdicts = decide([draft.test for draft in drafts])
                parts = tuple(
                    Part(draft=draft, verdict=verdict)
                    for draft, verdict in zip(drafts, verdicts, strict=True)
                )
                if parts:
                    families.append(Family(setup=setup, regime=regime, parts=parts))
        return Judged(claim=self, families=tuple(families))


def compressible(look: Look) -> float:
    """Norm-compressible share, percent; 0 of a network that diverged."""
    return look.compressible


def named(cell: Cell) -> str:
    """``type III, alpha 1.5, strong``, with a word for each that has one."""
    if cell.alpha is None:
        return "no noise"
    kind = "Gaussian" if cell.noise == "gaussian" else f"type {cell.noise}, alpha {cell.alpha:g}"
    return f"{kind}, {cell.level}"


def percents(values: Sequence[float] | np.ndarray) -> str:
    """``12, 13 and 47 %``."""
    said = [f"{value:.0f}" for value in values]
    return f"{' and '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said)} %"
