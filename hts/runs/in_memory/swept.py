"""`hts.sweep`: every combination of some settings in memory, with medians over seeds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tqdm import tqdm

from hts.budget.groups import plan_groups
from hts.config import RunConfig
from hts.data import load
from hts.data.sources import Dataset
from hts.glossary import term
from hts.paired.median import Median, median_of
from hts.records import RunResult
from hts.runs.group import run_group
from hts.runs.in_memory.shown import alone, figure, frame, table
from hts.runs.outcome import Outcome
from hts.validate import BadInput, choice

if TYPE_CHECKING:
    from hts.runs.in_memory.shown import Figure, Frame


def _tail_index(result: RunResult) -> float | None:
    tail = result.tail_index
    return None if tail is None or not tail.fits else tail.alpha


def _accuracy(name: str) -> Callable[[RunResult], float | None]:
    """The field ``name``; a network that diverged answers nothing right."""
    return lambda result: 0.0 if result.stop_reason == "diverged" else getattr(result, name)


# What is told of a run, with its title and how it is read off.
MEASURES: Mapping[str, tuple[str, Callable[[RunResult], float | None]]] = {
    "train_accuracy": ("Training accuracy (%)", _accuracy("train_accuracy")),
    "test_accuracy": ("Test accuracy (%)", _accuracy("test_accuracy")),
    "pruning_ratio": (
        f"{term('norm-compressible-share').label} (%)", lambda result: result.pruning_ratio,
    ),
    "prunable": (f"{term('prunable').label} (%)", lambda result: result.prunable),
    "tail_index": (term("tail-index").label, _tail_index),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The runs that differ in nothing but the seed.

    ``settings``: the settings that were swept, without the seed; ``medians``: by the name of a
    measure, over the runs that have it (a tail index whose fit was rejected is none).
    """

    settings: Mapping[str, object]
    runs: int
    diverged: int
    medians: Mapping[str, Median] = field(repr=False)

    def to_dict(self) -> dict[str, object]:
        """A flat row: settings, counts, and of every measure median, low and high."""
        row: dict[str, object] = {**self.settings, "runs": self.runs, "diverged": self.diverged}
        for name in MEASURES:
            found = self.medians.get(name)
            row[name] = found and found.median
            row |= {f"{name}_low": found and found.low, f"{name}_high": found and found.high}
        return row


@dataclass(frozen=True, kw_only=True, repr=False)
class Swept:
    """Runs that have ended, ``results`` beside their ``configs``; ``axes``: what was swept."""

    axes: tuple[str, ...]
    configs: tuple[RunConfig, ...]
    results: tuple[RunResult, ...]

    def rows(self) -> list[dict[str, object]]:
        """One flat dict a run: what was swept, the measures, how it ended and the seconds."""
        return [
            {name: config.given(name) for name in self.axes}
            | {name: value(result) for name, (_, value) in MEASURES.items()}
            | {
                "stop_reason": result.stop_reason,
                "iterations": result.iterations,
                "seconds": result.seconds,
            }
            for config, result in zip(self.configs, self.results, strict=True)
        ]

    def cells(self) -> list[Cell]:
        """Medians over seeds with intervals between order statistics, in the order of the axes."""
        axes = [name for name in self.axes if name != "seed"]
        by_cell: dict[tuple[object, ...], list[RunResult]] = {}
        for config, result in zip(self.configs, self.results, strict=True):
            by_cell.setdefault(tuple(config.given(name) for name in axes), []).append(result)
        return [_cell(dict(zip(axes, at, strict=True)), found) for at, found in by_cell.items()]

    def to_frame(self) -> Frame:
        """`rows` as a pandas DataFrame; raises `BadInput` without pandas (extra ``tables``)."""
        return frame(self.rows())

    def plot(self, measure: str = "test_accuracy", *, x: str | None = None) -> Figure:
        """Medians of ``measure`` against the axis ``x`` as a plotly figure.

        ``x`` is by default the first axis; a line for each combination of the others, bars from
        low to high.  Raises `BadInput` without plotly (extra ``plot``) and for unknown names.
        """
        choice("measure", measure, MEASURES)
        axes = [name for name in self.axes if name != "seed"]
        if not axes:
            raise BadInput("a figure needs a setting on its x axis: only the seed was swept.")
        x = choice("x", axes[0] if x is None else x, axes)
        lines: dict[str, list[tuple[object, Median]]] = {}
        for cell in self.cells():
            name = ", ".join(f"{k} {v}" for k, v in cell.settings.items() if k != x)
            if (median := cell.medians.get(measure)) is not None:
                lines.setdefault(name, []).append((cell.settings[x], median))
        return figure([_line(*line) for line in lines.items()], x=x, y=MEASURES[measure][0])

    def __repr__(self) -> str:
        return (
            f"<Swept {', '.join(self.axes)}: {len(self.results)} runs, {len(self.cells())} cells>"
        )

    def _repr_html_(self) -> str:
        return table([
            {**cell.settings, "runs": cell.runs, "diverged": cell.diverged}
            | {title: _words(cell.medians.get(name)) for name, (title, _) in MEASURES.items()}
            for cell in self.cells()
        ])  # fmt: skip


def sweep(
    base: RunConfig | None = None,
    *,
    dataset: Dataset | None = None,
    progress: bool | None = None,
    **settings: object,
) -> Swept:
    """Train every combination of ``settings`` in memory and return all results.

    ``hts.sweep(alpha=[1.5, 1.75, 2], width=[100, 1000], seed=range(5))``: fields of `RunConfig`,
    each with a value or several; the others are those of ``base``.  ``dataset``: arrays to train
    on; by default the setting ``data`` is loaded.  ``progress``: show a bar; by default where
    stderr is a terminal.

    Runs whose products have one shape train together, with the batches and noise each has alone.
    Nothing is stored; `python -m hts sweep` keeps runs and goes on where it was stopped.  A
    divergence is a result.  Raises `BadInput`, before anything trains, for settings that cannot be,
    and `DataUnavailable` without the data.
    """
    axes = {
        name: list(given)
        for name, given in settings.items()
        if isinstance(given, Iterable) and not isinstance(given, str)
    }
    single = {name: given for name, given in settings.items() if name not in axes}
    start = (base or RunConfig()).replace(**single)
    for name, values in axes.items():
        if not values:
            raise BadInput(f"{name} must have a value or more, got none.")
    combinations = itertools.product(*axes.values())
    named = (dict(zip(axes, values, strict=True)) for values in combinations)
    configs = list(dict.fromkeys(alone(start.replace(**one), "hts.sweep") for one in named))
    if dataset is not None and "data" in axes:
        raise BadInput("data cannot be swept where a dataset is given: all runs train on that.")
    results = _trained(configs, dataset, None if progress is None else not progress)
    return Swept(axes=tuple(axes), configs=tuple(configs), results=tuple(results))


def _trained(
    configs: Sequence[RunConfig], dataset: Dataset | None, hidden: bool | None
) -> list[RunResult]:
    found: dict[int, RunResult] = {}
    names = {config.data for config in configs}
    loaded = {name: dataset or load(name) for name in names}
    with tqdm(total=len(configs), unit="run", disable=hidden) as bar:
        for group in plan_groups(configs):

            def keep(outcome: Outcome, group: list[int] = group) -> None:
                found[group[outcome.member]] = outcome.result
                bar.update()

            members = [configs[place] for place in group]
            run_group(members, loaded[members[0].data], on_end=keep)
    return [found[place] for place in range(len(configs))]


def _cell(settings: Mapping[str, object], results: Sequence[RunResult]) -> Cell:
    medians = {}
    for name, (_, value) in MEASURES.items():
        values = [known for result in results if (known := value(result)) is not None]
        if values:
            medians[name] = median_of(values)
    diverged = sum(result.stop_reason == "diverged" for result in results)
    return Cell(settings=settings, runs=len(results), diverged=diverged, medians=medians)


def _line(name: str, points: Sequence[tuple[object, Median]]) -> dict[str, object]:
    medians = [median for _, median in points]
    return {
        "x": [at for at, _ in points],
        "y": [m.median for m in medians],
        "name": name,
        "showlegend": bool(name),
        "error_y": {
            "array": [m.high - m.median for m in medians],
            "arrayminus": [m.median - m.low for m in medians],
        },
    }


def _words(median: Median | None) -> str | None:
    if median is None:
        return None
    interval = "" if median.n == 1 else f" ({median.low:.4g} to {median.high:.4g})"
    return f"{median.median:.4g}{interval}"
