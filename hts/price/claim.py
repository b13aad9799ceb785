"""What a claim of another paper is here: parts made of tests over seeds, judged in one family."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from hts.paired.verdict import Ruling, SeedTest, Verdict, decide
from hts.price.choose import Choice
from hts.price.records import Block, Trained


@dataclass(frozen=True, kw_only=True)
class Part:
    """One comparison.  ``unit``: of the effect."""

    name: str
    test: SeedTest
    verdict: Verdict
    unit: str


Tests = Iterator[tuple[str, SeedTest, str]]  # name, test, unit


class Claim(abc.ABC):
    """A claim with its rule, which `docs/price.md` fixes.  ``cites``: arXiv numbers."""

    key: str
    cites: tuple[str, ...]
    title: str
    says: str  # the claim in our words
    rule: str  # how a part is judged
    limits: str  # what this scale cannot try of it
    settled_by: ClassVar[str] = "all"  # "all": every part must hold; "any": one is enough

    @abc.abstractmethod
    def tests(self, choice: Choice) -> Tests:
        """The tests of its parts; none where the networks they need are not there."""

    def beside(self, choice: Choice) -> Tests:
        """Tests that are told with it, outside its family and without a verdict."""
        yield from ()

    def parts(self, choice: Choice) -> list[Part]:
        """The parts with their verdicts, corrected together."""
        given = list(self.tests(choice))
        verdicts = decide([test for _, test, _ in given])
        return [
            Part(name=name, test=test, verdict=verdict, unit=unit)
            for (name, test, unit), verdict in zip(given, verdicts, strict=True)
        ]

    def ruling(self, parts: list[Part]) -> Ruling:
        """Of the whole claim: with "all", supported where every part is, and not supported where
        one is not; with "any", the other way round."""
        rulings = [part.verdict.ruling for part in parts]
        first: Ruling = "not supported" if self.settled_by == "all" else "supported"
        other: Ruling = "supported" if first == "not supported" else "not supported"
        if first in rulings:
            return first
        return other if rulings and all(r == other for r in rulings) else "undecided"


def by_seed(block: Block) -> dict[int, Trained]:
    """The networks that did not diverge."""
    return {n.seed: n for n in block.networks if not n.diverged}


def shared(blocks: list[Block]) -> list[list[Trained]]:
    """Rows of networks, one of each block, of the seeds in which none diverged."""
    found = [by_seed(block) for block in blocks]
    seeds = sorted(set.intersection(*(set(f) for f in found))) if found else []
    return [[f[seed] for f in found] for seed in seeds]
