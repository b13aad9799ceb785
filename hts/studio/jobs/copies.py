"""A run that goes on from where another one stands, with all that one has recorded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from hts.studio.store.run_row import networks_of
from hts.studio.store.store import Store

RECORDS: Mapping[str, str] = {
    "evaluations": "step, train_loss, train_accuracy, test_accuracy, seconds",
    "summaries": "step, body",
    "network_evaluations": "network, step, body",
    "network_summaries": "network, step, body",
}


def copy_records(store: Store, run_id: str, to: str) -> None:
    """Give the new run ``to`` all that ``run_id`` and its networks have recorded.

    Files are never changed but replaced, so both runs have the same one until then.  A worker of
    ``run_id`` may go on meanwhile: evaluations are there before the checkpoint of their step.
    """
    home = store.home
    with store.db.writing() as connection:
        _link(home.checkpoint(run_id), home.checkpoint(to))
        for path in (home.live, home.networks):
            _link(path(run_id), path(to))
        run, numbers = store.runs.get(run_id), (store.runs.number(to), store.runs.number(run_id))
        for table, columns in RECORDS.items():
            connection.execute(
                f"INSERT INTO {table} SELECT ?, {columns} FROM {table} WHERE run = ?", numbers
            )
        for path in (home.moment, home.snapshot):
            for step in store.series.snapshot_steps(run_id):
                _link(path(run_id, step), path(to, step))
        for old, new in zip(networks_of(run), networks_of(store.runs.get(to)), strict=True):
            _link(home.weights(old), home.weights(new))
        at = store.arrays.checkpoint_at(to)
        store.runs.update(
            to, step=run.step, seconds=run.seconds, started=run.started, attempt=run.attempt,
            checkpoint_step=None if at is None else at[0],
        )  # fmt: skip


def _link(path: Path, to: Path) -> None:
    if not path.exists():
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, to)
    except OSError:  # a disk without links
        shutil.copyfile(path, to)
