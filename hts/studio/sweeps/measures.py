"""What can be looked at in a sweep: one number per finished run, with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from hts.records import RunResult


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a run.  ``value`` gives None where a run has none."""

    name: str
    title: str
    unit: str  # after a number: "%", "points", "steps", "s", or nothing
    says: str  # one sentence
    value: Callable[[RunResult], float | None]
    share: bool = False  # a yes or no of each run: 0 or 100, so that its mean is a share in percent


def _accuracy_cost(result: RunResult) -> float | None:
    whole, pruned = result.test_accuracy, result.test_accuracy_pruned
    return None if whole is None or pruned is None else whole - pruned


def _tail_index(result: RunResult) -> float | None:
    return None if result.tail_index is None else result.tail_index.alpha


_OWN: dict[str, Callable[[RunResult], float | None]] = {
    "accuracy_cost": _accuracy_cost,
    "tail_index": _tail_index,
    "iterations": lambda result: float(result.iterations),
}
_SAID = {
    "pruning_ratio": (
        "Pruning ratio",
        "%",
        "Share of units that can be removed at squared error 0.1.",
    ),
    "test_accuracy": ("Test accuracy", "%", "Accuracy of the whole network on the test set."),
    "test_accuracy_pruned": (
        "Test accuracy after pruning",
        "%",
        "Test accuracy without the units that were removed at squared error 0.1.",
    ),
    "accuracy_cost": (
        "Accuracy cost of pruning",
        "points",
        "Test accuracy before pruning minus after it, in percentage points.",
    ),
    "tail_index": (
        "Tail index",
        "",
        "Stability index estimated from the first hidden layer's weights; 2 is Gaussian.",
    ),
    "train_accuracy": (
        "Training accuracy",
        "%",
        "Accuracy of the whole network on the training set.",
    ),
    "iterations": ("Steps", "steps", "Steps until the target was reached or the budget was used."),
    "seconds": (
        "Training time",
        "s",
        "Training time of a run; of runs trained together, its share.",
    ),
}
"""Title, unit and sentence of what runs have that did not diverge."""


def _measure(name: str) -> Measure:
    title, unit, says = _SAID[name]
    get = _OWN.get(name) or attrgetter(name)
    return Measure(
        name=name,
        title=title,
        unit=unit,
        says=says,
        value=lambda result: None if result.stop_reason == "diverged" else get(result),
    )


_DIVERGED = Measure(
    name="diverged",
    title="Diverged",
    unit="%",
    says="Share of runs that blew up.",
    value=lambda result: 100.0 if result.stop_reason == "diverged" else 0.0,
    share=True,
)

MEASURES: dict[str, Measure] = {name: _measure(name) for name in _SAID} | {"diverged": _DIVERGED}
