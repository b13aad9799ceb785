"""Where a run's records go: into memory, or onto disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hts.records import Evaluation, Snapshot
from hts.store import Store


class Recorder(Protocol):
    """What `train` tells of a run while it trains."""

    watched: bool  # whether somebody may look while it trains, so that live views are worth making

    @property
    def saves(self) -> bool:
        """Whether checkpoints on the way are of use."""

    def evaluation(self, evaluation: Evaluation) -> None:
        """An accuracy evaluation; always kept."""

    def snapshot(self, snapshot: Snapshot) -> None:
        """A snapshot that is kept."""

    def live(self, snapshot: Snapshot) -> None:
        """The newest view; the next one replaces it."""

    def progress(self, step: int, seconds: float) -> None:
        """How far it is."""

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Weights of state ``step``, from which the run can go on."""


@dataclass
class InMemory:
    """Keeps the history of a run that nobody watches."""

    watched: bool = False
    evaluations: list[Evaluation] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)

    @property
    def saves(self) -> bool:
        """As long as somebody may come back to it."""
        return self.watched

    def evaluation(self, evaluation: Evaluation) -> None:
        """Append it."""
        self.evaluations.append(evaluation)

    def snapshot(self, snapshot: Snapshot) -> None:
        """Append it."""
        self.snapshots.append(snapshot)

    def live(self, snapshot: Snapshot) -> None:
        """Nobody watches."""

    def progress(self, step: int, seconds: float) -> None:
        """Nobody watches."""

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Nothing to resume."""


@dataclass
class OnDisk:
    """Writes a run's records into the store, where every page and command finds them."""

    store: Store
    run_id: str
    watched: bool = True

    @property
    def saves(self) -> bool:
        """As long as somebody may come back to it."""
        return self.watched

    def evaluation(self, evaluation: Evaluation) -> None:
        """Add the row."""
        self.store.add_evaluations(self.run_id, [evaluation])

    def snapshot(self, snapshot: Snapshot) -> None:
        """Keep the snapshot; it is the newest view too."""
        self.store.add_snapshot(self.run_id, snapshot)
        self.store.write_live(self.run_id, snapshot)

    def live(self, snapshot: Snapshot) -> None:
        """Replace the newest view."""
        self.store.write_live(self.run_id, snapshot)

    def progress(self, step: int, seconds: float) -> None:
        """Tell step and seconds."""
        self.store.progress(self.run_id, step, seconds)

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Write the weights of state ``step``."""
        self.store.save_checkpoint(self.run_id, step, seconds, tensors)
