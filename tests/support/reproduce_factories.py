"""Reproductions made up so that the answer to every claim is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hts.studio.reproduce.datasets import protocol
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import Cell, ReproducedRun, cell_of
from hts.studio.reproduce.result import Kick, Reproduction, Source

Numbers = Callable[[Cell], dict[str, Any]]  # what a run of a cell came to


def as_claimed(cell: Cell) -> dict[str, Any]:
    """A world in which every claim holds: ratios rise as alpha falls and with n."""
    ratio = 11.0
    if cell.alpha is not None and cell.alpha < 2:
        ratio += 200 * (2 - cell.alpha) + cell.width / 1000
    return {"pruning_ratio": ratio, "test_accuracy": 95.0, "test_accuracy_pruned": 94.8}


def made_up(asked: Protocol, numbers: Numbers = as_claimed) -> list[ReproducedRun]:
    """A run of every configuration of the protocol; seeds differ by a tenth of a point."""
    runs = []
    for config in asked.spec.configs():
        cell, jitter = cell_of(config), 0.1 * (config.seed - 3)
        values = {"train_accuracy": 97.0, "train_accuracy_pruned": 96.0, **numbers(cell)}
        values = {k: v + jitter if isinstance(v, float) else v for k, v in values.items()}
        defaults = {"stop_reason": "target reached", "steps": 20, "seconds": 1.0}
        runs.append(ReproducedRun(**cell._asdict(), seed=config.seed, **{**defaults, **values}))
    return runs


def reproduction(asked: Protocol | None = None, numbers: Numbers = as_claimed) -> Reproduction:
    """A whole made-up result."""
    asked = asked or protocol("ecg5000", "quick")
    source = Source(source="made up", sha256="0" * 64, train=500, test=4500)
    return Reproduction(
        command="python -m hts reproduce --quick",
        created="2026-01-02 03:04 UTC",
        version="0",
        machine="2 CPU cores",
        planned=len(asked.spec.configs()),
        protocol=asked,
        data={asked.data: source},
        kick=Kick(all_alike=0.0, independent=15.3, round=11.8),
        runs=made_up(asked, numbers),
    )
