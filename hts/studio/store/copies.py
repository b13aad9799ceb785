"""A run that goes on from where another one stands, with all that one has recorded."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from hts.studio.store.arrays import Arrays
from hts.studio.store.database import Database
from hts.studio.store.paths import Home
from hts.studio.store.runs import Runs


@dataclass(frozen=True)
class Copies:
    """Copies records between runs of the same settings.

    Files are never changed but replaced, so both runs have the same one until then.
    """

    db: Database
    home: Home
    runs: Runs
    arrays: Arrays

    def copy(self, run_id: str, to: str) -> None:
        """Give the new run ``to`` the checkpoint, evaluations and snapshots of ``run_id``.

        A worker of ``run_id`` may go on meanwhile: evaluations are there before the checkpoint of
        their step.
        """
        with self.db.writing() as connection:
            _link(self.home.checkpoint(run_id), self.home.checkpoint(to))
            _link(self.home.live(run_id), self.home.live(to))
            run, numbers = self.runs.get(run_id), (self.runs.number(to), self.runs.number(run_id))
            connection.execute(
                "INSERT INTO evaluations SELECT ?, step, train_loss, train_accuracy, test_accuracy,"
                " seconds FROM evaluations WHERE run = ?",
                numbers,
            )
            connection.execute(
                "INSERT INTO summaries SELECT ?, step, body FROM summaries WHERE run = ?", numbers
            )
            for (step,) in connection.execute(
                "SELECT step FROM summaries WHERE run = ?", numbers[1:]
            ).fetchall():
                _link(self.home.snapshot(run_id, step), self.home.snapshot(to, step))
            at = self.arrays.checkpoint_at(to)
            self.runs.update(
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
