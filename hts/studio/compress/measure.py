"""A finished run -> its `CompressionRecord`: every criterion, measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from hts.data import load
from hts.models.arrays import in_order
from hts.models.network import Network, one_layer
from hts.pruning.choose import most_within
from hts.pruning.criteria import CRITERIA
from hts.pruning.every_level import at_every_level
from hts.pruning.levels import LEVELS, LEVELS_DEEP
from hts.pruning.prune import Measured, measure
from hts.pruning.ranking import Ranking, rank
from hts.pruning.records import CompressionRecord, CriterionCurve, Mark
from hts.pruning.sizes import Shape, shape_of
from hts.runs.session import Session
from hts.studio.compress.views import Views
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.transfer.export import final_weights

POINTS = (0.5, 1.0, 2.0, 5.0)  # of accuracy: what the marks on the curves stand for
LARGEST_CURVE = 1001  # levels of a curve that are listed
BUDGET = 3e12  # multiply-adds of one record, about a minute on two cores
FEWEST = 500  # examples of each set, however large the network

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class _Subject:
    """The trained network with the examples it is measured on."""

    session: Session
    shape: Shape
    levels: np.ndarray
    limit: int | None

    def part(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        return self.session.sample(name, self.limit)


def compression(
    store: Store, run_id: str, *, scope: str = "layer", tell: Tell = lambda said, done: None
) -> CompressionRecord:
    """Measure all criteria on run ``run_id`` of ``store``.

    ``scope`` as for `hts.pruning.ranking.rank`.  ``tell`` hears what is being done and the share
    done, in [0, 1].  Raises `BadInput` for a run without weights or data.
    """
    began = time.perf_counter()
    run = store.runs.get(run_id)
    tell("Loading the data and the weights", 0.0)
    subject = _subject(store, run)
    network, dataset = subject.session.network, subject.session.dataset
    weights = [w.detach().cpu().numpy() for w in network.matrices]
    views = Views(subject.session, weights, *subject.part("test"), subject.levels)
    curves = []
    for number, criterion in enumerate(CRITERIA.values()):
        start, share = 0.05 + 0.95 * number / len(CRITERIA), 0.95 / len(CRITERIA)
        said = f"Pruning {criterion.parts}, {criterion.title.lower()}"

        def part(done: float, said: str = said, start: float = start, share: float = share) -> None:
            tell(said, start + share * done)

        part(0.0)
        ranking = rank(criterion, weights, scope=scope, seed=run.config.seed)
        curve, test = _curve(subject, ranking, part)
        curves.append(curve)
        views.add(ranking, test)
    return CompressionRecord(
        run=run.id,
        scope=scope,
        classes=list(dataset.classes),
        image_shape=dataset.image_shape,
        train_points=len(subject.part("train")[1]),
        test_points=len(subject.part("test")[1]),
        test_of=len(dataset.y_test),
        views_at=subject.levels.tolist(),
        curves=curves,
        views=views.of,
        layers=views.layers,
        shown=views.shown,
        plane=views.plane,
        seconds=time.perf_counter() - began,
    )


def counts_within(store: Store, run: Run, ranking: Ranking, points: float) -> np.ndarray:
    """Units each layer loses when test accuracy may fall by ``points``, measured on the run."""
    subject = _subject(store, run)
    every = _all_levels(subject, ranking)
    accuracy = _accuracy(subject, ranking, every, "test")
    chosen: np.ndarray = every[_place_within(ranking, every, accuracy, points)]
    return chosen


def _place_within(ranking: Ranking, counts: np.ndarray, accuracy: np.ndarray, points: float) -> int:
    """`most_within`, among the levels that leave every layer a unit: at chance all could go."""
    if ranking.criterion.whole_units:
        left = (counts < np.array(ranking.parts)).all(axis=1)
        accuracy = accuracy[: np.count_nonzero(left)]
    return most_within(accuracy, points)


def _subject(store: Store, run: Run) -> _Subject:
    arrays = final_weights(store, run.id)
    dataset = load(run.config.data)
    session = Session(run.config.replace(device="auto"), dataset)
    session.network.load(arrays)
    family = run.config.family
    shape = shape_of(
        [arrays[name].shape for name in in_order(arrays)],
        [layer.places for layer in family.layers(run.config, dataset.inputs)],
        family.prunable(run.config),
    )
    levels = LEVELS_DEEP if one_layer(session.network) is None else LEVELS
    products = shape.before_products + sum(
        layer.units * layer.inputs * layer.places for layer in shape.layers
    )
    limit = max(FEWEST, int(BUDGET / (products * len(levels) * len(CRITERIA))))
    return _Subject(session, shape, levels, limit)


def _curve(
    subject: _Subject, ranking: Ranking, tell: Callable[[float], None]
) -> tuple[CriterionCurve, Measured]:
    """The curve, and what was measured on the test set at the levels of the views."""
    network, shown = subject.session.network, ranking.counts(subject.levels)
    at_error = ranking.counts_at_error()[None]
    wanted = np.vstack([shown, at_error])
    test = measure(
        network, ranking, wanted, *subject.part("test"), tell=lambda done: tell(done / 2)
    )
    listed, levels = shown, len(subject.levels)
    if _addable(subject, ranking) is not None:
        every = _all_levels(subject, ranking)
        levels = len(every)
        thinned = np.linspace(0, levels - 1, min(levels, LARGEST_CURVE)).round().astype(np.int64)
        listed = np.unique(np.vstack([every[thinned], shown]), axis=0)
        curves = [_accuracy(subject, ranking, every, name) for name in ("train", "test")]
        train_listed, test_listed = (curve[listed[:, 0]] for curve in curves)
        choices = [every[_place_within(ranking, every, curves[1], points)] for points in POINTS]
        at_marks = [(curves[0][c[0]], curves[1][c[0]]) for c in (at_error[0], *choices)]
    else:
        train = measure(
            network, ranking, wanted, *subject.part("train"), tell=lambda done: tell(0.5 + done / 2)
        )
        train_listed, test_listed = train.accuracy[:-1], test.accuracy[:-1]
        places = [_place_within(ranking, shown, test_listed, points) for points in POINTS]
        choices = [shown[place] for place in places]
        at_marks = [
            (train.accuracy[place], test.accuracy[place]) for place in (len(shown), *places)
        ]
    size = ranking.criterion.sizes(subject.shape, listed)
    marks = [
        _mark(subject, ranking, points, counts, accuracies)
        for points, counts, accuracies in zip(
            (None, *POINTS), (at_error[0], *choices), at_marks, strict=True
        )
    ]
    curve = CriterionCurve(
        criterion=ranking.criterion.name,
        levels=levels,
        parts=sum(ranking.parts),
        pruned=[ranking.fraction(counts) for counts in listed],
        train_accuracy=train_listed.tolist(),
        test_accuracy=test_listed.tolist(),
        relative_error=ranking.relative_error(listed).tolist(),
        parameters=size.parameters.tolist(),
        bytes=size.bytes.tolist(),
        multiply_adds=size.multiply_adds.tolist(),
        marks=marks,
    )
    return curve, Measured(test.accuracy[:-1], test.loss[:-1], test.answers[:-1])


def _mark(
    subject: _Subject,
    ranking: Ranking,
    points: float | None,
    counts: np.ndarray,
    accuracies: tuple[float, float],
) -> Mark:
    plural = "" if points == 1 else "s"
    return Mark(
        rule="squared error 0.1" if points is None else f"within {points:g} point{plural}",
        points=points,
        pruned=ranking.fraction(counts.tolist()),
        removed=int(counts.sum()),
        train_accuracy=float(accuracies[0]),
        test_accuracy=float(accuracies[1]),
        relative_error=float(ranking.relative_error(counts[None])[0]),
        parameters=int(ranking.criterion.sizes(subject.shape, counts[None]).parameters[0]),
    )


def _addable(subject: _Subject, ranking: Ranking) -> Network | None:
    """The network if one pass measures every level."""
    return one_layer(subject.session.network) if ranking.criterion.whole_units else None


def _all_levels(subject: _Subject, ranking: Ranking) -> np.ndarray:
    """Counts at every level where one pass gives them all, else at the stated levels."""
    if _addable(subject, ranking) is not None:
        return np.arange(ranking.parts[0] + 1)[:, None]
    return ranking.counts(subject.levels)


def _accuracy(subject: _Subject, ranking: Ranking, counts: np.ndarray, part: str) -> np.ndarray:
    x, y = subject.part(part)
    if (network := _addable(subject, ranking)) is not None:
        by_kept = at_every_level(network, ranking.orders[0][::-1], x, y).accuracy
        return by_kept[::-1][counts[:, 0]]
    return measure(subject.session.network, ranking, counts, x, y).accuracy
