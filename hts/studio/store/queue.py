"""The queue: in which order runs start, whose turn it is, and whether anything starts at all."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from hts.studio.fair import Request, fair_order, served
from hts.studio.store.database import Database
from hts.studio.store.run_row import Run
from hts.studio.store.runs import Runs

DRAIN = "drain"


@dataclass(frozen=True)
class Queue:
    """Queued runs, and the tables ``turns`` and ``notes``."""

    db: Database
    of_runs: Runs

    def runs(self) -> list[Run]:
        """Queued runs in the order in which they will start; see `hts.studio.fair`."""
        queued = {run.id: run for run in self.of_runs.list(states=("queued",))}
        return [queued[run_id] for run_id in self._order() if run_id in queued]

    def _order(self) -> list[str]:
        with self.db.reading() as connection:
            waiting = connection.execute(
                "SELECT number, id, COALESCE(owner, '') AS owner FROM runs "
                "WHERE state = 'queued' AND +sweep IS NULL"
            ).fetchall()
            if len({row["owner"] for row in waiting}) <= 1:  # nobody to be fair to
                return [row["id"] for row in sorted(waiting, key=lambda row: row["number"])]
            busy = connection.execute(
                "SELECT COALESCE(owner, ''), COUNT(*) FROM runs "
                "WHERE state IN ('starting', 'running') GROUP BY 1"
            ).fetchall()
            turns = self._turns(connection, "runs")
        ids = {row["number"]: row["id"] for row in waiting}
        requests = [Request(row["number"], row["owner"]) for row in waiting]
        order = fair_order(requests, dict(map(tuple, busy)), *turns)
        return [ids[request.number] for request in order]

    @staticmethod
    def _turns(connection: sqlite3.Connection, kind: str) -> tuple[dict[str, int], int]:
        """Who has had how many turns at ``kind``, runs or groups, and what the clock shows."""
        rows = connection.execute(
            "SELECT owner, turn FROM turns WHERE owner LIKE ? || '%'", (kind,)
        ).fetchall()
        found = {row["owner"]: int(row["turn"]) for row in rows}
        clock = found.pop(kind, 0)
        return {key.removeprefix(f"{kind} of "): turn for key, turn in found.items()}, clock

    def note_turn(self, connection: sqlite3.Connection, kind: str, owner: str | None) -> None:
        """The owner of a run, or of a group of a sweep, was served."""
        turns, clock = self._turns(connection, kind)
        turn, clock = served(turns.get(owner or ""), clock)
        connection.executemany(
            "INSERT OR REPLACE INTO turns VALUES (?, ?)",
            [(f"{kind} of {owner or ''}", turn), (kind, clock)],
        )

    def drain(self, words: str | None) -> None:
        """Start nothing new from now on, saying ``words`` on every page; None: go on again."""
        with self.db.writing() as connection:
            connection.execute("DELETE FROM notes WHERE name = ?", (DRAIN,))
            if words is not None:
                connection.execute("INSERT INTO notes VALUES (?, ?)", (DRAIN, words))

    def draining(self) -> str | None:
        """Why nothing new is started, in words; None if it is."""
        rows = self.db.rows("SELECT text FROM notes WHERE name = ?", (DRAIN,))
        return str(rows[0]["text"]) if rows else None
