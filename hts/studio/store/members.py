"""How members of a sweep end: with a finished run, new or there already, or with words."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from hts.config import RunConfig
from hts.records import Evaluation, RunResult, Snapshot, encode
from hts.studio.store.array_files import Named
from hts.studio.store.arrays import Arrays
from hts.studio.store.database import Database
from hts.studio.store.paths import Home, replacing
from hts.studio.store.runs import Runs
from hts.studio.store.series import Series
from hts.studio.store.sight import Sight
from hts.studio.store.sweep_row import UnknownSweep, number_of
from hts.studio.store.sweeps import Sweeps


@dataclass(frozen=True)
class Members:
    """Changes of single members.  Each is one transaction, acknowledged when it returns."""

    db: Database
    home: Home
    runs: Runs
    series: Series
    arrays: Arrays
    sweeps: Sweeps

    def finish(
        self,
        sweep_id: str,
        position: int,
        result: RunResult,
        *,
        snapshot: Snapshot | None = None,
        evaluations: Sequence[Evaluation] = (),
        weights: Named | None = None,
        device: str = "",
        threads: int | None = None,
    ) -> str | None:
        """Record a member's result as a finished run, and return the run's id.

        The run has its final ``snapshot``, the ``evaluations`` that are given, and ``weights``, if
        any.  Returns None, and changes nothing, for a member that is done already.
        """
        run_id = None
        try:
            with self.db.writing() as connection:
                member = self._member(connection, sweep_id, position)
                if member["state"] == "done":
                    return None
                config = RunConfig.from_json(member["config"])
                run_id = self.runs.next_id(connection, config)
                began = time.time() - result.seconds
                connection.execute(
                    "INSERT INTO runs (id, config, title, state, message, created, started, ended,"
                    " step, seconds, result, device, threads, attempt, sweep, owner, visibility)"
                    " SELECT ?, ?, '', 'finished', ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, owner,"
                    " visibility FROM sweeps WHERE number = ?",
                    (run_id, config.to_json(), result.message, began, began, began + result.seconds,
                     result.iterations, result.seconds, encode(result).decode(), device, threads,
                     sweep_id, number_of(sweep_id)),
                )  # fmt: skip
                self.series.add_evaluations(run_id, evaluations)
                with replacing(self.home.config(run_id)) as file:
                    file.write(config.to_json().encode())
                if snapshot is not None:
                    self.series.add_snapshot(run_id, snapshot)
                if weights is not None:
                    self.arrays.save_weights(run_id, weights)
                self._set_member(
                    connection, sweep_id, position, state="done", message="", run=run_id,
                    result=encode(result).decode(), seconds=result.seconds,
                )  # fmt: skip
        except BaseException:
            if run_id is not None:
                shutil.rmtree(self.home.run(run_id), ignore_errors=True)
            raise
        return run_id

    def fail(self, sweep_id: str, position: int, message: str) -> None:
        """Record in words why a member has no result; one that is done stays so."""
        with self.db.writing() as connection:
            if self._member(connection, sweep_id, position)["state"] != "done":
                self._set_member(connection, sweep_id, position, state="failed", message=message)

    def reuse_finished(self, sweep_id: str, sight: Sight | None = None) -> int:
        """Mark waiting members done whose run is there already; returns how many.

        ``sight``: only runs that somebody sees are taken.
        """
        found = [
            (run.id, encode(run.result).decode(), run.seconds, number_of(sweep_id), member.position)
            for member in self.sweeps.members(sweep_id)
            if member.state == "waiting"
            and (run := self.runs.finished(member.config, sight)) is not None
        ]
        if not found:
            return 0
        with self.db.writing() as connection:
            revision = self.sweeps.touch(connection, sweep_id)
            return connection.executemany(
                "UPDATE members SET state = 'done', reused = 1, run = ?, result = ?, seconds = ?, "
                f"revision = {revision} WHERE sweep = ? AND position = ? AND state = 'waiting'",
                found,
            ).rowcount

    def retry_failed(self, sweep_id: str) -> None:
        with self.db.writing() as connection:
            revision = self.sweeps.touch(connection, sweep_id)
            connection.execute(
                "UPDATE members SET state = 'waiting', message = '', revision = ? "
                "WHERE sweep = ? AND state = 'failed'",
                (revision, number_of(sweep_id)),
            )

    def _member(self, connection: sqlite3.Connection, sweep_id: str, position: int) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(
            "SELECT config, state FROM members WHERE sweep = ? AND position = ?",
            (number_of(sweep_id), position),
        ).fetchone()
        if row is None:
            raise UnknownSweep(f"{sweep_id}, member {position}")
        return row

    def _set_member(
        self, connection: sqlite3.Connection, sweep_id: str, position: int, **values: object
    ) -> None:
        revision = self.sweeps.touch(connection, sweep_id)
        sets = "".join(f"{name} = ?, " for name in values)
        connection.execute(
            f"UPDATE members SET {sets}revision = ? WHERE sweep = ? AND position = ?",
            (*values.values(), revision, number_of(sweep_id), position),
        )
