"""Small records of every kind, and a store to put them into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import factories
import pytest

from hts.config import RunConfig
from hts.records import (
    Ccdf,
    Evaluation,
    Histogram,
    LayerView,
    PruningCurve,
    RunResult,
    Snapshot,
    TailIndex,
)
from hts.studio.store.store import Store


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store(home) as opened:
        yield opened


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(width=20, iterations=100, device="cpu")


@pytest.fixture
def point() -> Callable[[int], Evaluation]:
    def make(step: int) -> Evaluation:
        return Evaluation(
            step=step,
            train_loss=2.0 / (step + 1),
            train_accuracy=50.0,
            test_accuracy=40.0,
            seconds=step * 0.5,
        )

    return make


@pytest.fixture
def snapshot() -> Callable[[int], Snapshot]:
    def make(step: int) -> Snapshot:
        tail = TailIndex(
            alpha=1.7,
            low=1.5,
            high=1.9,
            level=0.95,
            method="test",
            sample="units",
            size=20,
            scale=1.0,
            location=0.0,
            distance=0.01,
            fits=True,
        )
        layer = LayerView(
            name="hidden 1",
            units=20,
            inputs=64,
            weights=Histogram(edges=[-2.0, -1.0, 0.0], counts=[3, 4]),
            norms=Histogram(edges=[-2.0, -1.0, 0.0], counts=[1, 2]),
            ccdf=Ccdf(x=[0.1, 1.0], survival=[0.9, 0.1]),
            rank=[0.5, 1.0],
            sorted_norms=[2.0, 1.0],
            tail=tail,
            hill=None,
            pruning_ratio=60.0,
        )
        return Snapshot(
            step=step,
            seconds=step * 0.5,
            train_accuracy=50.0,
            test_accuracy=40.0,
            pruning_ratio=60.0,
            train_accuracy_pruned=49.0,
            test_accuracy_pruned=39.0,
            layers=[layer],
            curve=PruningCurve(
                pruned=[0.0, 1.0],
                train_accuracy=[50.0, 10.0],
                test_accuracy=[40.0, 10.0],
                relative_error=[0.0, 1.0],
            ),
            train_points=100,
            test_points=50,
        )

    return make


@pytest.fixture
def result() -> RunResult:
    return factories.recorded_result(seconds=12.5, message="Reached the step budget.")
