"""Valid records without training anything: symmetric stable weights, and curves that fit them.

The weights are drawn by the Chambers-Mallows-Stuck transform, scale 1 in the S1 convention, so
``alpha = 2`` is a Gaussian of variance 2.  Everything is seeded.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hts.config import RunConfig
from hts.plane import Boundary
from hts.records import (
    Ccdf,
    Evaluation,
    HillCurve,
    Histogram,
    LayerView,
    PruningCurve,
    RunResult,
    Snapshot,
    SnapshotSummary,
    TailIndex,
)
from hts.seeds import generator

Array = NDArray[np.float64]


def stable_weights(alpha: float, units: int, inputs: int, seed: int, scale: float = 1.0) -> Array:
    """``(units, inputs)`` weights of type II: independent symmetric stable entries."""
    rng = generator(seed, "factory", "weights")
    v = rng.uniform(-math.pi / 2, math.pi / 2, (units, inputs))
    w = rng.exponential(size=(units, inputs))
    first = np.sin(alpha * v) / np.cos(v) ** (1 / alpha)
    return scale * first * (np.cos((1 - alpha) * v) / w) ** ((1 - alpha) / alpha)


def histogram(values: Array, *, bins: int = 64, reference: Array | None = None) -> Histogram:
    """Counts of |values|; ``reference``: a larger sample of the law, scaled to expected counts."""
    logs = np.log10(np.abs(values.ravel()))
    edges = np.linspace(math.floor(np.quantile(logs, 1e-3)), math.ceil(logs.max()), bins + 1)
    counts, _ = np.histogram(logs, edges)
    fitted = None
    if reference is not None:
        drawn, _ = np.histogram(np.log10(np.abs(reference.ravel())), edges)
        fitted = (drawn * logs.size / reference.size).tolist()
    quartiles = np.quantile(values, [0.25, 0.75])
    deviation = (quartiles[1] - quartiles[0]) / 1.349
    bounds = [math.erf(10**edge / deviation / math.sqrt(2)) for edge in edges]
    return Histogram(
        edges=edges.tolist(),
        counts=counts.tolist(),
        below=int((logs < edges[0]).sum()),
        fitted=fitted,
        gaussian=(logs.size * np.diff(bounds)).tolist(),
    )


def ccdf(values: Array, *, points: int = 60, reference: Array | None = None) -> Ccdf:
    """Survival function of |values| at log-spaced places."""
    sizes = np.sort(np.abs(values.ravel()))
    x = np.geomspace(np.quantile(sizes, 0.02), sizes[-1] * 0.999, points)
    survival = 1 - np.searchsorted(sizes, x, side="right") / sizes.size
    fitted = None
    if reference is not None:
        drawn = np.sort(np.abs(reference.ravel()))
        fitted = (1 - np.searchsorted(drawn, x, side="right") / drawn.size).tolist()
    return Ccdf(x=x.tolist(), survival=survival.tolist(), fitted=fitted)


def hill(values: Array, *, points: int = 40) -> HillCurve:
    """Hill estimates of |values| with their asymptotic 95 % band."""
    sizes = np.sort(np.abs(values.ravel()))[::-1]
    k = np.unique(np.geomspace(10, sizes.size // 10, points).astype(int))
    logs = np.log(sizes[: k[-1] + 1])
    means = np.cumsum(logs)[k - 1] / k
    alpha = 1 / (means - logs[k])
    half = 1.96 * alpha / np.sqrt(k)
    return HillCurve(
        k=k.tolist(),
        alpha=alpha.tolist(),
        low=(alpha - half).tolist(),
        high=(alpha + half).tolist(),
    )


def layer(alpha: float = 1.75, units: int = 500, inputs: int = 60, seed: int = 1) -> LayerView:
    """A hidden layer whose tail index is known; the estimate in it is the known value."""
    weights = stable_weights(alpha, units, inputs, seed)
    reference = stable_weights(alpha, 4 * units, inputs, seed + 1000)
    norms = np.sort(np.linalg.norm(weights, axis=1))[::-1]
    at = np.unique(np.linspace(0, units - 1, 80).astype(int))
    squares = np.cumsum(norms[::-1] ** 2) / (norms**2).sum()
    return LayerView(
        name="hidden 1",
        units=units,
        inputs=inputs,
        weights=histogram(weights, reference=reference),
        norms=histogram(norms, bins=32),
        ccdf=ccdf(weights, reference=reference),
        rank=((at + 1) / units).tolist(),
        sorted_norms=norms[at].tolist(),
        tail=TailIndex(
            alpha=alpha,
            low=round(alpha - 0.06, 4),
            high=min(2.0, round(alpha + 0.05, 4)),
            level=0.95,
            method="known",
            sample="units",
            size=units,
            scale=1.0,
            location=0.0,
            distance=0.004,
            fits=True,
            note="",
        ),
        hill=hill(weights),
        pruning_ratio=float(100 * (squares <= 0.1).sum() / units),
    )


def boundary(size: int = 40) -> Boundary:
    """Two classes divided by a wave; pruning flattens it."""
    axis = np.linspace(-2, 2, size)
    x, y = np.meshgrid(axis, axis)
    full = (y > np.sin(2 * x)).astype(int)
    pruned = (y > 0.5 * np.sin(2 * x)).astype(int)
    rng = generator(1, "factory", "points")
    px, py = rng.uniform(-2, 2, 120), rng.uniform(-2, 2, 120)
    return Boundary(
        x=axis.tolist(),
        y=axis.tolist(),
        full=full.tolist(),
        pruned=pruned.tolist(),
        points_x=px.tolist(),
        points_y=py.tolist(),
        points_class=(py > np.sin(2 * px)).astype(int).tolist(),
    )


def snapshot(
    step: int = 300,
    alpha: float = 1.75,
    *,
    units: int = 500,
    inputs: int = 60,
    seed: int = 1,
    accuracy: float = 95.0,
    two_dimensional: bool = False,
) -> Snapshot:
    """A snapshot whose pruning curve follows from its weights: accuracy falls as error grows."""
    weights = stable_weights(alpha, units, inputs, seed)
    squares = np.sort((weights**2).sum(axis=1))
    lost = np.concatenate([[0.0], np.cumsum(squares) / squares.sum()])
    at = np.unique(np.linspace(0, units, 60).astype(int))
    error = np.sqrt(np.minimum(lost[at], 1.0))
    test = 50 + (accuracy - 50) * (1 - error**6)
    train = np.minimum(100.0, test + 2.0 * (1 - error))
    view = layer(alpha, units, inputs, seed)
    after = float(np.interp(view.pruning_ratio / 100, at / units, test))
    return Snapshot(
        step=step,
        seconds=0.02 * step,
        train_accuracy=float(train[0]),
        test_accuracy=float(test[0]),
        pruning_ratio=view.pruning_ratio,
        train_accuracy_pruned=min(100.0, after + 1.0),
        test_accuracy_pruned=after,
        layers=[view],
        curve=PruningCurve(
            pruned=(at / units).tolist(),
            train_accuracy=train.tolist(),
            test_accuracy=test.tolist(),
            relative_error=error.tolist(),
        ),
        train_points=500,
        test_points=4500,
        boundary=boundary() if two_dimensional else None,
    )


def evaluations(
    steps: int = 300, every: int = 10, *, seed: int = 1, final: float = 95.0
) -> list[Evaluation]:
    """A learning curve that rises from 50 to ``final`` percent with a little noise."""
    rng = generator(seed, "factory", "evaluations")
    records = []
    for step in range(every, steps + 1, every):
        done = 1 - math.exp(-3 * step / max(steps, 1))
        noise = rng.normal(scale=0.6)
        test = min(100.0, 50 + (final - 50) * done / (1 - math.exp(-3)) + noise)
        records.append(
            Evaluation(
                step=step,
                train_loss=0.69 * math.exp(-2.2 * step / max(steps, 1)) + 0.01 * abs(noise),
                train_accuracy=min(100.0, test + 1.5),
                test_accuracy=test,
                seconds=0.02 * step,
            )
        )
    return records


def summaries(
    steps: int = 300, count: int = 12, alpha: float = 1.75, *, seed: int = 1
) -> list[SnapshotSummary]:
    """Scalars of ``count`` snapshots whose tail index settles at ``alpha``."""
    rng = generator(seed, "factory", "summaries")
    records = []
    for i in range(1, count + 1):
        share = i / count
        now = min(2.0, alpha + (2 - alpha) * math.exp(-4 * share) + 0.01 * rng.normal())
        records.append(
            SnapshotSummary(
                step=round(steps * share),
                train_accuracy=60 + 37 * share,
                test_accuracy=60 + 35 * share,
                pruning_ratio=12 + 40 * share,
                test_accuracy_pruned=58 + 35 * share,
                alpha=now,
                alpha_low=now - 0.08,
                alpha_high=min(2.0, now + 0.07),
            )
        )
    return records


def result(last: Snapshot, *, iterations: int = 300, **changes: Any) -> RunResult:
    """The result of a run that ended at ``last``."""
    values: dict[str, Any] = {
        "iterations": iterations,
        "stop_reason": "target reached",
        "train_accuracy": last.train_accuracy,
        "test_accuracy": last.test_accuracy,
        "pruning_ratio": last.pruning_ratio,
        "train_accuracy_pruned": last.train_accuracy_pruned,
        "test_accuracy_pruned": last.test_accuracy_pruned,
        "tail_index": last.layers[0].tail,
        "seconds": last.seconds,
    }
    return RunResult(**{**values, **changes})


def config(**changes: Any) -> RunConfig:
    """A small configuration."""
    return RunConfig(**{"width": 500, "iterations": 300, "target_accuracy": 95.0, **changes})


def recorded_result(**changes: Any) -> RunResult:
    """A result that nobody computed, for what only has to be recorded."""
    values: dict[str, Any] = {
        "iterations": 100,
        "stop_reason": "budget",
        "train_accuracy": 90.0,
        "test_accuracy": 80.0,
        "pruning_ratio": 60.0,
        "train_accuracy_pruned": 89.0,
        "test_accuracy_pruned": 79.0,
        "tail_index": None,
        "seconds": 2.0,
    }
    return RunResult(**{**values, **changes})
