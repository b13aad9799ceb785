"""Creating, finding and deleting sweeps, and reading their members."""

from __future__ import annotations

import builtins
import json
import shutil
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hts.config import RunConfig
from hts.studio.store.database import Database
from hts.studio.store.paths import Home
from hts.studio.store.run_row import Visibility, record_of
from hts.studio.store.runs import Runs
from hts.studio.store.sight import Sight
from hts.studio.store.sweep_row import (
    Member,
    Sweep,
    SweepState,
    UnknownSweep,
    member_from_row,
    number_of,
)
from hts.validate import BadInput

_REMEMBERED = 8  # sweeps whose members are kept decoded


@dataclass(frozen=True)
class Sweeps:
    """The rows of the table ``sweeps``, and reading their members."""

    db: Database
    home: Home
    runs: Runs
    # By sweep: the revision up to which its members are known, and these.
    _known: OrderedDict[int, tuple[int, list[Member]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(
        self,
        spec: str,
        name: str,
        configs: Sequence[RunConfig],
        *,
        worker: tuple[int, float] | None = None,
        owner: str | None = None,
        visibility: Visibility = "private",
    ) -> str:
        """Add a sweep over ``configs`` and return its id ``s<n>``; every member waits.

        ``spec``: the text that says what was asked.  Nothing begins before there are groups
        (`Groups.add`).  With ``worker`` (pid and its start time) it is left to that process.
        """
        pid, pid_started = worker or (None, None)
        with self.db.writing() as connection:
            number = connection.execute(
                "INSERT INTO sweeps (name, spec, created, pid, pid_started, owner, visibility)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, spec, time.time(), pid, pid_started, owner, visibility),
            ).lastrowid
            connection.executemany(
                "INSERT INTO members (sweep, position, config) VALUES (?, ?, ?)",
                [(number, place, config.to_json()) for place, config in enumerate(configs)],
            )
        return f"s{number}"

    def get(self, sweep_id: str) -> Sweep:
        """The sweep as it stands; `UnknownSweep` if there is none."""
        found = self._found("WHERE s.number = ?", number_of(sweep_id))
        if not found:
            raise UnknownSweep(sweep_id)
        return found[0]

    def list(
        self,
        *,
        limit: int | None = None,
        states: Iterable[SweepState] | None = None,
        sight: Sight | None = None,
        of: Iterable[str] | None = None,
    ) -> builtins.list[Sweep]:
        """Sweeps, newest first, at most ``limit`` and in these ``states`` only.

        ``sight``: only what somebody sees.  ``of``: only what these people asked for.
        """
        conditions, values = [], builtins.list[Any]()
        if states is not None:
            values += (chosen := tuple(states))
            conditions.append(f"s.state IN ({', '.join('?' * len(chosen))})")
        if sight is not None:
            condition, more = sight.of_sweeps()
            conditions.append(condition)
            values += more
        if of is not None:
            conditions.append("s.owner IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(sorted(of)))
        where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
        order = f"{where}ORDER BY s.number DESC LIMIT ?"
        return self._found(order, *values, -1 if limit is None else limit)

    def _found(self, where: str, *values: Any) -> builtins.list[Sweep]:
        with self.db.reading() as connection:
            rows = connection.execute(f"SELECT * FROM sweeps AS s {where}", values).fetchall()
            return [
                record_of(Sweep, row, id=f"s{row['number']}", **_counts(connection, row["number"]))
                for row in rows
            ]

    def members(self, sweep_id: str) -> builtins.list[Member]:
        """The members in order; what did not change since the last call is not read again."""
        number = number_of(sweep_id)
        with self._lock:
            known, members = self._known.get(number, (-1, []))
            rows = self.db.rows(
                "SELECT * FROM members WHERE sweep = ? AND revision > ? ORDER BY position",
                (number, known),
            )
            if rows:
                members = [*members]
                for row in rows:
                    members[row["position"] : row["position"] + 1] = [member_from_row(row)]
                known = max(row["revision"] for row in rows)
            elif not members:
                self.get(sweep_id)  # says so if there is no such sweep
            self._known[number] = (known, members)
            self._known.move_to_end(number)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            return [*members]

    def stop(self, sweep_id: str, message: str) -> bool:
        """Let nothing more of the sweep begin; workers see it.  False if it was not going on."""
        with self.db.writing() as connection:
            if not self.get(sweep_id).active:
                return False
            self.touch(
                connection, sweep_id, state="stopped", message=message, pid=None, pid_started=None
            )
            return True

    def start_again(self, sweep_id: str, *, worker: tuple[int, float] | None = None) -> None:
        """Queue a stopped or finished sweep, without groups; those that workers have go on.

        With ``worker`` it is left to that process.
        """
        pid, pid_started = worker or (None, None)
        with self.db.writing() as connection:
            self.touch(
                connection, sweep_id, state="queued", message="", pid=pid, pid_started=pid_started
            )
            connection.execute(
                "DELETE FROM groups_of_members WHERE sweep = ? AND pid IS NULL",
                (number_of(sweep_id),),
            )
            self.settle(connection, sweep_id)

    def goes_on(self, sweep_id: str) -> bool:
        """Whether more of the sweep may be computed; False also if it was deleted."""
        rows = self.db.rows("SELECT state FROM sweeps WHERE number = ?", (number_of(sweep_id),))
        return bool(rows) and rows[0]["state"] in ("queued", "running")

    def rename(self, sweep_id: str, name: str) -> None:
        with self.db.writing() as connection:
            self.touch(connection, sweep_id, name=name)

    def delete(self, sweep_id: str) -> None:
        """Remove a sweep with the runs that were made for it; refused while it is going on."""
        with self.db.writing() as connection:
            sweep, number = self.get(sweep_id), number_of(sweep_id)
            held = connection.execute(
                "SELECT 1 FROM groups_of_members WHERE sweep = ? AND pid IS NOT NULL", (number,)
            ).fetchone()
            if sweep.active or held:
                raise BadInput(
                    f"sweep {sweep_id} is still going on and cannot be deleted while its workers "
                    "write into it: stop it first."
                )
            runs = [run.id for run in self.runs.list(sweep=sweep_id)]
            connection.execute("DELETE FROM sweeps WHERE number = ?", (number,))
            for run_id in runs:
                connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
                self.runs.forget_in_sweeps(run_id)
        for run_id in runs:
            shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self.home.sweep_log(sweep_id).unlink(missing_ok=True)
        self.home.sweep_cluster(sweep_id).unlink(missing_ok=True)
        shutil.rmtree(self.home.sweep_groups(sweep_id), ignore_errors=True)

    def sees(self, sight: Sight, sweep_id: object) -> bool:
        """Whether there is such a sweep and it is seen."""
        try:
            number = number_of(sweep_id)
        except UnknownSweep:
            return False
        condition, values = sight.of_sweeps()
        sql = f"SELECT 1 FROM sweeps AS s WHERE s.number = ? AND {condition}"
        return bool(self.db.rows(sql, (number, *values)))

    def set_visibility(self, sweep_id: str, visibility: Visibility) -> None:
        """Show the sweep, and the runs made for it, to nobody else, the lab or everybody."""
        with self.db.writing():
            changed = self.db.change(
                "UPDATE sweeps SET visibility = ?, revision = revision + 1 WHERE number = ?",
                (visibility, number_of(sweep_id)),
            )
            if changed.rowcount != 1:
                raise UnknownSweep(sweep_id)
            self.db.change(
                "UPDATE runs SET visibility = ?, revision = revision + 1 WHERE sweep = ?",
                (visibility, sweep_id),
            )

    def settle(self, connection: sqlite3.Connection, sweep_id: str) -> None:
        """Stop the clock when no worker has a group; finish the sweep when nothing is left."""
        number = number_of(sweep_id)
        groups = connection.execute(
            "SELECT COUNT(*), COUNT(pid) FROM groups_of_members WHERE sweep = ?", (number,)
        ).fetchone()
        if groups[1] == 0:
            connection.execute("UPDATE sweeps SET counted = NULL WHERE number = ?", (number,))
        left = connection.execute(
            "SELECT 1 FROM members WHERE sweep = ? AND state IN ('waiting', 'running') LIMIT 1",
            (number,),
        ).fetchone()
        if left is None and groups[0] == 0:
            connection.execute(
                "UPDATE sweeps SET state = 'finished', message = '', pid = NULL, "
                "pid_started = NULL WHERE number = ?",
                (number,),
            )
            shutil.rmtree(self.home.sweep_groups(sweep_id), ignore_errors=True)

    def touch(self, connection: sqlite3.Connection, sweep_id: str, **values: Any) -> int:
        """Change columns of the sweep, add to its seconds, and return the new revision."""
        now, number = time.time(), number_of(sweep_id)
        sets = "".join(f"{name} = ?, " for name in values)
        connection.execute(
            f"UPDATE sweeps SET {sets}revision = revision + 1, "
            "seconds = seconds + COALESCE(MAX(0, ? - counted), 0), "
            "counted = CASE WHEN counted IS NULL THEN NULL ELSE ? END WHERE number = ?",
            (*values.values(), now, now, number),
        )
        row = connection.execute("SELECT revision FROM sweeps WHERE number = ?", (number,))
        found = row.fetchone()
        if found is None:
            raise UnknownSweep(sweep_id)
        return int(found[0])


def _counts(connection: sqlite3.Connection, number: int) -> dict[str, int]:
    rows = connection.execute(
        "SELECT state, reused, COUNT(*) FROM members WHERE sweep = ? GROUP BY state, reused",
        (number,),
    ).fetchall()
    counts = dict.fromkeys(("total", "done", "failed", "running", "reused"), 0)
    for state, reused, count in rows:
        counts["total"] += count
        if state != "waiting":
            counts[state] += count
        if reused:
            counts["reused"] += count
    return counts
