"""What the Compress page shows at a chosen level: which units go, heat maps, answers that flip."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import torch

from hts.data import plane_inputs
from hts.pruning.columns import unit_norms
from hts.pruning.prune import Measured, pruned
from hts.pruning.ranking import Ranking
from hts.pruning.records import Flip, Heat, LevelView, Plane, ShownExample
from hts.runs.session import Session
from hts.seeds import generator

RANKS = 100  # groups of units by norm
ROWS, COLUMNS = 48, 64  # of a heat map
FLIPS = 8  # examples shown at a level
CELLS = 48  # a side of the plane
POINTS = 300


class Views:
    """Collects the views of one network, criterion by criterion.

    ``weights``: its matrices; ``x``, ``y``: the test examples; ``levels``: fractions removed.
    """

    def __init__(
        self,
        session: Session,
        weights: Sequence[np.ndarray],
        x: torch.Tensor,
        y: torch.Tensor,
        levels: np.ndarray,
    ) -> None:
        self._session, self._weights, self._levels = session, weights, levels
        self._x, self._y = x, y.cpu().numpy()
        self._by_norm = [np.argsort(-unit_norms(w), kind="stable") for w in weights]
        self._lots = generator(0, "analysis", "flips").permutation(len(self._y))
        self._place: dict[int, int] = {}
        self._sorted = self._in_order(weights)
        self._blocks = [_Blocks(w) for w in self._sorted]
        self._grid = _grid(session) if session.in_the_plane else None
        self.of: dict[str, list[LevelView]] = {}
        self.shown: list[ShownExample] = []
        self.layers = [
            blocks.heat(name.title, name.units)
            for blocks, name in zip(self._blocks, session.network.layer_names, strict=True)
        ]
        self.plane = None if self._grid is None else self._plane(self._grid)

    def add(self, ranking: Ranking, test: Measured) -> None:
        """The views of one criterion; ``test`` measured at the levels on the test examples."""
        before = test.answers[0]
        made = []
        for i, counts in enumerate(ranking.counts(self._levels).tolist()):
            smaller = self._in_order(ranking.left(self._weights, counts))
            after = test.answers[i]
            flipped = np.flatnonzero(after != before)
            boundary = None
            if self._grid is not None:
                boundary = _classes(pruned(self._session.network, ranking, counts), self._grid[2])
            made.append(
                LevelView(
                    test_loss=float(test.loss[i]),
                    flipped=len(flipped),
                    became_wrong=int(np.sum(before[flipped] == self._y[flipped])),
                    became_right=int(np.sum(after[flipped] == self._y[flipped])),
                    flips=self._flips(before, after, flipped),
                    lost=[_lost(w, s) for w, s in zip(self._sorted, smaller, strict=True)],
                    heat=[b.bytes(s) for b, s in zip(self._blocks, smaller, strict=True)],
                    boundary=boundary,
                )
            )
        self.of[ranking.criterion.name] = made

    def _in_order(self, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Each layer with its units sorted by the norm they had before."""
        return [w[order] for w, order in zip(weights, self._by_norm, strict=True)]

    def _flips(self, before: np.ndarray, after: np.ndarray, flipped: np.ndarray) -> list[Flip]:
        """Some of the changed answers, those first that are shown at other levels already."""
        changed = set(flipped.tolist())
        known = [example for example in self._place if example in changed]
        new = (example for example in self._lots.tolist() if example in changed)
        for example in new:
            if len(known) >= FLIPS:
                break
            if example not in self._place:
                self._place[example] = len(self.shown)
                self.shown.append(self._example(example, int(before[example])))
                known.append(example)
        return [
            Flip(example=self._place[example], answer=int(after[example]))
            for example in known[:FLIPS]
        ]

    def _example(self, place: int, before: int) -> ShownExample:
        values = self._x[place].cpu().numpy().astype(np.float64)
        return ShownExample(
            truth=int(self._y[place]), before=before, values=np.round(values, 3).tolist()
        )

    def _plane(self, grid: tuple[np.ndarray, np.ndarray, torch.Tensor]) -> Plane:
        data, few = self._session.dataset, slice(0, POINTS)
        return Plane(
            x=grid[0].tolist(),
            y=grid[1].tolist(),
            full=_classes(self._session.network, grid[2]),
            points_x=data.x_train[few, 0].tolist(),
            points_y=data.x_train[few, 1].tolist(),
            points_class=data.y_train[few].tolist(),
        )


class _Blocks:
    """A layer (units, inputs), units sorted by norm, as the means of |w| over blocks."""

    def __init__(self, weights: np.ndarray) -> None:
        self._units, self._inputs = weights.shape
        self._rows = np.unique(np.linspace(0, self._units, min(ROWS, self._units) + 1).astype(int))
        self._columns = np.unique(
            np.linspace(0, self._inputs, min(COLUMNS, self._inputs) + 1).astype(int)
        )
        means = self._means(weights)
        sizes = np.log10(means[means > 0]) if (means > 0).any() else np.zeros(1)
        self._low, self._high = float(sizes.min()), float(max(sizes.max(), sizes.min() + 1e-6))
        self._before = self._encoded(means)

    def heat(self, name: str, of: str) -> Heat:
        return Heat(
            name=name,
            of=of,
            units=self._units,
            inputs=self._inputs,
            rows=len(self._rows) - 1,
            columns=len(self._columns) - 1,
            low=self._low,
            high=self._high,
            before=self._before,
        )

    def bytes(self, weights: np.ndarray) -> str:
        """The same places of another matrix of this shape; beyond ``low`` is as ``low``."""
        return self._encoded(self._means(weights))

    def _means(self, weights: np.ndarray) -> np.ndarray:
        sums = np.add.reduceat(np.abs(weights).astype(np.float64), self._rows[:-1], axis=0)
        sums = np.add.reduceat(sums, self._columns[:-1], axis=1)
        means: np.ndarray = sums / np.outer(np.diff(self._rows), np.diff(self._columns))
        return means

    def _encoded(self, means: np.ndarray) -> str:
        with np.errstate(divide="ignore"):
            share = (np.log10(means) - self._low) / (self._high - self._low)
        codes = np.where(means > 0, 1 + np.clip(np.round(254 * share), 0, 254), 0)
        return base64.b64encode(codes.astype(np.uint8).tobytes()).decode()


def _lost(whole: np.ndarray, left: np.ndarray) -> list[float]:
    """Share of squared norm that is gone in each of `RANKS` groups of units, largest norm first."""
    edges = np.unique(np.linspace(0, len(whole), min(RANKS, len(whole)) + 1).astype(int))[:-1]
    before, after = (np.add.reduceat(unit_norms(w) ** 2, edges) for w in (whole, left))
    with np.errstate(invalid="ignore", divide="ignore"):
        lost = np.where(before > 0, 1 - after / before, 1.0 * (after == 0))
    return np.round(np.clip(lost, 0, 1), 3).tolist()


def _grid(session: Session) -> tuple[np.ndarray, np.ndarray, torch.Tensor]:
    points = session.dataset.x_train[:, :2]
    low, high = points.min(0), points.max(0)
    margin = 0.1 * (high - low)
    x, y = (np.linspace(low[i] - margin[i], high[i] + margin[i], CELLS) for i in (0, 1))
    grid = np.stack([a.ravel() for a in np.meshgrid(x, y)], axis=1)
    return x, y, torch.from_numpy(plane_inputs(grid)).to(session.device)


@torch.no_grad()
def _classes(network: object, grid: torch.Tensor) -> str:
    answers = network.logits(grid).argmax(1).tolist()  # type: ignore[attr-defined]
    return "".join(map(str, answers))
