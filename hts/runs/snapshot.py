"""A network -> the display-sized `Snapshot` of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch

from hts.models.model import LayerName, Model
from hts.models.network import one_layer
from hts.pruning.columns import pruned_count, relative_error, unit_norms
from hts.pruning.curve import accuracies_without, evenly
from hts.pruning.levels import LEVELS, LEVELS_DEEP, LEVELS_DEEP_LIVE, live_examples
from hts.records import HillCurve, LayerView, PruningCurve, Snapshot, TailIndex
from hts.runs.gradient_noise import gradient_noise
from hts.runs.plane import boundary
from hts.runs.session import Session
from hts.tails.curves import hill_curve
from hts.tails.histogram import ccdf, log_histogram, sorted_norms
from hts.tails.layer import layer_tail_index
from hts.validate import BadInput


def take_snapshot(
    session: Session,
    step: int,
    seconds: float,
    *,
    limit: int | None = None,
    before: Snapshot | None = None,
    gradients: bool = False,
) -> Snapshot:
    """Look at ``session``'s network at ``step``.

    ``limit``: at most so many training and so many test examples for the accuracies (a fixed
    random choice, counted in the record); None uses all.  With several layers a look on the way
    takes fewer of both, and fewer levels of pruning, so that it costs about as much as evaluating
    the accuracy once.  With ``before``, an earlier look, sizes, tails and estimates of the weights
    stay as they were then, and `Snapshot.weights_at` says when.  ``gradients``: whether the tail
    index of the gradient noise is estimated too, at the cost of two gradient steps.  Raises
    `DivergedError`'s base `ArithmeticError` when weights are not finite.
    """
    network = session.network
    levels, limit = _affordable(session, limit)
    weights = [w.detach().cpu().numpy() for w in network.matrices]
    noisy = [w.detach().cpu().numpy() for w in network.noise_matrices]
    norms = [unit_norms(w) for w in weights]
    if not all(np.isfinite(n).all() for n in norms):
        raise ArithmeticError(f"weights are not finite at step {step}")
    notes = _Notes()
    if before is None:
        noise = session.config.at(step).noise
        layers = [
            _layer(name, w, d, n, noise, levels, notes)
            for name, w, d, n in zip(network.layer_names, weights, noisy, norms, strict=True)
        ]
        if gradients:
            layers = [
                dataclasses.replace(layer, gradient=tail)
                for layer, tail in zip(layers, gradient_noise(session, step), strict=True)
            ]
    else:
        layers = [
            dataclasses.replace(layer, **_of_norms(n, levels))
            for layer, n in zip(before.layers, norms, strict=True)
        ]
    counts = [pruned_count(n) for n in norms]
    x_train, y_train = session.sample("train", limit)
    x_test, y_test = session.sample("test", limit)
    train, pruned_train = _accuracies(network, norms, counts, levels, x_train, y_train)
    test, pruned_test = _accuracies(network, norms, counts, levels, x_test, y_test)
    return Snapshot(
        step=step,
        seconds=seconds,
        train_accuracy=float(train[0]),
        test_accuracy=float(test[0]),
        pruning_ratio=100.0 * sum(counts) / sum(len(n) for n in norms),
        train_accuracy_pruned=pruned_train,
        test_accuracy_pruned=pruned_test,
        layers=layers,
        curve=PruningCurve(
            pruned=levels.tolist(),
            train_accuracy=train.tolist(),
            test_accuracy=test.tolist(),
            relative_error=_joint_error(norms, levels).tolist(),
        ),
        train_points=len(y_train),
        test_points=len(y_test),
        boundary=boundary(session, norms, counts) if session.in_the_plane else None,
        note=notes.text if before is None else before.note,
        weights_at=None if before is None else before.weights_at or before.step,
    )


def _affordable(session: Session, limit: int | None) -> tuple[np.ndarray, int | None]:
    """Levels of pruning, and how many examples of each set, for this look."""
    if one_layer(session.network) is not None:
        return LEVELS, limit
    if limit is None:
        return LEVELS_DEEP, None
    train, test = len(session.examples.y_train), len(session.examples.y_test)
    return LEVELS_DEEP_LIVE, live_examples(limit, train, test)


def _accuracies(
    network: Model,
    norms: list[np.ndarray],
    counts: list[int],
    levels: np.ndarray,
    x: torch.Tensor,
    y: torch.Tensor,
) -> tuple[np.ndarray, float]:
    """Accuracy at each of ``levels``, and without the smallest ``counts`` units of each layer."""
    prunings = np.vstack([evenly(norms, levels), counts])
    values = accuracies_without(network, norms, x, y, prunings)
    return values[:-1], float(values[-1])


class _Notes:
    """Why layers have no tail index: the first reason in full, the other layers by name."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, layer: str, reason: str) -> None:
        """One more layer without."""
        if not self.text:
            self.text = f"No tail index for {layer}: {reason}"
        else:
            self.text += f"{',' if ' Likewise ' in self.text else ' Likewise'} {layer}"


def _layer(
    name: LayerName,
    weights: np.ndarray,
    draws: np.ndarray,
    norms: np.ndarray,
    noise: str,
    levels: np.ndarray,
    notes: _Notes,
) -> LayerView:
    tail: TailIndex | None = None
    hill: HillCurve | None = None
    try:
        tail = _named(layer_tail_index(draws, noise), name)
        hill = hill_curve(draws, kind=noise)
    except BadInput as error:
        notes.add(name.title, str(error))
    return LayerView(
        name=name.title,
        of=name.units,
        units=weights.shape[0],
        inputs=weights.shape[1],
        weights=log_histogram(weights, fit=tail),
        ccdf=ccdf(weights, fit=tail),
        tail=tail,
        hill=hill,
        **_of_norms(norms, levels),
    )


def _of_norms(norms: np.ndarray, levels: np.ndarray) -> dict[str, Any]:
    """What a look at a layer tells of its norms."""
    rank, ordered = sorted_norms(norms)
    return {
        "norms": log_histogram(norms),
        "rank": rank,
        "sorted_norms": ordered,
        "pruning_ratio": 100.0 * pruned_count(norms) / len(norms),
        "relative_error": relative_error(norms, levels).tolist(),
    }


def _named(tail: TailIndex, name: LayerName) -> TailIndex:
    """The estimate, saying filters or kernels where these are what it counted."""
    if tail.sample != "units":
        return tail
    method = tail.method.replace("units'", f"{name.draws}'")
    return dataclasses.replace(tail, sample=name.draws, method=method)


def _joint_error(norms: list[np.ndarray], levels: np.ndarray) -> np.ndarray:
    """Relative error over all pruned layers together, each pruned by the same fraction."""
    totals = np.array([float(np.sum(n**2)) for n in norms])
    errors = np.stack([relative_error(n, levels) for n in norms])
    if totals.sum() == 0:
        return np.zeros(len(levels))
    return np.sqrt((errors**2 * totals[:, None]).sum(0) / totals.sum())
