"""How much is to go: by squared error, by a share of the units, or by accuracy.  No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.pruning.columns import SQUARED_ERROR
from hts.pruning.ranking import Ranking
from hts.validate import BadInput, choice, number

KINDS = {
    "criterion": (1.0, "it is the share of squared norm that may go"),
    "fraction": (1.0, "it is the share of the units that go"),
    "points": (100.0, "it is how much test accuracy may be lost"),
}


@dataclass(frozen=True)
class Cut:
    """``criterion`` 0.1 is the paper's practical rule; ``points`` are of test accuracy."""

    kind: str = "criterion"
    amount: float = SQUARED_ERROR

    def __post_init__(self) -> None:
        _amount(self.kind, self.amount)

    @classmethod
    def from_words(cls, text: str) -> Cut:
        """``criterion=0.1``, ``fraction=0.5`` or ``points=1``."""
        kind, equals, amount = text.partition("=")
        if not equals:
            raise BadInput(f"prune must be like criterion=0.1 or fraction=0.5, got {text!r}.")
        return cls(kind, _amount(kind, amount))

    def counts(self, ranking: Ranking) -> np.ndarray:
        """Units each layer loses (layers,); for ``points`` accuracy has to be measured first."""
        if self.kind == "criterion":
            return ranking.counts_at_error(self.amount)
        if self.kind == "fraction":
            found: np.ndarray = ranking.counts(np.array([self.amount]))[0]
            return found
        raise BadInput("points of accuracy have to be measured: this needs the data.")

    def words(self) -> str:
        """``squared error 0.1``, ``50 % of the units``, ``within 1 point of test accuracy``."""
        if self.kind == "criterion":
            return f"squared error {self.amount:g}"
        if self.kind == "fraction":
            return f"{100 * self.amount:g} % of the units"
        plural = "" if self.amount == 1 else "s"
        return f"within {self.amount:g} point{plural} of test accuracy"


def _amount(kind: str, amount: object) -> float:
    choice("what to prune by", kind, KINDS, why="nothing else says how much goes")
    most, why = KINDS[kind]
    return number(kind, amount, low=0.0, high=most, why=why, open_low=False)
