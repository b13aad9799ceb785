"""A network -> the display-sized `Snapshot` of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from hts.data import plane_inputs
from hts.experiments.session import Session
from hts.models.model import LayerName, Model
from hts.pruning.columns import (
    pruned_count,
    relative_error,
    removal_order,
    unit_norms,
)
from hts.pruning.curve import LEVELS, accuracy_curve
from hts.records import Boundary, HillCurve, LayerView, PruningCurve, Snapshot, TailIndex
from hts.tails import ccdf, hill_curve, layer_tail_index, log_histogram, sorted_norms
from hts.training.evaluate import accuracy_and_loss
from hts.validate import BadInput

BOUNDARY_CELLS = 60
BOUNDARY_POINTS = 300


def take_snapshot(
    session: Session, step: int, seconds: float, *, limit: int | None = None
) -> Snapshot:
    """Look at ``session``'s network at ``step``.

    ``limit``: at most so many training and so many test examples for the accuracies (a fixed
    random choice, counted in the record); None uses all.  Raises `DivergedError`'s base
    `ArithmeticError` when weights are not finite.
    """
    network = session.network
    weights = [w.detach().cpu().numpy() for w in network.matrices]
    noisy = [w.detach().cpu().numpy() for w in network.noise_matrices]
    norms = [unit_norms(w) for w in weights]
    if not all(np.isfinite(n).all() for n in norms):
        raise ArithmeticError(f"weights are not finite at step {step}")
    notes: list[str] = []
    layers = [
        _layer(name, w, d, n, session.config.noise, notes)
        for name, w, d, n in zip(network.layer_names, weights, noisy, norms, strict=True)
    ]
    counts = [pruned_count(n) for n in norms]
    at_criterion = sum(counts) / sum(len(n) for n in norms)
    levels = LEVELS if len(norms) > 1 else np.append(LEVELS, at_criterion)
    (x_train, y_train), (x_test, y_test) = (
        session.sample("train", limit),
        session.sample("test", limit),
    )
    train = accuracy_curve(network, norms, x_train, y_train, levels)
    test = accuracy_curve(network, norms, x_test, y_test, levels)
    if len(norms) == 1:
        train, pruned_train = train[:-1], float(train[-1])
        test, pruned_test = test[:-1], float(test[-1])
    else:
        smaller = network.keep(_kept(network, norms, counts))
        pruned_train, _ = accuracy_and_loss(smaller, x_train, y_train)
        pruned_test, _ = accuracy_and_loss(smaller, x_test, y_test)
    return Snapshot(
        step=step,
        seconds=seconds,
        train_accuracy=float(train[0]),
        test_accuracy=float(test[0]),
        pruning_ratio=100.0 * at_criterion,
        train_accuracy_pruned=pruned_train,
        test_accuracy_pruned=pruned_test,
        layers=layers,
        curve=PruningCurve(
            pruned=LEVELS.tolist(),
            train_accuracy=train.tolist(),
            test_accuracy=test.tolist(),
            relative_error=_joint_error(norms).tolist(),
        ),
        train_points=len(y_train),
        test_points=len(y_test),
        boundary=_boundary(session, norms, counts) if session.in_the_plane else None,
        note=" ".join(notes),
    )


def _layer(
    name: LayerName,
    weights: np.ndarray,
    draws: np.ndarray,
    norms: np.ndarray,
    noise: str,
    notes: list[str],
) -> LayerView:
    tail: TailIndex | None = None
    hill: HillCurve | None = None
    try:
        tail = _named(layer_tail_index(draws, noise), name)
        hill = hill_curve(draws, kind=noise)
    except BadInput as error:
        notes.append(f"No tail index for {name.title}: {error}")
    rank, ordered = sorted_norms(norms)
    return LayerView(
        name=name.title,
        of=name.units,
        units=weights.shape[0],
        inputs=weights.shape[1],
        weights=log_histogram(weights, fit=tail),
        norms=log_histogram(norms),
        ccdf=ccdf(weights, fit=tail),
        rank=rank,
        sorted_norms=ordered,
        tail=tail,
        hill=hill,
        pruning_ratio=100.0 * pruned_count(norms) / len(norms),
    )


def _named(tail: TailIndex, name: LayerName) -> TailIndex:
    """The estimate, saying filters or kernels where these are what it counted."""
    if tail.sample != "units":
        return tail
    method = tail.method.replace("units'", f"{name.draws}'")
    return dataclasses.replace(tail, sample=name.draws, method=method)


def _joint_error(norms: list[np.ndarray]) -> np.ndarray:
    """Relative error over all pruned layers together, each pruned by the same fraction."""
    totals = np.array([float(np.sum(n**2)) for n in norms])
    errors = np.stack([relative_error(n, LEVELS) for n in norms])
    if totals.sum() == 0:
        return np.zeros(len(LEVELS))
    return np.sqrt((errors**2 * totals[:, None]).sum(0) / totals.sum())


def _kept(network: Model, norms: list[np.ndarray], counts: list[int]) -> list[torch.Tensor]:
    return [
        torch.from_numpy(removal_order(n)[c:].copy()).to(network.device)
        for n, c in zip(norms, counts, strict=True)
    ]


@torch.no_grad()
def _boundary(session: Session, norms: list[np.ndarray], counts: list[int]) -> Boundary:
    """Predicted classes on a grid around the data, whole and pruned at squared error 0.1."""
    points = session.dataset.x_train[:, :2]
    low, high = points.min(0), points.max(0)
    margin = 0.1 * (high - low)
    x, y = (np.linspace(low[i] - margin[i], high[i] + margin[i], BOUNDARY_CELLS) for i in (0, 1))
    grid = np.stack([a.ravel() for a in np.meshgrid(x, y)], axis=1)
    there = torch.from_numpy(plane_inputs(grid)).to(session.device)
    smaller = session.network.keep(_kept(session.network, norms, counts))
    shape = (BOUNDARY_CELLS, BOUNDARY_CELLS)
    full, pruned = (
        network.logits(there).argmax(1).reshape(shape).tolist()
        for network in (session.network, smaller)
    )
    few = slice(0, BOUNDARY_POINTS)
    return Boundary(
        x=x.tolist(),
        y=y.tolist(),
        full=full,
        pruned=pruned,
        points_x=points[few, 0].tolist(),
        points_y=points[few, 1].tolist(),
        points_class=session.dataset.y_train[few].tolist(),
    )
