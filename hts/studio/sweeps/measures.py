"""What can be looked at in a sweep: one number per finished run, with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hts.records import RunResult


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a run.  ``value`` gives None where a run has none, as after a divergence."""

    name: str
    title: str
    unit: str  # after a number: "%", "points", "steps", "s", or nothing
    says: str  # one sentence
    value: Callable[[RunResult], float | None]
    share: bool = False  # a yes or no of each run: 0 or 100, so that its mean is a share in percent


def _of_runs_that_ended(
    value: Callable[[RunResult], float | None],
) -> Callable[[RunResult], float | None]:
    return lambda result: None if result.stop_reason == "diverged" else value(result)


def _accuracy_cost(result: RunResult) -> float | None:
    whole, pruned = result.test_accuracy, result.test_accuracy_pruned
    return None if whole is None or pruned is None else whole - pruned


_ALL = (
    Measure(
        name="pruning_ratio",
        title="Pruning ratio",
        unit="%",
        says="Share of units that can be removed at squared error 0.1.",
        value=_of_runs_that_ended(lambda result: result.pruning_ratio),
    ),
    Measure(
        name="test_accuracy",
        title="Test accuracy",
        unit="%",
        says="Accuracy of the whole network on the test set.",
        value=_of_runs_that_ended(lambda result: result.test_accuracy),
    ),
    Measure(
        name="test_accuracy_pruned",
        title="Test accuracy after pruning",
        unit="%",
        says="Test accuracy without the units that were removed at squared error 0.1.",
        value=_of_runs_that_ended(lambda result: result.test_accuracy_pruned),
    ),
    Measure(
        name="accuracy_cost",
        title="Accuracy cost of pruning",
        unit="points",
        says="Test accuracy before pruning minus after it, in percentage points.",
        value=_of_runs_that_ended(_accuracy_cost),
    ),
    Measure(
        name="tail_index",
        title="Tail index",
        unit="",
        says="Stability index estimated from the first hidden layer's weights; 2 is Gaussian.",
        value=_of_runs_that_ended(
            lambda result: None if result.tail_index is None else result.tail_index.alpha
        ),
    ),
    Measure(
        name="train_accuracy",
        title="Training accuracy",
        unit="%",
        says="Accuracy of the whole network on the training set.",
        value=_of_runs_that_ended(lambda result: result.train_accuracy),
    ),
    Measure(
        name="iterations",
        title="Steps",
        unit="steps",
        says="Steps until the target was reached or the budget was used.",
        value=_of_runs_that_ended(lambda result: float(result.iterations)),
    ),
    Measure(
        name="seconds",
        title="Training time",
        unit="s",
        says="Training time of a run; of runs trained together, its share.",
        value=_of_runs_that_ended(lambda result: result.seconds),
    ),
    Measure(
        name="diverged",
        title="Diverged",
        unit="%",
        says="Share of runs that blew up.",
        value=lambda result: 100.0 if result.stop_reason == "diverged" else 0.0,
        share=True,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
