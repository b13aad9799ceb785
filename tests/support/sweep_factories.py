"""Members of sweeps with results made by hand."""

from __future__ import annotations

from typing import Any

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.store.sweep_row import Member


def result(ratio: float | None = 50.0, **changes: Any) -> RunResult:
    values: dict[str, Any] = {
        "iterations": 100,
        "stop_reason": "budget",
        "train_accuracy": 97.0,
        "test_accuracy": 95.0,
        "pruning_ratio": ratio,
        "train_accuracy_pruned": 96.0,
        "test_accuracy_pruned": 92.5,
        "tail_index": None,
        "seconds": 1.5,
    }
    return RunResult(**{**values, **changes})


BLOWN_UP = result(
    None, stop_reason="diverged", train_accuracy=None, test_accuracy=None, test_accuracy_pruned=None
)


def member(place: int, got: RunResult | None, *, state: str = "done", **settings: Any) -> Member:
    return Member(
        position=place,
        config=RunConfig(**settings),
        state=state,
        run=None if got is None else f"run-{place}",
        result=got,
        message="",
        seconds=0.0,
        reused=False,
    )
