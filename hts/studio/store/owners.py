"""Who asked for what: people, the owners of runs and sweeps, and who else wants a run.

A run has one owner, who may change it, and any number of askers, who asked for the same settings
while it was there and see it among theirs.  When its owner gives it up, the earliest asker gets it.
"""

from __future__ import annotations

import builtins
import time
from dataclasses import dataclass
from pathlib import Path

from hts.config import RunConfig
from hts.studio.store.run_row import Run, Visibility, from_row
from hts.studio.store.runs import Runs
from hts.studio.store.sight import Sight
from hts.studio.store.sweep_row import UnknownSweep, number_of

DRAIN = "drain"


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody who has been here.  ``seen``: when they last were, unix seconds."""

    id: str
    name: str
    role: str
    how: str
    seen: float


class Owners(Runs):
    """The tables ``people``, ``keys``, ``askers``, ``notes``, and the columns that name owners."""

    # -- people -------------------------------------------------------------------------------

    def remember(self, person_id: str, *, name: str, role: str, how: str) -> None:
        """Note that this person is here, under this name and in this role."""
        with self.db.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?)",
                (person_id, name, role, how, time.time()),
            )

    def known(self, person_id: str) -> Known | None:
        """What is known of a person, or None."""
        rows = self.db.rows("SELECT * FROM people WHERE id = ?", (person_id,))
        return Known(**dict(rows[0])) if rows else None

    def people(self) -> builtins.list[Known]:
        """Everybody who has been here, the latest first."""
        rows = self.db.rows("SELECT * FROM people ORDER BY seen DESC, id")
        return [Known(**dict(row)) for row in rows]

    def set_key(self, person_id: str, key: str | None) -> None:
        """Let this person come in by a key, of which ``key`` is the SHA-256; None: by none.

        A former key no longer opens anything.
        """
        with self.db.writing() as connection:
            connection.execute("DELETE FROM keys WHERE person = ?", (person_id,))
            if key is not None:
                connection.execute("INSERT INTO keys VALUES (?, ?)", (key, person_id))

    def holder_of_key(self, key: str) -> Known | None:
        """Whose key has this SHA-256; None if nobody's."""
        rows = self.db.rows("SELECT person FROM keys WHERE key = ?", (key,))
        return self.known(rows[0]["person"]) if rows else None

    # -- owners and askers --------------------------------------------------------------------

    def same_request(self, config: RunConfig, twin: RunConfig | None, sight: Sight) -> Run | None:
        """The newest run that already answers a request for ``config`` beside ``twin``.

        It is queued, going on, or finished by itself; one that is paused, or was stopped, is not
        what was asked for.  A run with a twin also answers who wants none.
        """
        condition, values = sight.of_runs()
        rows = self.db.rows(
            "SELECT * FROM runs WHERE id > ? AND id < ? AND want = 'run' AND want_step IS NULL "
            f"AND state IN ('queued', 'starting', 'running', 'finished') AND {condition} "
            "ORDER BY number DESC",
            (f"{config.hash}-", f"{config.hash}.", *values),  # "." follows "-"
        )
        for row in rows:
            run = from_row(row)
            stopped = run.result is not None and run.result.stop_reason == "stopped"
            fits = twin is None or (run.twin or "").startswith(f"{twin.hash}-")
            if fits and not stopped:
                return run
        return None

    def add_asker(self, run_id: str, person_id: str) -> None:
        """Record that this person wants the run too; its owner does anyway."""
        with self.db.writing() as connection:
            if self.get(run_id).owner != person_id:
                connection.execute(
                    "INSERT OR IGNORE INTO askers VALUES (?, ?, ?)",
                    (self._number(run_id), person_id, time.time()),
                )

    def askers(self, run_id: str) -> builtins.list[str]:
        """Who else asked for the run, the earliest first."""
        rows = self.db.rows(
            "SELECT person FROM askers WHERE run = ? ORDER BY asked, person",
            (self._number(run_id),),
        )
        return [row["person"] for row in rows]

    def withdraw(self, run_id: str, person_id: str) -> bool:
        """Let this person no longer want the run; True if somebody else still does.

        Gives an owner's run to the earliest asker.  Without one nothing changes for the owner.
        """
        with self.db.writing() as connection:
            connection.execute(
                "DELETE FROM askers WHERE run = ? AND person = ?",
                (self._number(run_id), person_id),
            )
            others, run = self.askers(run_id), self.get(run_id)
            if run.owner != person_id:
                return True
            if others:
                self._update(run_id, owner=others[0])
                connection.execute(
                    "DELETE FROM askers WHERE run = ? AND person = ?",
                    (self._number(run_id), others[0]),
                )
            return bool(others)

    def sees(self, sight: Sight, run_id: object) -> bool:
        """Whether there is such a run and it is seen."""
        condition, values = sight.of_runs()
        sql = f"SELECT 1 FROM runs WHERE id = ? AND {condition}"
        return isinstance(run_id, str) and bool(self.db.rows(sql, (run_id, *values)))

    def sees_sweep(self, sight: Sight, sweep_id: object) -> bool:
        """Whether there is such a sweep and it is seen."""
        try:
            number = number_of(sweep_id)
        except UnknownSweep:
            return False
        condition, values = sight.of_sweeps()
        sql = f"SELECT 1 FROM sweeps AS s WHERE s.number = ? AND {condition}"
        return bool(self.db.rows(sql, (number, *values)))

    def set_visibility(self, run_id: str, visibility: Visibility) -> None:
        """Show the run to nobody else, to the lab or to everybody."""
        self._update(run_id, visibility=visibility)

    def set_sweep_visibility(self, sweep_id: str, visibility: Visibility) -> None:
        """The same for a sweep and the runs made for it."""
        with self.db.writing() as connection:
            changed = connection.execute(
                "UPDATE sweeps SET visibility = ?, revision = revision + 1 WHERE number = ?",
                (visibility, number_of(sweep_id)),
            )
            if changed.rowcount != 1:
                raise UnknownSweep(sweep_id)
            connection.execute(
                "UPDATE runs SET visibility = ?, revision = revision + 1 WHERE sweep = ?",
                (visibility, sweep_id),
            )

    def unfinished_of(self, person_id: str) -> tuple[int, int]:
        """How many of this person's runs compute now, and how many are queued."""
        rows = self.db.rows(
            "SELECT COUNT(*) FILTER (WHERE state IN ('starting', 'running')), "
            "COUNT(*) FILTER (WHERE state = 'queued') FROM runs WHERE owner = ?",
            (person_id,),
        )
        return (int(rows[0][0]), int(rows[0][1]))

    def bytes_of(self, person_id: str) -> int:
        """Bytes on disk of the files of this person's runs."""
        rows = self.db.rows("SELECT id FROM runs WHERE owner = ?", (person_id,))
        folders = (self.home.run(row["id"]) for row in rows)
        files = (file for folder in folders for file in folder.rglob("*"))
        return sum(_size(file) for file in files)

    # -- for everybody ------------------------------------------------------------------------

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


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # replaced meanwhile
        return 0
