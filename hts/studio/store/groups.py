"""How a sweep goes on: its groups are taken by workers, end, are given back.

A group is a row of ``groups_of_members`` while it waits (no pid) or a worker has it (pid and its
start time).  Every change is one transaction that checks what it starts from, so that two
processes cannot both make it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from hts.studio.fair import CREDIT
from hts.studio.store.database import Database
from hts.studio.store.queue import Queue
from hts.studio.store.saved_groups import SavedGroups
from hts.studio.store.sweep_row import Group, group_from_row, number_of
from hts.studio.store.sweeps import Sweeps

Positions = Iterable[int]


@dataclass(frozen=True)
class Groups:
    """The rows of the table ``groups_of_members``."""

    db: Database
    queue: Queue
    sweeps: Sweeps
    saved: SavedGroups

    # -- by who plans -------------------------------------------------------------------------

    def add(self, sweep_id: str, groups: Iterable[Positions]) -> None:
        """Let these waiting members be computed, group by group in this order."""
        with self.db.writing() as connection:
            self.sweeps.touch(connection, sweep_id)
            self._insert(connection, sweep_id, groups)
            self.sweeps.settle(connection, sweep_id)

    # -- by the scheduler, and by workers -----------------------------------------------------

    def get(self, number: int) -> Group | None:
        """The group, or None if it has ended."""
        return next(iter(self._found("number = ?", number)), None)

    def held(self, sweep_id: str | None = None) -> list[Group]:
        """Groups that were given to workers, of every sweep or of one."""
        where = "" if sweep_id is None else " AND sweep = ?"
        values = () if sweep_id is None else (number_of(sweep_id),)
        return self._found(f"pid IS NOT NULL{where}", *values)

    def of(self, sweep_id: str) -> list[Group]:
        """The sweep's groups that have not ended."""
        return self._found("sweep = ?", number_of(sweep_id))

    def _found(self, where: str, *values: int) -> list[Group]:
        sql = f"SELECT * FROM groups_of_members WHERE {where} ORDER BY number"
        return [group_from_row(row) for row in self.db.rows(sql, values)]

    def waiting(self, sweep_id: str | None = None, *, without: Iterable[str] = ()) -> Group | None:
        """The group that comes next: of ``sweep_id``, or of the sweeps left to the scheduler.

        ``without``: owners whose sweeps are passed over.

        Among sweeps of several owners, of the one who has the fewest groups at work, then of the
        one who has had the fewest turns; as `hts.studio.fair` has it for runs.
        """
        where = "s.pid IS NULL" if sweep_id is None else "s.number = ?"
        values = [] if sweep_id is None else [number_of(sweep_id)]
        rows = self.db.rows(
            "SELECT g.* FROM sweeps AS s JOIN groups_of_members AS g ON g.sweep = s.number "
            "LEFT JOIN turns AS t ON t.owner = 'groups of ' || COALESCE(s.owner, '') "
            "LEFT JOIN (SELECT COALESCE(b.owner, '') AS owner, COUNT(*) AS groups "
            "  FROM groups_of_members AS h JOIN sweeps AS b ON b.number = h.sweep "
            "  WHERE h.pid IS NOT NULL GROUP BY 1) AS busy ON busy.owner = COALESCE(s.owner, '') "
            "LEFT JOIN turns AS clock ON clock.owner = 'groups' "
            f"WHERE s.state IN ('queued', 'running') AND g.pid IS NULL AND {where} "
            "AND COALESCE(s.owner, '') NOT IN (SELECT value FROM json_each(?)) "
            "ORDER BY COALESCE(busy.groups, 0), "
            f"MAX(COALESCE(t.turn, 0), COALESCE(clock.turn, 0) - {CREDIT}), g.sweep, g.number "
            "LIMIT 1",
            [*values, json.dumps(sorted(without))],
        )
        return group_from_row(rows[0]) if rows else None

    def take(
        self,
        *,
        pid: int,
        pid_started: float,
        sweep_id: str | None = None,
        without: Iterable[str] = (),
    ) -> Group | None:
        """Give the next waiting group to a worker; its members are running.  None without one."""
        with self.db.writing() as connection:
            found = self.waiting(sweep_id, without=without)
            if found is None:
                return None
            connection.execute(
                "UPDATE groups_of_members SET pid = ?, pid_started = ?, attempts = attempts + 1 "
                "WHERE number = ?",
                (pid, pid_started, found.number),
            )
            self.queue.note_turn(connection, "groups", self.sweeps.get(found.sweep).owner)
            self._move(connection, found, "waiting", "running")
            connection.execute(
                "UPDATE sweeps SET state = 'running', counted = COALESCE(counted, ?) "
                "WHERE number = ?",
                (time.time(), number_of(found.sweep)),
            )
            return self.get(found.number)

    def leave(
        self,
        number: int,
        *,
        pid: int,
        parts: Sequence[Positions] | None = None,
        counts: bool = True,
    ) -> bool:
        """The worker ``pid`` leaves the group: it is gone if all its members have ended.

        What remains of it waits again, whole or in ``parts``, which begin anew.  ``counts``:
        whole, it remembers the attempt.  Returns whether ``pid`` had the group.
        """
        with self.db.writing() as connection:
            group = self.get(number)
            if group is None or group.pid != pid:
                return False
            self._move(connection, group, "running", "waiting")
            left = self.remaining(group)
            if left and parts is None:
                connection.execute(
                    "UPDATE groups_of_members SET pid = NULL, pid_started = NULL, positions = ?, "
                    "attempts = MAX(0, attempts - ?) WHERE number = ?",
                    (_text(left), not counts, number),
                )
            else:
                connection.execute("DELETE FROM groups_of_members WHERE number = ?", (number,))
                self._insert(connection, group.sweep, parts or ())
            self.sweeps.settle(connection, group.sweep)
        if not left or parts is not None:
            self.saved.drop(group.sweep, group.positions)
        return True

    def note_progress(self, sweep_id: str, pid: int) -> None:
        """The worker ``pid`` has kept a state of its group: attempts before no longer count."""
        self.db.change(
            "UPDATE groups_of_members SET attempts = 0 WHERE sweep = ? AND pid = ?",
            (number_of(sweep_id), pid),
        )

    def remaining(self, group: Group) -> list[int]:
        """Positions of the group's members that have not ended."""
        sql = "SELECT position FROM members WHERE sweep = ? AND state IN ('waiting', 'running')"
        sql += " AND position IN (SELECT value FROM json_each(?))"
        rows = self.db.rows(sql, (number_of(group.sweep), _text(group.positions)))
        going_on = {row["position"] for row in rows}
        return [position for position in group.positions if position in going_on]

    # -- shared by these ----------------------------------------------------------------------

    def _insert(
        self, connection: sqlite3.Connection, sweep_id: str, groups: Iterable[Positions]
    ) -> None:
        connection.executemany(
            "INSERT INTO groups_of_members (sweep, positions) VALUES (?, ?)",
            [(number_of(sweep_id), _text(positions)) for positions in groups],
        )

    def _move(self, connection: sqlite3.Connection, group: Group, before: str, after: str) -> None:
        revision = self.sweeps.touch(connection, group.sweep)
        connection.executemany(
            "UPDATE members SET state = ?, revision = ? "
            "WHERE sweep = ? AND position = ? AND state = ?",
            [
                (after, revision, number_of(group.sweep), position, before)
                for position in group.positions
            ],
        )


def _text(positions: Positions) -> str:
    return msgspec.json.encode(tuple(positions)).decode()
