"""Creating, finding and deleting runs."""

from __future__ import annotations

import builtins
import functools
import re
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hts.config import RunConfig
from hts.studio.store.database import Database
from hts.studio.store.paths import Home, log, replacing
from hts.studio.store.run_row import (
    Run,
    State,
    UnknownRun,
    Visibility,
    Want,
    from_row,
    network_of,
    split,
)
from hts.studio.store.sight import Sight, asked_by
from hts.validate import BadInput

UNSTEERED = "steered = '[]' AND wishes = '[]'"

_ID = re.compile(r"[0-9a-f]{10}-[1-9][0-9]*")


@dataclass(frozen=True)
class Runs:
    """The rows of the table ``runs``, with their folders."""

    db: Database
    home: Home

    def create(
        self,
        config: RunConfig,
        *,
        twin_of: str | None = None,
        title: str = "",
        want: Want = "run",
        worker: tuple[int, float] | None = None,
        owner: str | None = None,
        visibility: Visibility = "private",
    ) -> str:
        """Add a run and return its id ``<hash>-<n>``, n = 1, 2, ... for repeats.

        A number is never used twice, also when its run was deleted.  ``twin_of`` pairs the new run
        with another one, in both directions; `UnknownRun` if there is no such run.  The run is
        queued, or with ``worker`` (pid and its start time) given to that process right away.
        """
        pid, pid_started = worker or (None, None)
        with self.db.writing() as connection:
            if twin_of is not None:
                self.number(twin_of)
            run_id = self.next_id(connection, config)
            connection.execute(
                "INSERT INTO runs (id, config, title, twin, want, state, pid, pid_started, created,"
                " owner, visibility) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run_id, config.to_json(), title, twin_of, want, "starting" if worker else "queued",
                 pid, pid_started, time.time(), owner, visibility),
            )  # fmt: skip
            if twin_of is not None:
                connection.execute(
                    "UPDATE runs SET twin = ?, revision = revision + 1 WHERE id = ?",
                    (run_id, twin_of),
                )
            with replacing(self.home.config(run_id)) as file:
                file.write(config.to_json().encode())
        return run_id

    @staticmethod
    def next_id(connection: sqlite3.Connection, config: RunConfig) -> str:
        connection.execute(
            "INSERT INTO repeats VALUES (?, 1) ON CONFLICT (hash) DO UPDATE SET last = last + 1",
            (config.hash,),
        )
        row = connection.execute("SELECT last FROM repeats WHERE hash = ?", (config.hash,))
        return f"{config.hash}-{row.fetchone()[0]}"

    def get(self, run_id: str) -> Run:
        """The run, or the network of one (`networks`), as it stands; `UnknownRun` without."""
        base, key = split(run_id)
        rows = self.db.rows("SELECT * FROM runs WHERE id = ?", (base,))
        if not rows:
            raise UnknownRun(run_id)
        run = from_row(rows[0])
        return run if key is None else network_of(run, key)

    def list(
        self,
        *,
        limit: int | None = None,
        states: Iterable[State] | None = None,
        sweep: str | None = None,
        sight: Sight | None = None,
        of: Iterable[str] | None = None,
    ) -> builtins.list[Run]:
        """Runs, newest first, at most ``limit`` and in these ``states`` only.

        Runs of sweeps, which may be thousands, are left out; with ``sweep`` they are those of that
        sweep.  ``sight``: only what somebody sees.  ``of``: only what these people asked for.
        A row that can no longer be read is left out, with a line in the log.
        """
        alone = "sweep IS NULL" if states is None else "+sweep IS NULL"  # "+": look by state
        conditions = [alone if sweep is None else "sweep = ?"]
        values: builtins.list[Any] = [] if sweep is None else [sweep]
        seen = [] if sight is None else [sight.of_runs()]
        for condition, named in seen if of is None else [*seen, asked_by(of)]:
            conditions.append(condition)
            values += named
        if states is not None:
            values += (chosen := tuple(states))
            conditions.append(f"state IN ({', '.join('?' * len(chosen))})")
        rows = self.db.rows(
            f"SELECT * FROM runs WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
        return [run for row in rows if (run := readable(row)) is not None]

    def like(
        self, config: RunConfig, states: Iterable[State], sight: Sight | None = None
    ) -> Iterator[Run]:
        """Runs of these settings in these states that were not stopped, newest first.

        One that was steered, or is to be, is a run of other settings.
        ``sight``: only what somebody sees.
        """
        condition, values = sight.of_runs() if sight is not None else ("true", [])
        chosen = tuple(states)
        rows = self.db.rows(
            f"SELECT * FROM runs WHERE id > ? AND id < ? AND {UNSTEERED} AND {condition} "
            f"AND state IN ({', '.join('?' * len(chosen))}) ORDER BY number DESC",
            (f"{config.hash}-", f"{config.hash}.", *values, *chosen),  # "." follows "-"
        )
        found = map(from_row, rows)
        return (run for run in found if run.result is None or run.result.stop_reason != "stopped")

    def finished(self, config: RunConfig, sight: Sight | None = None) -> Run | None:
        """The newest run of these settings that came to its own end; None if there is none."""
        found = self.like(config, ("finished",), sight)
        return next((run for run in found if run.result is not None), None)

    def rename(self, run_id: str, title: str) -> None:
        self.update(run_id, title=title)

    def delete(self, run_id: str) -> None:
        """Remove a run with everything it recorded; refused while a worker has it."""
        with self.db.writing() as connection:
            run = self.get(run_id)
            if run.held:
                raise BadInput(
                    f"run {run_id} is {run.state} and cannot be deleted while its worker writes "
                    "into it: stop it first."
                )
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
            connection.execute(
                "UPDATE runs SET twin = NULL, revision = revision + 1 WHERE twin = ?", (run_id,)
            )
            self.forget_in_sweeps(run_id)
        folder = self.home.run(run_id)
        for each in (folder, *folder.parent.glob(f"{run_id}.*")):
            shutil.rmtree(each, ignore_errors=True)

    def sees(self, sight: Sight, run_id: object) -> bool:
        """Whether there is such a run and it is seen."""
        condition, values = sight.of_runs()
        sql = f"SELECT 1 FROM runs WHERE id = ? AND {condition}"
        return isinstance(run_id, str) and bool(self.db.rows(sql, (split(run_id)[0], *values)))

    def set_visibility(self, run_id: str, visibility: Visibility) -> None:
        """Show the run to nobody else, to the lab or to everybody."""
        self.update(run_id, visibility=visibility)

    def forget_in_sweeps(self, run_id: str) -> None:
        """Sweeps that have this run as a member keep its result, but not the way to it."""
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE sweeps SET revision = revision + 1 "
                "WHERE number IN (SELECT sweep FROM members WHERE run = ?)",
                (run_id,),
            )
            connection.execute(
                "UPDATE members SET run = NULL, revision = "
                "(SELECT revision FROM sweeps WHERE number = members.sweep) WHERE run = ?",
                (run_id,),
            )

    def number(self, run_id: str) -> int:
        """The whole number under which other tables know the run; it is never used again."""
        if isinstance(run_id, str) and _ID.fullmatch(run_id):
            rows = self.db.rows("SELECT number FROM runs WHERE id = ?", (run_id,))
            if rows:
                return int(rows[0][0])
        raise UnknownRun(run_id)

    def update(
        self, run_id: str, *, only: Iterable[State] = (), of_pid: int | None = None, **values: Any
    ) -> bool:
        """Set columns of one run; with ``only`` and ``of_pid`` just if they still hold.

        Returns whether the row was changed.
        """
        states = tuple(only)
        sets = "".join(f"{name} = ?, " for name in values)
        sql = f"UPDATE runs SET {sets}revision = revision + 1 WHERE id = ?"
        arguments: tuple[Any, ...] = (*values.values(), run_id)
        if states:
            sql += f" AND state IN ({', '.join('?' * len(states))})"
            arguments += states
        if of_pid is not None:
            sql += " AND pid = ?"
            arguments += (of_pid,)
        changed = self.db.change(sql, arguments).rowcount == 1
        if not changed:
            self.number(run_id)  # says so if there is no such run
        return changed


def readable(row: sqlite3.Row) -> Run | None:
    """The run, or None with a line in the log where its row cannot be read."""
    try:
        return from_row(row)
    except BadInput as error:
        _warn_once(row["id"], str(error))
        return None


@functools.lru_cache(maxsize=1024)
def _warn_once(run_id: str, why: str) -> None:
    """Schedulers look several times a second."""
    log.warning("run %s is left out, its row cannot be read: %s", run_id, why)
