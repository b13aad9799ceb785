"""Run a stored run: the same code path for the worker behind a page and for the command line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.budget.work import useful_threads
from hts.config.arms import trains_several
from hts.records import Evaluation, RunResult, Snapshot
from hts.runs.recorder import Control
from hts.runs.single import Checkpoint, train
from hts.studio.jobs.workers.execute_several import execute_several
from hts.studio.jobs.workers.possible import need_possible
from hts.studio.lab.holdings import tables_of
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.training.device import choose_device


def execute(
    store: Store, run_id: str, control: Control | None = None, *, threads: int | None = None
) -> RunResult:
    """Train run ``run_id`` of ``store``, from its last checkpoint if it has one, into the store.

    ``threads``: the most that torch may have on the CPU (None: one a core); a run whose steps are
    small takes one, and the result does not depend on it.  Raises `BadInput` when the data cannot
    be had or the memory does not suffice; marking the run finished is the caller's.
    """
    run = store.runs.get(run_id)
    with tables_of(store, run.owner):
        return _executed(store, run, control, threads)


def _executed(store: Store, run: Run, control: Control | None, threads: int | None) -> RunResult:
    import torch

    run_id, dataset = run.id, need_possible(run.effective)
    threads = useful_threads(run.effective, threads or torch.get_num_threads(), **dataset.sizes)
    torch.set_num_threads(threads)
    store.control.describe(run_id, device=str(choose_device(run.config.device)), threads=threads)
    if trains_several(run.config):
        return execute_several(store, run, dataset, control)
    found = store.arrays.load_checkpoint(run_id)
    return train(
        run.effective,
        dataset,
        recorder=OnDisk(store, run_id),
        control=control,
        checkpoint=None if found is None else Checkpoint(*found),
    )


@dataclass
class OnDisk:
    """Writes a run's records into the store, where every page and command finds them."""

    store: Store
    run_id: str
    watched: bool = True

    @property
    def saves(self) -> bool:
        return self.watched

    def evaluation(self, evaluation: Evaluation) -> None:
        self.store.series.add_evaluations(self.run_id, [evaluation])

    def snapshot(self, snapshot: Snapshot) -> None:
        self.store.series.add_snapshot(self.run_id, snapshot)
        self.live(snapshot)

    def live(self, snapshot: Snapshot) -> None:
        self.store.series.write_live(self.run_id, snapshot)

    def progress(self, step: int, seconds: float) -> None:
        self.store.control.progress(self.run_id, step, seconds)

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        self.store.arrays.save_checkpoint(self.run_id, step, seconds, tensors)
