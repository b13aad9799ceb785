"""The one way from a group of a sweep to its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hts.config import RunConfig
from hts.data import Dataset
from hts.experiments.memory import check_memory
from hts.experiments.recorder import InMemory
from hts.experiments.train import Control, train
from hts.records import Evaluation, RunResult, Snapshot

Tensors = dict[str, np.ndarray]
OnResult = Callable[[int, RunResult, Snapshot | None, list[Evaluation], Tensors | None], None]


def run_group(
    configs: Sequence[RunConfig], dataset: Dataset, *, on_result: OnResult, control: Control
) -> None:
    """Train ``configs``, which have the same shapes (`hts.experiments.sweep_groups.shape_of`).

    ``on_result(place, result, snapshot, evaluations, tensors)`` is called as each member ends,
    with its place in ``configs``; a diverged one has no snapshot and no tensors.  When
    ``control.wanted`` answers "stop", members that have not ended are dropped.  An exception
    ends the group; results told before it stand.
    """
    for place, config in enumerate(configs):
        check_memory(
            config,
            inputs=dataset.x_train.shape[1],
            classes=len(dataset.classes),
            train=len(dataset.y_train),
            test=len(dataset.y_test),
        )
        kept = _Last()
        result = train(config, dataset, recorder=kept, control=control)
        if result.stop_reason == "stopped":
            return
        ended = result.stop_reason != "diverged"
        snapshot = kept.snapshots[-1] if ended else None
        on_result(place, result, snapshot, kept.evaluations, kept.tensors if ended else None)


@dataclass
class _Last(InMemory):
    """In memory, with the final weights."""

    tensors: Tensors = field(default_factory=dict)

    def checkpoint(self, step: int, seconds: float, tensors: Tensors) -> None:
        """Keep the last."""
        self.tensors = tensors
