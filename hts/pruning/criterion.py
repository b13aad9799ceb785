"""What a pruning criterion is: a score for every part of a layer, and what is left without them.

A criterion cuts every layer ``(units, inputs)`` into parts; those of smallest score go first.
No torch: a network is put together from what `Criterion.left` returns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from hts.pruning.sizes import Shape, Size, smaller


@dataclass(frozen=True)
class Scored:
    """The parts of one layer: their scores and their squared norms, each (parts,).

    ``needs``: whatever `Criterion.left` has to know besides, such as a decomposition.
    """

    scores: np.ndarray
    squares: np.ndarray
    needs: Any = None


class Criterion(ABC):
    """What is removed, and in which order.

    ``label``: on a button; ``title``: in a legend; ``parts``: what is removed, in the plural;
    ``sentence``: what goes, and why one looks at it; ``dash``: how its curves are drawn.
    """

    name: str
    label: str
    title: str
    parts: str
    sentence: str
    dash: str = "solid"
    place: int = 100
    whole_units: ClassVar[bool] = False  # the network itself becomes smaller, and can be exported

    @abstractmethod
    def score(self, weights: np.ndarray, *, seed: int, layer: int) -> Scored:
        """The parts of ``weights`` (units, inputs), which is the ``layer``-th of the network."""

    @abstractmethod
    def left(self, weights: np.ndarray, gone: np.ndarray, scored: Scored) -> np.ndarray:
        """``weights`` without the parts ``gone`` (indices, smallest score first), same shape."""

    @abstractmethod
    def sizes(self, shape: Shape, counts: np.ndarray) -> Size:
        """What is left after removing ``counts`` (prunings, layers) parts."""


class UnitCriterion(Criterion):
    """Units go with all that flows into and out of them: only their order differs."""

    parts = "units"
    whole_units: ClassVar[bool] = True

    def left(self, weights: np.ndarray, gone: np.ndarray, scored: Scored) -> np.ndarray:
        """Zeros in the rows of the units that go."""
        masked = weights.copy()
        masked[gone] = 0
        return masked

    def sizes(self, shape: Shape, counts: np.ndarray) -> Size:
        """Those of the smaller network."""
        return smaller(shape, counts)
