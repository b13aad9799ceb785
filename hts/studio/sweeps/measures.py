"""What can be looked at in a sweep: one number per finished run, with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from hts.glossary import term
from hts.noise.types import NOISE_TYPES
from hts.paired.effect import SHARES
from hts.paired.results import recorded_curve
from hts.records import RunResult

DEFAULT_SHARE = 80
NO_CURVE = "Runs trained before networks kept their accuracy at every pruned share have no value"
PERCENTS = tuple(round(100 * share) for share in SHARES)
"""The pruned shares, in percent, of the measures that are about one."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a run.  ``value`` gives None where a run has none.

    With a ``control``, its noise type, the number is that of the run minus that of its control.
    """

    name: str
    title: str
    unit: str  # after a number: "%", "points", "steps", "s", or nothing
    says: str  # one sentence
    value: Callable[[RunResult], float | None]
    share: bool = False  # a yes or no of each run: 0 or 100, told by its share and not its median
    control: str | None = None
    at: int | None = None  # the pruned share in percent that it is about
    without: str = ""  # why runs that ended may have no value, one sentence
    rejected: Callable[[RunResult], bool] = lambda result: False  # it has none for a rejected fit
    of_use: bool = False  # networks that answer nothing have none: losing nothing is no merit

    def difference(self, ours: RunResult, theirs: RunResult) -> float | None:
        """The value of a run minus that of its control; None where one of them has none."""
        high, low = self.value(ours), self.value(theirs)
        return None if high is None or low is None else high - low


def _accuracy_cost(result: RunResult) -> float | None:
    whole, pruned = result.test_accuracy, result.test_accuracy_pruned
    return None if whole is None or pruned is None else whole - pruned


def _tail_index(result: RunResult) -> float | None:
    tail = result.tail_index
    return None if tail is None or not tail.fits else tail.alpha


def fit_rejected(result: RunResult) -> bool:
    """Whether there is an estimate that describes no tail, so that it is no value."""
    return result.tail_index is not None and not result.tail_index.fits


_OWN: dict[str, Callable[[RunResult], float | None]] = {
    "accuracy_cost": _accuracy_cost,
    "tail_index": _tail_index,
    "iterations": lambda result: float(result.iterations),
}
_SAID = {
    "pruning_ratio": (
        term("norm-compressible-share").label,
        "%",
        term("norm-compressible-share").help,
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
        term("tail-index").label,
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
_MORE: dict[str, dict[str, Any]] = {
    "tail_index": {
        "rejected": fit_rejected,
        "without": "Where the fit was rejected, a run has no tail index.",
    },
    "pruning_ratio": {"of_use": True},
    "accuracy_cost": {"of_use": True},
}


def _measure(name: str) -> Measure:
    title, unit, says = _SAID[name]
    get = _OWN.get(name) or attrgetter(name)
    return Measure(
        name=name,
        title=title,
        unit=unit,
        says=says,
        value=lambda result: None if result.stop_reason == "diverged" else get(result),
        **_MORE.get(name, {}),
    )


_DIVERGED = Measure(
    name="diverged",
    title="Diverged",
    unit="%",
    says="Share of runs that blew up.",
    value=lambda result: 100.0 if result.stop_reason == "diverged" else 0.0,
    share=True,
)

_PRUNABLE = Measure(
    name="prunable",
    title=term("prunable").label,
    unit="%",
    says=term("prunable").help,
    value=attrgetter("prunable"),
    of_use=True,
    without=f"{NO_CURVE}.",
)

MEASURES: dict[str, Measure] = {
    **{name: _measure(name) for name in _SAID},
    "prunable": _PRUNABLE,
    "diverged": _DIVERGED,
}
"""What every sweep has."""


def measures_of(controls: Iterable[str], at: int = DEFAULT_SHARE) -> dict[str, Measure]:
    """All measures of a sweep with these ``controls``, differences to them first.

    ``at``: the pruned share in percent of those that are about one.
    """
    differences = (difference(control, at) for control in controls)
    found = {measure.name: measure for measure in differences}
    return {**found, **MEASURES, "accuracy_at": accuracy_at(at)}


def difference(control: str, at: int) -> Measure:
    """Test accuracy at ``at`` percent removed, minus that of the control with the same seed."""
    return Measure(
        name=f"difference_{control}",
        title=f"Difference to {control_words(control)}",
        unit="points",
        says=f"Test accuracy with {at} % of the units removed, minus that of the control with the "
        "same seed and as many removed; above 0 the noise helps. A network that diverged counts "
        "as 0 %.",
        value=_accuracy_at(at),
        control=control,
        at=at,
        without=f"{NO_CURVE}, nor has a network that is its own control.",
    )


def accuracy_at(at: int) -> Measure:
    """Test accuracy with ``at`` percent of the units removed."""
    return Measure(
        name="accuracy_at",
        title="Accuracy at a pruned share",
        unit="%",
        says=f"Test accuracy with {at} % of the units removed, smallest norms first, without "
        "retraining. A network that diverged counts as 0 %.",
        value=_accuracy_at(at),
        at=at,
        without=f"{NO_CURVE}.",
    )


def control_words(noise: str) -> str:
    """``noise-free control``, ``Gaussian control``, ``type II control``."""
    known = {"none": "noise-free control", "gaussian": term("gaussian-control").label}
    return known.get(noise, f"{NOISE_TYPES[noise].word} control")


def _accuracy_at(percent: int) -> Callable[[RunResult], float | None]:
    def value(result: RunResult) -> float | None:
        curve = recorded_curve(result)
        return None if curve is None else float(curve.at([percent / 100])[0])

    return value
