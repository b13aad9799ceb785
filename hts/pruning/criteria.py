"""What may be removed, and in which order: four criteria behind one interface.  No torch.

A criterion cuts every layer ``(units, inputs)`` into parts and gives each part a score; the parts
of smallest score go first.  Its ``scope`` says where "smallest" is looked for: ``layer`` takes the
same share of every layer, ``global`` the smallest parts wherever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hts.pruning.columns import SQUARED_ERROR, removed_units, unit_norms
from hts.seeds import generator
from hts.validate import choice

SCOPES = ("layer", "global")


@dataclass(frozen=True)
class Criterion:
    """``parts``: what is removed, in the plural; ``whole_units``: the network really shrinks."""

    name: str
    title: str
    parts: str
    whole_units: bool
    says: str


CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion(
            "columns",
            "Columns by norm",
            "units",
            True,
            "Units of smallest 2-norm go, with everything that flows into and out of them: the "
            "paper's criterion.",
        ),
        Criterion(
            "magnitude",
            "Weights by magnitude",
            "weights",
            False,
            "Single weights of smallest magnitude become zero; the matrix keeps its shape.",
        ),
        Criterion(
            "singular",
            "Singular values",
            "singular values",
            False,
            "The smallest singular values become zero: each matrix is replaced by the nearest one "
            "of lower rank.",
        ),
        Criterion(
            "random",
            "Random units",
            "units",
            True,
            "Units go in an order drawn by lot: the control that every criterion has to beat.",
        ),
    )
}


@dataclass(frozen=True)
class Factors:
    """Singular value decomposition of a layer, ``(u * s) @ vt``, singular values ascending."""

    u: np.ndarray  # (units, rank) float64
    s: np.ndarray  # (rank,)
    vt: np.ndarray  # (rank, inputs)


@dataclass(frozen=True)
class Ranking:
    """In which order the parts of every layer go.

    ``orders[l]``: indices of layer l's parts, the first to go first (units, flat places in the
    matrix, or singular values ascending).  ``squares[l]`` (parts + 1,): squared norm that is gone
    after 0, 1, ... of them.  ``merged``: for scope ``global``, the layer of each removal in turn.
    """

    criterion: Criterion
    scope: str
    orders: list[np.ndarray]
    squares: list[np.ndarray]
    merged: np.ndarray | None = None
    factors: list[Factors] = field(default_factory=list)

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

    def fraction(self, counts: Sequence[int]) -> float:
        """Share of all parts that these are, in [0, 1]."""
        return float(np.sum(counts) / max(1, sum(self.parts)))

    def counts_at_error(self, squared_error: float = SQUARED_ERROR) -> np.ndarray:
        """Parts each layer loses (layers,) before more than this share of squared norm is gone.

        The first part that makes the share strictly greater stays (the authors' rule); the share is
        each layer's own in scope ``layer``, that of all layers together in scope ``global``.
        """
        if self.merged is None:
            return np.array([_within(gone, squared_error) for gone in self.squares], dtype=np.int64)
        steps = np.empty(len(self.merged))
        for layer, gone in enumerate(self.squares):
            steps[self.merged == layer] = np.diff(gone)
        removed = _within(np.concatenate([[0.0], np.cumsum(steps)]), squared_error)
        return np.bincount(self.merged[:removed], minlength=len(self.orders))

    def relative_error(self, counts: np.ndarray) -> np.ndarray:
        """``||pruned - whole||_F / ||whole||_F`` over all layers, for ``counts`` (n, layers)."""
        total = sum(float(gone[-1]) for gone in self.squares)
        if total == 0:
            return np.zeros(len(counts))
        lost = sum(gone[counts[:, layer]] for layer, gone in enumerate(self.squares))
        return np.sqrt(np.clip(np.asarray(lost) / total, 0.0, 1.0))


def rank(
    criterion: str, matrices: Sequence[np.ndarray], *, scope: str = "layer", seed: int = 0
) -> Ranking:
    """The order in which ``criterion`` removes parts of ``matrices``, each (units, inputs).

    ``seed`` names the stream of the random order.  Raises `BadInput` for unknown words.
    """
    found = CRITERIA[choice("criterion", criterion, CRITERIA, why="no other one is known")]
    choice("scope", scope, SCOPES, why="it says where the smallest part is looked for")
    scored = [_SCORES[criterion](w, seed, layer) for layer, w in enumerate(matrices)]
    orders = [np.argsort(scores, kind="stable") for scores, _, _ in scored]
    squares = [
        np.concatenate([[0.0], np.cumsum(sizes[order])])
        for (_, sizes, _), order in zip(scored, orders, strict=True)
    ]
    merged = None
    if scope == "global":
        ascending = [scores[order] for (scores, _, _), order in zip(scored, orders, strict=True)]
        layers = np.repeat(np.arange(len(orders)), [len(order) for order in orders])
        merged = layers[np.argsort(np.concatenate(ascending), kind="stable")]
    factors = [factor for _, _, factor in scored if factor is not None]
    return Ranking(found, scope, orders, squares, merged, factors)


def _within(gone: np.ndarray, share: float) -> int:
    return int(np.searchsorted(gone[1:], share * gone[-1], side="right"))


_Scored = tuple[np.ndarray, np.ndarray, Factors | None]  # scores, squared norms, decomposition


def _columns(weights: np.ndarray, seed: int, layer: int) -> _Scored:
    norms = unit_norms(weights)
    return norms, norms**2, None


def _magnitude(weights: np.ndarray, seed: int, layer: int) -> _Scored:
    sizes = np.abs(weights).reshape(-1)
    return sizes, sizes.astype(np.float64) ** 2, None


def _singular(weights: np.ndarray, seed: int, layer: int) -> _Scored:
    u, s, vt = np.linalg.svd(weights.astype(np.float64), full_matrices=False)
    up = np.argsort(s, kind="stable")
    return s[up], s[up] ** 2, Factors(u[:, up], s[up], vt[up])


def _random(weights: np.ndarray, seed: int, layer: int) -> _Scored:
    lots = generator(seed, "pruning", "random", layer).random(len(weights))
    return lots, unit_norms(weights) ** 2, None


_SCORES: dict[str, Callable[[np.ndarray, int, int], _Scored]] = {
    "columns": _columns,
    "magnitude": _magnitude,
    "singular": _singular,
    "random": _random,
}
