"""What a network computes with, from the arrays that are stored of it.

Rules are applied one after another, the same for files, state dicts and modules: first what is no
weight is left out, then codes become numbers, masks are applied, norms folded, low-rank products
added, and what stands there twice is counted once.  A new rule is an object with ``apply(arrays)``
in this list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from hts.weights.arrays import Arrays, Factor
from hts.weights.entry import Weight
from hts.weights.lora import LowRank
from hts.weights.masks import Masked
from hts.weights.not_weights import Averages, Buffers, OptimizerState, TiedOnce
from hts.weights.orientation import Oriented
from hts.weights.packed import FourBit, Grouped
from hts.weights.quantised import Scaled, Unpacked
from hts.weights.reparametrised import Parametrised, SpectralNorm, WeightNorm


class Rule(Protocol):
    """Recognises arrays by names, shapes and types, and replaces them or leaves them out."""

    def apply(self, arrays: Arrays) -> None: ...


RULES: tuple[Rule, ...] = (
    OptimizerState(),
    Unpacked(),
    FourBit(),
    Grouped(),
    Scaled(),
    Masked(),
    WeightNorm(),
    SpectralNorm(),
    Parametrised(),
    Oriented(),
    LowRank(),
    Averages(),
    Buffers(),
    TiedOnce(),
)


def in_use(weights: Iterable[Weight], factor: Factor | None = None) -> tuple[Weight, ...]:
    """The weights in use, in the order of the arrays they are made of.

    Every ``note`` says what was done, and ``refused`` why an array is left out.  ``factor``: what a
    low-rank adapter is multiplied by, where that is known.
    """
    arrays = Arrays(weights, factor)
    for rule in RULES:
        rule.apply(arrays)
    return tuple(arrays)
