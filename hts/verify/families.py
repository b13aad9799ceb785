"""A zoo of laws to try verdicts on: what each is, what should be said of it, and samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.noise.general import sample_stable
from hts.noise.known_laws import both_sides
from hts.records import VerdictKind
from hts.seeds import generator

_NOISE = 1.75


@dataclass(frozen=True)
class Family:
    """``right``: the verdicts that are true of it, besides those that claim nothing."""

    name: str
    right: tuple[VerdictKind, ...]
    draw: Callable[[np.random.Generator, int, int], np.ndarray]  # generator, n, a stable seed


def _stable(alpha: float) -> Callable[[np.random.Generator, int, int], np.ndarray]:
    def draw(rng: np.random.Generator, n: int, seed: int) -> np.ndarray:
        values: np.ndarray = sample_stable(alpha, n, seed=seed, dtype="float64")
        return values

    return draw


_weak = _stable(_NOISE)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("stable 1.2", ("stable",), _stable(1.2)),
        Family("stable 1.75", ("stable",), _stable(1.75)),
        Family("stable 1.9", ("stable",), _stable(1.9)),
        Family("Gaussian", ("Gaussian",), lambda g, n, s: g.normal(size=n)),
        Family("Student-t 1.75", ("not stable",), lambda g, n, s: g.standard_t(1.75, n)),
        Family("Student-t 3", ("not stable",), lambda g, n, s: g.standard_t(3, n)),
        Family("symmetric Pareto 1.5", ("not stable",),
               lambda g, n, s: both_sides(g, g.pareto(1.5, n) + 1)),
        Family("Laplace", ("light",), lambda g, n, s: g.laplace(size=n)),
        Family("uniform + stable", ("masked",),
               lambda g, n, s: g.uniform(-1, 1, n) + 0.1 * _weak(g, n, s)),
        Family("Gaussian + weak stable", ("masked",),
               lambda g, n, s: g.normal(size=n) + 0.1 * _weak(g, n, s)),
    )
}  # fmt: skip


def draw(family: Family, n: int, seed: int, repeat: int) -> np.ndarray:
    """Sample number ``repeat`` of ``n`` values."""
    rng = generator(seed, "tails", "family", family.name, n, repeat)
    return family.draw(rng, n, int(rng.integers(2**62)))
