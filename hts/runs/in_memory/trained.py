"""`hts.train`: one configuration to its end, with its history and its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from hts.config import RunConfig
from hts.data import load
from hts.data.sources import Dataset
from hts.estimates import with_interval
from hts.glossary import term
from hts.models.arrays import weight_names
from hts.records import Evaluation, RunResult, Snapshot
from hts.runs.in_memory.shown import alone, figure, frame, table
from hts.runs.recorder import InMemory
from hts.runs.single import train as run

if TYPE_CHECKING:
    from hts.runs.in_memory.shown import Figure, Frame


@dataclass(frozen=True, kw_only=True, repr=False)
class Trained:
    """A run that has ended.  ``evaluations`` and ``snapshots`` are its history.

    ``weights``: arrays by layer, ``hidden_1`` to ``output``, units first; none where it diverged.
    """

    config: RunConfig
    result: RunResult
    evaluations: tuple[Evaluation, ...]
    snapshots: tuple[Snapshot, ...]
    weights: Mapping[str, NDArray[np.float32]] = field(repr=False)

    def to_frame(self) -> Frame:
        """The evaluations as a pandas DataFrame, a row each: step, loss in nats, accuracies in %.

        Raises `BadInput` without pandas (extra ``tables``).
        """
        return frame([vars(one) for one in self.evaluations])

    def plot(self) -> Figure:
        """Training and test accuracy by step as a plotly figure.

        Raises `BadInput` without plotly (extra ``plot``).
        """
        steps = [one.step for one in self.evaluations]
        train = [one.train_accuracy for one in self.evaluations]
        test = [one.test_accuracy for one in self.evaluations]
        lines = [
            {"x": steps, "y": train, "name": "Training"},
            {"x": steps, "y": test, "name": "Test"},
        ]
        return figure(lines, x="Step", y="Accuracy (%)")

    def __repr__(self) -> str:
        c, r = self.config, self.result
        said = f"{r.stop_reason} at step {r.iterations}"
        if r.test_accuracy is not None:
            said += f", test accuracy {r.test_accuracy:.1f} %"
        noise = f"{c.noise_type.word} noise" + ("" if c.stability is None else f" {c.stability:g}")
        return f"<Trained {c.hash}: {c.data}, {noise}, width {c.width}; {said}>"

    def _repr_html_(self) -> str:
        r = self.result
        tail = r.tail_index
        rows: list[tuple[str, object]] = [
            ("Training accuracy (%)", r.train_accuracy),
            ("Test accuracy (%)", r.test_accuracy),
            (f"{term('norm-compressible-share').label} (%)", r.pruning_ratio),
            (f"{term('prunable').label} (%)", r.prunable),
            (term("tail-index").label, tail and with_interval(tail.alpha, tail.low, tail.high)),
            ("End", r.message),
        ]
        return table([{"Run": name, self.config.hash: value} for name, value in rows])


def train(
    config: RunConfig | None = None,
    *,
    dataset: Dataset | None = None,
    progress: bool | None = None,
    **settings: object,
) -> Trained:
    """Train one network in memory and return it with its history.

    ``config``, by default ``RunConfig()``, with ``settings`` (fields of `RunConfig`) changed:
    ``hts.train(noise="III", alpha=1.75)``.  ``dataset``: arrays to train on; by default the setting
    ``data`` is loaded.  ``progress``: show a bar; by default where stderr is a terminal.

    Nothing is stored.  A divergence is a result, not an exception.  Raises `BadInput` for settings
    that cannot be, also for replicates and controls, and `DataUnavailable` without the data.
    """
    config = alone((config or RunConfig()).replace(**settings), "hts.train")
    dataset = dataset or load(config.data)
    hidden = None if progress is None else not progress
    with tqdm(total=config.iterations, unit="step", disable=hidden) as bar:
        memory = _Memory(bar)
        result = run(config, dataset, recorder=memory)
    return Trained(
        config=config,
        result=result,
        evaluations=tuple(memory.evaluations),
        snapshots=tuple(memory.snapshots),
        weights={} if result.stop_reason == "diverged" else memory.weights,
    )


class _Memory(InMemory):
    """Keeps the history and the last weights, and moves a bar."""

    def __init__(self, bar: tqdm) -> None:
        super().__init__()
        self._bar = bar
        self.weights: dict[str, NDArray[np.float32]] = {}

    @property
    def saves(self) -> bool:
        """For the last weights."""
        return True

    def progress(self, step: int, seconds: float) -> None:
        """Move the bar."""
        self._bar.update(step - self._bar.n)

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Keep the weights."""
        self.weights = {name: tensors[name] for name in weight_names(tensors)}
