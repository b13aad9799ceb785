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
from typing import Any

from hts.config import RunConfig
from hts.records import encode
from hts.studio.store.run_row import Run, Visibility
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


class MemberCache:
    """The decoded members of the sweeps looked at last; safe to share between threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._sweeps: OrderedDict[int, tuple[int, list[Member]]] = OrderedDict()

    def get(self, number: int) -> tuple[int, list[Member]]:
        """The revision up to which they are known, and the members."""
        return self._sweeps.get(number, (-1, []))

    def put(self, number: int, revision: int, members: list[Member]) -> None:
        """Remember them; the sweep looked at longest ago is forgotten."""
        self._sweeps[number] = (revision, members)
        self._sweeps.move_to_end(number)
        while len(self._sweeps) > _REMEMBERED:
            self._sweeps.popitem(last=False)


class Sweeps(Runs):
    """The rows of the tables ``sweeps`` and ``members``."""

    _members: MemberCache

    def create_sweep(
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
        (`add_groups`).  With ``worker`` (pid and its start time) it is left to that process.
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

    def sweep(self, sweep_id: str) -> Sweep:
        """The sweep as it stands; `UnknownSweep` if there is none."""
        found = self._sweeps("WHERE s.number = ?", number_of(sweep_id))
        if not found:
            raise UnknownSweep(sweep_id)
        return found[0]

    def sweeps(
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
        conditions, values = [], list[Any]()
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
        return self._sweeps(order, *values, -1 if limit is None else limit)

    def _sweeps(self, where: str, *values: Any) -> builtins.list[Sweep]:
        with self.db.reading() as connection:
            rows = connection.execute(f"SELECT * FROM sweeps AS s {where}", values).fetchall()
            return [_from_row(row, _counts(connection, row["number"])) for row in rows]

    def members(self, sweep_id: str) -> builtins.list[Member]:
        """The members in order; what did not change since the last call is not read again."""
        number = number_of(sweep_id)
        with self._members.lock:
            known, members = self._members.get(number)
            rows = self.db.rows(
                "SELECT * FROM members WHERE sweep = ? AND revision > ? ORDER BY position",
                (number, known),
            )
            if rows:
                members = list(members)
                for row in rows:
                    members[row["position"] : row["position"] + 1] = [member_from_row(row)]
                known = max(row["revision"] for row in rows)
            elif not members:
                self.sweep(sweep_id)  # says so if there is no such sweep
            self._members.put(number, known, members)
            return list(members)

    def rename_sweep(self, sweep_id: str, name: str) -> None:
        """Give the sweep another name."""
        with self.db.writing() as connection:
            self._touch(connection, sweep_id, name=name)

    def delete_sweep(self, sweep_id: str) -> None:
        """Remove a sweep with the runs that were made for it; refused while it is going on."""
        with self.db.writing() as connection:
            sweep, number = self.sweep(sweep_id), number_of(sweep_id)
            held = connection.execute(
                "SELECT 1 FROM groups_of_members WHERE sweep = ? AND pid IS NOT NULL", (number,)
            ).fetchone()
            if sweep.active or held:
                raise BadInput(
                    f"sweep {sweep_id} is still going on and cannot be deleted while its workers "
                    "write into it: stop it first."
                )
            runs = [run.id for run in self.list(sweep=sweep_id)]
            connection.execute("DELETE FROM sweeps WHERE number = ?", (number,))
            for run_id in runs:
                connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
                self._forget_in_sweeps(run_id)
        for run_id in runs:
            shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self.home.sweep_log(sweep_id).unlink(missing_ok=True)
        self.home.sweep_cluster(sweep_id).unlink(missing_ok=True)
        shutil.rmtree(self.home.sweep_groups(sweep_id), ignore_errors=True)

    # -- what is there already ------------------------------------------------------------------

    def finished_run(self, config: RunConfig, sight: Sight | None = None) -> Run | None:
        """The newest run of these settings that came to its own end; None if there is none.

        ``sight``: among those that somebody sees.
        """
        condition, values = sight.of_runs() if sight is not None else ("true", [])
        rows = self.db.rows(
            "SELECT id FROM runs WHERE id > ? AND id < ? AND state = 'finished' "
            f"AND {condition} ORDER BY number DESC",
            (f"{config.hash}-", f"{config.hash}.", *values),  # "." follows "-"
        )
        for row in rows:
            run = self.get(row["id"])
            if run.result is not None and run.result.stop_reason != "stopped":
                return run
        return None

    def reuse_finished(self, sweep_id: str, sight: Sight | None = None) -> int:
        """Mark waiting members done whose run is there already; returns how many.

        ``sight``: only runs that somebody sees are taken.
        """
        found = [
            (run.id, encode(run.result).decode(), run.seconds, number_of(sweep_id), member.position)
            for member in self.members(sweep_id)
            if member.state == "waiting"
            and (run := self.finished_run(member.config, sight)) is not None
        ]
        if not found:
            return 0
        with self.db.writing() as connection:
            revision = self._touch(connection, sweep_id)
            return connection.executemany(
                "UPDATE members SET state = 'done', reused = 1, run = ?, result = ?, seconds = ?, "
                f"revision = {revision} WHERE sweep = ? AND position = ? AND state = 'waiting'",
                found,
            ).rowcount

    def _touch(self, connection: sqlite3.Connection, sweep_id: str, **values: Any) -> int:
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


def _from_row(row: sqlite3.Row, counts: dict[str, int]) -> Sweep:
    return Sweep(
        id=f"s{row['number']}",
        name=row["name"],
        spec=row["spec"],
        created=row["created"],
        state=row["state"],
        message=row["message"],
        seconds=row["seconds"],
        pid=row["pid"],
        pid_started=row["pid_started"],
        revision=row["revision"],
        owner=row["owner"],
        visibility=row["visibility"],
        **counts,
    )
