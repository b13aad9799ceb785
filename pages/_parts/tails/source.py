"""What the Tails page looks at: a sample that can be loaded, or what was recorded of a layer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from hts.inspection.matrix import Matrix
from hts.noise.known_laws import Truth
from hts.records import LayerView
from hts.studio.figures.view import RunView


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Values or weights, read only when their report is made.

    ``load`` gives ``(n,)`` values or ``(units, inputs)`` weights, whole or to be read by rows;
    ``kind``: the noise type that says what is independent in them.
    """

    key: Hashable  # the same key, the same values
    said: str  # what it is, a sentence
    of: str  # what it consists of, in the plural
    symbol: str
    kind: str
    load: Callable[[], np.ndarray | Matrix]
    truth: Truth | None = None
    known: str = "truth"  # what the truth is known as: "injected" for a run
    counted: str = ""  # replaces the report's own words


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A layer as it was at a recorded step, in display size."""

    said: str
    layer: LayerView
    step: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A run for the figure of its tail index through training; ``step`` is the one looked at."""

    run: RunView
    layer: int
    step: int


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """``looked_at`` is None while there is nothing to look at; then the page has said why."""

    looked_at: Sample | Recorded | None
    course: Course | None = None
