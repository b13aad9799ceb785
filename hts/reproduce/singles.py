"""Setups that are trained with one seed: what became of each network, without any verdict.

No test over seeds can decide anything there, so no claim takes them in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hts.reproduce.claim import named
from hts.reproduce.records import Look, Network
from hts.reproduce.regimes import REGIMES, Regime
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup


@dataclass(frozen=True, kw_only=True)
class Single:
    """The network of one setting, and how it stood where the regime ended it."""

    setup: Setup
    regime: Regime
    network: Network
    look: Look

    @property
    def of(self) -> str:
        """Which noise, and which width where the setup has several."""
        gaussian = (
            " (Gaussian)" if self.network.noise != "gaussian" and self.network.alpha == 2 else ""
        )
        width = f", {self.network.width} units" if len(self.setup.widths) > 1 else ""
        return f"{named(self.network.cell)}{gaussian}{width}"

    @property
    def end(self) -> str:
        """Why training ended."""
        if self.look.diverged:
            return f"diverged at step {self.look.step}"
        reached = self.look.train_accuracy >= self.regime.target
        return f"{'reached' if reached else 'did not reach'} {self.regime.target:g} %"


def singles(result: Reproduction) -> list[Single]:
    """Every network of the setups with one seed, where each of its regimes ended it."""
    return list(_found(result))


def single_words(result: Reproduction) -> str:
    """A line for each, under its setup; nothing where there is none."""
    told: dict[str, list[str]] = {}
    for one in singles(result):
        title = f"{one.setup.title}; {one.regime.title}. One seed, so no verdict:"
        told.setdefault(title, []).append(f"  {one.of}: {_words(one)}")
    return "\n".join(line for title, lines in told.items() for line in (title, *lines))


def _found(result: Reproduction) -> Iterator[Single]:
    for setup in result.setups:
        if setup.seeds > 1:
            continue
        for name in setup.regimes:
            for width in setup.widths:
                for cell in setup.cells(width):
                    network = result.found.get((cell, setup.first))
                    look = None if network is None else network.stop(name)
                    if network is not None and look is not None:
                        yield Single(setup=setup, regime=REGIMES[name], network=network, look=look)


def _words(one: Single) -> str:
    look = one.look
    if look.diverged:
        return f"{one.end}, {one.network.seconds:.0f} seconds of one core"
    test, *_ = look.accuracy
    return (
        f"{one.end}; {look.step} steps, training accuracy {look.train_accuracy:.1f} %, test "
        f"{test:.1f} %, {look.compressible:.1f} % of the units hold a tenth of the squared norm "
        f"(without them {look.pruned:.1f} %), {one.network.seconds:.0f} seconds of one core"
    )
