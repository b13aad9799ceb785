"""Laws of whole layers with the verdicts that are true of each, and the number formats of weights.

A verdict of another kind is wrong; "compatible", "unclear" and no verdict at all claim nothing and
are never wrong.  What is true is said of the law of a single weight, over all rows and columns
there might be.  Scales are those of real weights, so that float16 neither overflows nor underflows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.noise.general import sample_stable
from hts.noise.known_laws import both_sides
from hts.noise.types import noise_type
from hts.records import MODEST, VerdictKind

SCALE = 0.02
FEWEST_UNITS = 200  # whose shared draws show in their weights, so that intervals can allow for them
Draw = Callable[[np.random.Generator, int, int], np.ndarray]
_LEVELS = 7  # of a signed 4-bit code, either side of 0
_SPREAD = 0.5  # of the logarithm of row or column scales


@dataclass(frozen=True)
class GridLaw:
    """``draw(generator, units, inputs)`` at about unit scale; ``noise``: the type it is read as."""

    name: str
    true: tuple[VerdictKind, ...]
    draw: Draw
    alpha: float | None = None  # what intervals should hold; None: no stable law, none is asked for
    noise: str = "II"
    fewest: int = 0  # units from which intervals are asked for

    def wrong(self, kind: VerdictKind | None) -> bool:
        """Whether a verdict claims something that is not true."""
        return kind is not None and kind not in MODEST and kind not in self.true

    def weights(self, rng: np.random.Generator, units: int, inputs: int) -> np.ndarray:
        """float32 (units, inputs)."""
        drawn: np.ndarray = (SCALE * self.draw(rng, units, inputs)).astype(np.float32)
        return drawn

    @property
    def by_units(self) -> bool:
        return noise_type(self.noise).independent == "units"


def _noise(kind: str, alpha: float) -> Draw:
    def draw(rng: np.random.Generator, units: int, inputs: int) -> np.ndarray:
        from hts.noise.sources import sample  # brings torch

        seed = int(rng.integers(2**62))
        drawn: np.ndarray = sample(kind, alpha, units=units, inputs=inputs, seed=seed)
        return drawn

    return draw


def _values(draw: Callable[[np.random.Generator, int], np.ndarray]) -> Draw:
    return lambda rng, units, inputs: draw(rng, units * inputs).reshape(units, inputs)


def _stable(rng: np.random.Generator, n: int, alpha: float = 1.75) -> np.ndarray:
    values: np.ndarray = sample_stable(alpha, n, seed=int(rng.integers(2**62)))
    return values


def _normal(rng: np.random.Generator, n: int) -> np.ndarray:
    values: np.ndarray = rng.standard_normal(n, np.float32)
    return values


def _scaled(of: Draw, rows: bool) -> Draw:
    """Rows, or columns, of log-normal scales."""

    def draw(rng: np.random.Generator, units: int, inputs: int) -> np.ndarray:
        shape = (units, 1) if rows else (1, inputs)
        return of(rng, units, inputs) * np.exp(_SPREAD * rng.standard_normal(shape))

    return draw


def _student_rows(rng: np.random.Generator, units: int, inputs: int) -> np.ndarray:
    """Gaussian rows whose scales make every weight a Student's t of 3 degrees of freedom."""
    scales = np.sqrt(3 / rng.chisquare(3, (units, 1)))
    drawn: np.ndarray = scales * rng.standard_normal((units, inputs), np.float32)
    return drawn


def _holes(share: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        return np.where(rng.random(n, np.float32) < share, 0, _stable(rng, n))

    return _values(draw)


def _levels(rng: np.random.Generator, n: int) -> np.ndarray:
    """Gaussian values rounded to 4-bit levels, the outermost at 3.5 standard deviations."""
    step = 3.5 / _LEVELS
    return np.rint(_normal(rng, n) / step).clip(-_LEVELS, _LEVELS) * step


def _contaminated(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.where(rng.random(n) < 0.05, both_sides(rng, rng.pareto(1.5, n) + 1), _normal(rng, n))


GRID_LAWS: dict[str, GridLaw] = {
    law.name: law
    for law in (
        *(
            GridLaw(f"stable {alpha:g}, type {kind}", ("stable",), _noise(kind, alpha), alpha, kind)
            for alpha in (1.2, 1.5, 1.75, 1.9)
            for kind in ("I", "II", "III")
        ),
        GridLaw("stable 1.75, type III by weights", ("stable",), _noise("III", 1.75), 1.75,
                fewest=FEWEST_UNITS),
        GridLaw("Gaussian", ("Gaussian",), _values(_normal), 2.0),
        GridLaw("Student-t 1.6", ("not stable",), _values(lambda g, n: g.standard_t(1.6, n))),
        GridLaw("Student-t 3", ("not stable",), _values(lambda g, n: g.standard_t(3, n))),
        GridLaw("Pareto 1.5, both sides", ("not stable",),
                _values(lambda g, n: both_sides(g, g.pareto(1.5, n) + 1))),
        GridLaw("Gaussian with 5 % Pareto", ("not stable",), _values(_contaminated)),
        GridLaw("Gaussian, a tenth three times as wide", ("light",),
                _values(lambda g, n: _normal(g, n) * np.where(g.random(n) < 0.1, 3, 1))),
        GridLaw("Gaussian + weak stable", ("masked",),
                _values(lambda g, n: _normal(g, n) + 0.1 * _stable(g, n))),
        GridLaw("uniform + weak stable", ("masked",),
                _values(lambda g, n: g.uniform(-1, 1, n) + 0.1 * _stable(g, n))),
        GridLaw("Gaussian rows of several scales", ("light",), _scaled(_values(_normal), True)),
        GridLaw("Gaussian columns of several scales", ("light",), _scaled(_values(_normal), False)),
        GridLaw("Student-t 3 by rows", ("not stable",), _student_rows),
        GridLaw("stable 1.75 rows of several scales", ("not stable",),
                _scaled(_values(_stable), True)),
        GridLaw("stable 1.75, half zeros", ("stable",), _holes(0.5), 1.75),
        GridLaw("stable 1.75, 90 % zeros", ("stable",), _holes(0.9), 1.75),
        GridLaw("Gaussian in 4-bit levels", ("Gaussian",), _values(_levels), 2.0),
    )
}  # fmt: skip


def _bfloat16(weights: np.ndarray) -> np.ndarray:
    bits = weights.astype(np.float32).view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    found: np.ndarray = (rounded & np.uint32(0xFFFF0000)).view(np.float32)
    return found


def _int8(weights: np.ndarray) -> np.ndarray:
    """Codes from -127 to 127 with a scale a row, multiplied out again."""
    scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True), np.float32(1e-30)) / 127
    found: np.ndarray = (np.rint(weights / scale) * scale).astype(np.float32)
    return found


FORMATS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "float32": lambda w: w,
    "bfloat16": _bfloat16,
    "float16": lambda w: w.astype(np.float16).astype(np.float32),
    "int8": _int8,
}
