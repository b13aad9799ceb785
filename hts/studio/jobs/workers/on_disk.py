"""Where the records of a stored run go: onto disk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.records import Evaluation, Snapshot
from hts.studio.store.store import Store


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
        self.store.series.add_evaluations(self.run_id, [evaluation])

    def snapshot(self, snapshot: Snapshot) -> None:
        """Keep the snapshot; it is the newest view too."""
        self.store.series.add_snapshot(self.run_id, snapshot)
        self.store.series.write_live(self.run_id, snapshot)

    def live(self, snapshot: Snapshot) -> None:
        """Replace the newest view."""
        self.store.series.write_live(self.run_id, snapshot)

    def progress(self, step: int, seconds: float) -> None:
        """Tell step and seconds."""
        self.store.control.progress(self.run_id, step, seconds)

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Write the weights of state ``step``."""
        self.store.arrays.save_checkpoint(self.run_id, step, seconds, tensors)
