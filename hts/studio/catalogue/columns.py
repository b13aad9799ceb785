"""What runs are sorted and filtered by: their settings, what they came to, what is said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hts.config import RunConfig
from hts.glossary import term
from hts.records import RunResult


@dataclass(frozen=True, kw_only=True)
class Column:
    """One thing that every run has or lacks.  ``default``: of a setting, which is not stored."""

    name: str
    title: str
    says: str = ""
    unit: str = ""
    default: Any = None
    setting: bool = False
    numeric: bool = False
    several: bool = False  # a list, of which a filter asks for one
    time: bool = False  # unix seconds

    @property
    def sql(self) -> str:
        """Its value in a row of ``catalogue``; what is set aside as without effect is NULL."""
        if not self.setting:
            return f"json_extract(facts, '$.{self.name}')"
        stored = f"json_extract(settings, '$.{self.name}')"
        return f"iif(json_type(settings, '$.{self.name}') IS NULL, {self._default}, {stored})"

    @property
    def _default(self) -> str:
        if self.default is None:
            return "NULL"
        return repr(self.default) if isinstance(self.default, str) else repr(+self.default)


@dataclass(frozen=True, kw_only=True)
class Measured(Column):
    """A number that a finished run has.  ``value``: of its result."""

    value: Callable[[RunResult], float | None]
    digits: int = 1


def _tail_index(result: RunResult) -> float | None:
    tail = result.tail_index
    return tail.alpha if tail is not None and tail.fits else None


def _cost(result: RunResult) -> float | None:
    whole, pruned = result.test_accuracy, result.test_accuracy_pruned
    return None if whole is None or pruned is None else whole - pruned


MEASURED: Mapping[str, Measured] = {
    name: Measured(name=name, title=title, unit=unit, value=value, numeric=True, digits=digits)
    for name, title, unit, value, digits in (
        ("test_accuracy", "Test accuracy", "%", lambda r: r.test_accuracy, 1),
        ("train_accuracy", "Training accuracy", "%", lambda r: r.train_accuracy, 1),
        ("pruning_ratio", term("norm-compressible-share").label, "%", lambda r: r.pruning_ratio, 1),
        ("test_accuracy_pruned", "Accuracy after pruning", "%",
         lambda r: r.test_accuracy_pruned, 1),
        ("accuracy_cost", "Accuracy cost of pruning", "points", _cost, 1),
        ("prunable", term("prunable").label, "%", lambda r: r.prunable, 1),
        ("tail_index", term("tail-index").label, "", _tail_index, 2),
        ("steps", "Steps", "", lambda r: r.iterations, 0),
        ("seconds", "Training time", "s", lambda r: r.seconds, 1),
    )
}  # fmt: skip

SETTINGS: Mapping[str, Column] = {
    f.name: Column(
        name=f.name, title=f.metadata["title"], says=f.metadata["says"], default=f.default,
        setting=True, numeric=f.default is None or type(f.default) in (int, float),
    )
    for f in dataclasses.fields(RunConfig)
}  # fmt: skip

TOLD: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column(name="created", title="Created", numeric=True, time=True),
        Column(name="ended", title="Ended", numeric=True, time=True),
        Column(name="state", title="State", says="finished, stopped, useless, ..."),
        Column(name="progress", title="Progress", unit="%", numeric=True),
        Column(name="name", title="Name"),
        Column(name="tag", title="Tags", several=True),
        Column(name="note", title="Note"),
        Column(name="star", title="Star", default=False),
        Column(name="run", title="Run"),
    )
}

COLUMNS: Mapping[str, Column] = {**TOLD, **MEASURED, **SETTINGS}
