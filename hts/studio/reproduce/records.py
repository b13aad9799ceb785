"""One finished run of a reproduction in a few numbers, and the lookup that claims are made from.

These are what the result files hold: everything said about a reproduction is worked out from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from hts.config import RunConfig
from hts.paired.effect import SHARES
from hts.paired.results import recorded_curve
from hts.records import RunResult, StopReason

MEASURES = {
    "train_accuracy": "train %",
    "test_accuracy": "test %",
    "pruning_ratio": "pruning ratio %",
    "train_accuracy_pruned": "train after %",
    "test_accuracy_pruned": "test after %",
}
"""What is measured, accuracies in percent, and how a table calls it."""


class Cell(NamedTuple):
    """What runs that differ in their seed alone have in common."""

    data: str
    model: str
    depth: int
    width: int
    noise: str
    alpha: float | None  # None without noise
    sigma: float | None
    reference_scaling: str = "off"


@dataclass(frozen=True, kw_only=True)
class ReproducedRun:
    """A run and what it came to.  Accuracies and the ratio are in percent, None if it diverged.

    ``at_shares``: test accuracy at each of `hts.paired.effect.SHARES`, 0 if it diverged; None for
    runs of before networks kept it.
    """

    data: str
    model: str
    depth: int
    width: int
    noise: str
    alpha: float | None
    sigma: float | None
    reference_scaling: str
    seed: int
    stop_reason: StopReason
    steps: int
    train_accuracy: float | None
    test_accuracy: float | None
    pruning_ratio: float | None
    train_accuracy_pruned: float | None
    test_accuracy_pruned: float | None
    seconds: float
    at_shares: list[float] | None = None

    @property
    def cell(self) -> Cell:
        return Cell(*(getattr(self, name) for name in Cell._fields))

    @property
    def diverged(self) -> bool:
        return self.stop_reason == "diverged"


def reproduced(config: RunConfig, result: RunResult) -> ReproducedRun:
    """The record of a finished run, to four decimals."""
    measured: dict[str, Any] = {name: getattr(result, name) for name in MEASURES}
    curve = recorded_curve(result)
    kept = None if curve is None else [round(float(value), 4) for value in curve.at(SHARES)]
    return ReproducedRun(
        **cell_of(config)._asdict(),
        seed=config.seed,
        stop_reason=result.stop_reason,
        steps=result.iterations,
        seconds=round(result.seconds, 2),
        at_shares=kept,
        **{name: value and round(value, 4) for name, value in measured.items()},
    )


def cell_of(config: RunConfig) -> Cell:
    """The cell that a run of ``config`` belongs to."""
    quiet = config.stability is None
    return Cell(
        data=config.data,
        model=config.model,
        depth=config.depth,
        width=config.width,
        noise="none" if quiet else config.noise,
        alpha=config.stability,
        sigma=None if quiet else config.sigma,
        reference_scaling="off" if quiet else config.reference_scaling,
    )


class Runs:
    """Finished runs by cell and seed."""

    def __init__(self, runs: Iterable[ReproducedRun]) -> None:
        self._found = {(run.cell, run.seed): run for run in runs}

    def of(self, cell: Cell, seed: int) -> ReproducedRun | None:
        """The run of this cell and seed; None if it has not been made."""
        return self._found.get((cell, seed))

    def cells(self) -> dict[Cell, list[ReproducedRun]]:
        """Every cell with its runs, in the order in which they came."""
        found: dict[Cell, list[ReproducedRun]] = {}
        for run in self._found.values():
            found.setdefault(run.cell, []).append(run)
        return found
