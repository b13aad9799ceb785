"""A setup: one way of training, the noises tried in it, and the sigma of each.  No torch.

Sigma is not chosen by hand.  A *level* is a strength rho (`hts.noise.strength`): the median norm of
the noise that a unit has received after the setup's reference steps, over its initial norm.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hts.config import RunConfig
from hts.data import info
from hts.noise.strength import sigma_of, strength_of
from hts.reproduce.records import Cell
from hts.reproduce.regimes import REGIMES, Regime

NONE, GAUSSIAN = "no noise", "Gaussian"  # the controls


@dataclass(frozen=True, kw_only=True)
class Level:
    """How strong the noise is: by ``strength``, or a ``sigma`` given as it is."""

    name: str
    strength: float | None = None
    sigma: float | None = None


FAINT = Level(name="faint", strength=0.1)
WEAK = Level(name="weak", strength=1.0)
STRONG = Level(name="strong", strength=8.0)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """One way of training.  ``base``: settings of a run, with the budget as ``iterations``.

    ``alphas``: below 2, falling; ``steps``: the reference steps of the strength; ``says``: what is
    special, a sentence.
    """

    name: str
    title: str
    base: Mapping[str, Any]
    regimes: tuple[str, ...]
    widths: tuple[int, ...]
    levels: Mapping[str, tuple[Level, ...]]  # of each type of noise
    alphas: tuple[float, ...]
    steps: int = 20
    seeds: int = 20
    first: int = 1  # seed
    says: str = ""

    @property
    def data(self) -> str:
        return str(self.base["data"])

    @property
    def budget(self) -> int:
        """Steps after which every regime ends."""
        return int(self.base["iterations"])

    @property
    def beyond(self) -> bool:
        """Whether the theory is not about its networks: deeper ones, and convolutional ones."""
        return self.base.get("depth", 1) > 1 or self.base.get("model", "fcn") != "fcn"

    def regime(self, name: str) -> Regime:
        return REGIMES[name]

    # -- cells ------------------------------------------------------------------------------------

    def quiet(self, width: int) -> Cell:
        """The networks without noise."""
        return Cell(self.name, width, "none", None, "")

    def gaussian(self, width: int, kind: str, level: str) -> Cell:
        """The Gaussian control of ``kind``: what the type is at alpha 2."""
        noise = kind if kind == "I" else "gaussian"  # types II and III are one at alpha 2
        return Cell(self.name, width, noise, 2.0, level)

    def heavy(self, width: int, kind: str, alpha: float, level: str) -> Cell:
        """The networks of a type below alpha 2; at 2 the Gaussian control."""
        if alpha == 2:
            return self.gaussian(width, kind, level)
        return Cell(self.name, width, kind, alpha, level)

    def heavy_cells(self, width: int) -> list[Cell]:
        """Those with heavy tails."""
        return [
            self.heavy(width, kind, alpha, level.name)
            for kind, levels in self.levels.items()
            for level in levels
            for alpha in self.alphas
        ]

    def control_cells(self, width: int) -> list[Cell]:
        """Their controls, each once: no noise, and Gaussian noise of each level."""
        gaussian = [
            self.gaussian(width, kind, level.name)
            for kind, levels in self.levels.items()
            for level in levels
        ]
        return [self.quiet(width), *dict.fromkeys(gaussian)]

    def controls_of(self, cell: Cell) -> dict[str, Cell]:
        """No noise and Gaussian noise beside a heavy-tailed cell, by name."""
        return {
            NONE: self.quiet(cell.width),
            GAUSSIAN: self.gaussian(cell.width, cell.noise, cell.level),
        }

    # -- settings ---------------------------------------------------------------------------------

    def sigma(self, cell: Cell) -> float:
        """The sigma of a cell by its level; 0 without noise."""
        if cell.alpha is None:
            return 0.0
        known = (level for levels in self.levels.values() for level in levels)
        level = next(level for level in known if level.name == cell.level)
        if level.sigma is not None:
            return level.sigma
        assert level.strength is not None
        return float(f"{sigma_of(level.strength, **self._law(cell)):.6g}")

    def strength(self, cell: Cell) -> float:
        """The strength of a cell's noise as it is added, released scaling included; 0 without."""
        if cell.alpha is None:
            return 0.0
        config = self.config(cell, self.first)
        ours = dataclasses.replace(config, reference_scaling="off").noise_scale
        return strength_of(self.sigma(cell), **self._law(cell)) * config.noise_scale / ours

    def _law(self, cell: Cell) -> dict[str, Any]:
        return {
            "noise": cell.noise, "alpha": cell.alpha, "inputs": info(self.data).inputs,
            "lr": self.base["lr"], "steps": self.steps,
        }  # fmt: skip

    def config(self, cell: Cell, seed: int) -> RunConfig:
        """The settings of one network; released scaling that changes nothing of it is off.

        So setups that differ in their scaling alone share the networks that it does not change.
        """
        noise = {"noise": cell.noise, "alpha": cell.alpha or 2.0, "sigma": self.sigma(cell)}
        asked = {**self.base, "width": cell.width, **noise, "seed": seed}
        config = RunConfig.from_dict(asked)
        ours = dataclasses.replace(config, reference_scaling="off")
        return ours if ours.noise_scale == config.noise_scale else config

    def seed_list(self) -> range:
        return range(self.first, self.first + self.seeds)

    def units(self) -> Iterator[tuple[int, int]]:
        """(width, seed): what is trained as a whole, controls beside their noisy networks."""
        for seed in self.seed_list():
            for width in self.widths:
                yield width, seed

    def smaller(self, **changes: Any) -> Setup:
        """A copy with other widths, alphas or seeds."""
        return dataclasses.replace(self, **changes)

    def cells(self, width: int) -> list[Cell]:
        """All cells of a width, the noisy ones first."""
        return [*self.heavy_cells(width), *self.control_cells(width)]

    @property
    def planned(self) -> int:
        """How many networks there are to be."""
        return self.seeds * sum(len(self.cells(width)) for width in self.widths)

    def with_those_of(self, other: Setup) -> Setup:
        """With the widths, alphas, levels and seeds of ``other`` too."""
        levels = {
            kind: tuple(dict.fromkeys((*self.levels.get(kind, ()), *other.levels.get(kind, ()))))
            for kind in dict.fromkeys((*self.levels, *other.levels))
        }
        return self.smaller(
            widths=tuple(sorted({*self.widths, *other.widths})),
            alphas=tuple(sorted({*self.alphas, *other.alphas}, reverse=True)),
            levels=levels,
            seeds=max(self.seeds, other.seeds),
        )
