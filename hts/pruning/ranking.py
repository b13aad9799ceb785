"""In which order the parts of every layer go, and what is gone after each of them.  No torch.

``scope`` says where the smallest part is looked for: ``layer`` takes the same share of every layer,
``global`` the smallest parts wherever they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.pruning.columns import SQUARED_ERROR, removed_units, within
from hts.pruning.criterion import Criterion, Scored
from hts.real_array import real_array
from hts.validate import choice

SCOPES = ("layer", "global")


@dataclass(frozen=True)
class Ranking:
    """In which order the parts of every layer go.

    ``orders[l]``: indices of layer l's parts, the first to go first (units, flat places in the
    matrix, or singular values ascending).  ``squares[l]`` (parts + 1,): squared norm that is gone
    after 0, 1, ... of them.  ``scored``: what `Criterion.score` returned.  ``merged``: for scope
    ``global``, the layer of each removal in turn.
    """

    criterion: Criterion
    scope: str
    orders: list[np.ndarray]
    squares: list[np.ndarray]
    scored: list[Scored]
    merged: np.ndarray | None = None

    @property
    def parts(self) -> list[int]:
        """How many parts each layer has."""
        return [len(order) for order in self.orders]

    def counts(self, fractions: np.ndarray) -> np.ndarray:
        """How many parts each layer loses, (fractions, layers) int64, rounded down."""
        if self.merged is None:
            return np.stack([removed_units(fractions, parts) for parts in self.parts], axis=1)
        removed = removed_units(fractions, len(self.merged))
        found = np.empty((len(removed), len(self.orders)), np.int64)
        for layer in range(len(self.orders)):
            places = np.flatnonzero(self.merged == layer)
            found[:, layer] = np.searchsorted(places, removed)
        return found

    def left(self, matrices: Sequence[np.ndarray], counts: Sequence[int]) -> list[np.ndarray]:
        """``matrices`` without the first ``counts`` parts of each, in their old shapes."""
        if not any(counts):
            return list(matrices)
        return [
            self.criterion.left(matrix, order[:gone], scored)
            for matrix, order, gone, scored in zip(
                matrices, self.orders, counts, self.scored, strict=True
            )
        ]

    def fraction(self, counts: Sequence[int]) -> float:
        """Share of all parts that these are, in [0, 1]."""
        return float(np.sum(counts) / max(1, sum(self.parts)))

    def counts_at_error(self, squared_error: float = SQUARED_ERROR) -> np.ndarray:
        """Parts each layer loses (layers,) before more than this share of squared norm is gone.

        The first part that makes the share strictly greater stays (the authors' rule); the share is
        each layer's own in scope ``layer``, that of all layers together in scope ``global``.
        """
        if self.merged is None:
            return np.array(
                [within(gone[1:], squared_error) for gone in self.squares], dtype=np.int64
            )
        steps = np.empty(len(self.merged))
        for layer, gone in enumerate(self.squares):
            steps[self.merged == layer] = np.diff(gone)
        removed = within(np.cumsum(steps), squared_error)
        return np.bincount(self.merged[:removed], minlength=len(self.orders))

    def relative_error(self, counts: np.ndarray) -> np.ndarray:
        """``||pruned - whole||_F / ||whole||_F`` over all layers, for ``counts`` (n, layers)."""
        total = sum(float(gone[-1]) for gone in self.squares)
        if total == 0:
            return np.zeros(len(counts))
        lost = sum(gone[counts[:, layer]] for layer, gone in enumerate(self.squares))
        return np.sqrt(np.clip(np.asarray(lost) / total, 0.0, 1.0))


def rank(
    criterion: Criterion, matrices: Sequence[np.ndarray], *, scope: str = "layer", seed: int = 0
) -> Ranking:
    """The order in which ``criterion`` removes parts of ``matrices``, each (units, inputs).

    ``seed`` names the stream of a random order.  Raises `BadInput` for an unknown scope and
    for what is no matrix of numbers.
    """
    choice("scope", scope, SCOPES)
    matrices = [real_array(matrix, "a layer's weights", axes=2) for matrix in matrices]
    scored = [criterion.score(w, seed=seed, layer=layer) for layer, w in enumerate(matrices)]
    orders = [np.argsort(part.scores, kind="stable") for part in scored]
    squares = [
        np.concatenate([[0.0], np.cumsum(part.squares[order])])
        for part, order in zip(scored, orders, strict=True)
    ]
    merged = None
    if scope == "global":
        ascending = [part.scores[order] for part, order in zip(scored, orders, strict=True)]
        layers = np.repeat(np.arange(len(orders)), [len(order) for order in orders])
        merged = layers[np.argsort(np.concatenate(ascending), kind="stable")]
    return Ranking(criterion, scope, orders, squares, scored, merged)
