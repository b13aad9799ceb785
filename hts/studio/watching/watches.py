"""Trainings of other programs that are watched: rows of ``watches``, and what was seen of them.

They are no runs: their settings and data are not known here, so that nothing can repeat, resume or
prune them.  All of a look is written in one transaction, and a killed process loses none that was.
"""

from __future__ import annotations

import builtins
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hts.foreign import guarded
from hts.records import decode, encode
from hts.studio.store.database import Database
from hts.studio.store.run_row import Unknown
from hts.validate import BadInput
from hts.watching.records import About, Look, LookAt, LossAt

MOST_VIEWS = 60  # looks of a training that are kept whole; of the others the scalars

WatchState = Literal["watching", "ended", "failed", "lost"]


class UnknownWatch(Unknown):
    """No training that is watched has this id."""

    kind = "watched training"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A training as it stands.  Times are unix seconds.

    States: ``watching``; ``ended``; ``failed`` (an exception ended it, which ``message`` names);
    ``lost`` (its process is gone and never said that it ended).
    """

    id: str
    name: str
    about: About
    state: WatchState
    message: str
    created: float
    ended: float | None
    step: int  # steps seen
    seconds: float  # of training
    spent: float  # seconds that looks have taken
    pid: int | None
    pid_started: float | None
    revision: int

    @property
    def active(self) -> bool:
        return self.state == "watching"

    @property
    def title(self) -> str:
        return self.name or self.about.model


@dataclass(frozen=True)
class Watches:
    """The tables ``watches``, ``watched_looks``, ``watched_views`` and ``watched_losses``."""

    db: Database

    # -- by the process that trains ------------------------------------------------------------

    def begin(
        self, watch_id: str, name: str, about: About, created: float, pid: int, pid_started: float
    ) -> None:
        """Add a training; a second call for the same id changes nothing."""
        self.db.change(
            "INSERT OR IGNORE INTO watches (id, name, about, state, created, pid, pid_started) "
            "VALUES (?, ?, ?, 'watching', ?, ?, ?)",
            (watch_id, name, encode(about).decode(), created, pid, pid_started),
        )

    def add(
        self,
        watch_id: str,
        *,
        step: int,
        seconds: float,
        spent: float | None = None,
        looks: Sequence[Look] = (),
        losses: Sequence[LossAt] = (),
    ) -> None:
        """Keep what was seen, all of it or nothing; looks of long ago keep their scalars only."""
        with self.db.writing() as connection:
            number = self._number(watch_id)
            for table, records in (
                ("looks", [(look.step, look.scalars()) for look in looks]),
                ("views", [(look.step, look) for look in looks]),
                ("losses", [(loss.step, loss) for loss in losses]),
            ):
                connection.executemany(
                    f"INSERT OR REPLACE INTO watched_{table} VALUES (?, ?, ?)",
                    [(number, at, encode(record).decode()) for at, record in records],
                )
            if looks:
                self._thin(connection, number)
            connection.execute(
                "UPDATE watches SET step = MAX(step, ?), seconds = MAX(seconds, ?), "
                "spent = COALESCE(?, spent), revision = revision + 1 WHERE number = ?",
                (step, seconds, spent, number),
            )

    @staticmethod
    def _thin(connection: sqlite3.Connection, number: int) -> None:
        """Beyond `MOST_VIEWS`, drop every second whole look but the first and the last."""
        rows = connection.execute(
            "SELECT step FROM watched_views WHERE watch = ? ORDER BY step", (number,)
        ).fetchall()
        if len(rows) > MOST_VIEWS:
            dropped = [(number, row[0]) for row in rows[1:-1:2]]
            connection.executemany(
                "DELETE FROM watched_views WHERE watch = ? AND step = ?", dropped
            )

    def end(self, watch_id: str, state: WatchState, message: str, pid: int | None) -> None:
        """Record that process ``pid``, if it still does, watches it no longer."""
        self.db.change(
            "UPDATE watches SET state = ?, message = ?, ended = ?, pid = NULL, pid_started = NULL, "
            "revision = revision + 1 WHERE id = ? AND state = 'watching' AND pid IS ?",
            (state, message, time.time(), watch_id, pid),
        )

    # -- by who looks ---------------------------------------------------------------------------

    def get(self, watch_id: str) -> Watched:
        """One training as it stands; `UnknownWatch` without."""
        rows = self.db.rows("SELECT * FROM watches WHERE id = ?", (watch_id,))
        if not rows:
            raise UnknownWatch(watch_id)
        return _watched(rows[0])

    def list(self, *, active: bool = False, limit: int = -1) -> builtins.list[Watched]:
        """Those there are, the newest first; ``active``: which are watched now."""
        where = "WHERE state = 'watching'" if active else ""
        rows = self.db.rows(f"SELECT * FROM watches {where} ORDER BY number DESC LIMIT ?", (limit,))
        return [_watched(row) for row in rows]

    def looks(self, watch_id: str) -> builtins.list[LookAt]:
        """The scalars of every look, by step."""
        return [decode(text, LookAt) for text in self._bodies("looks", watch_id)]

    def last(self, watch_id: str) -> LookAt | None:
        """The scalars of the newest look; None before the first."""
        rows = self.db.rows(
            "SELECT body FROM watched_looks WHERE watch = ? ORDER BY step DESC LIMIT 1",
            (self._number(watch_id),),
        )
        return decode(rows[0][0], LookAt) if rows else None

    def losses(self, watch_id: str) -> builtins.list[LossAt]:
        """The losses that were noted, by step."""
        return [decode(text, LossAt) for text in self._bodies("losses", watch_id)]

    def view_steps(self, watch_id: str) -> builtins.list[int]:
        """The steps whose looks are kept whole, in order."""
        rows = self.db.rows(
            "SELECT step FROM watched_views WHERE watch = ? ORDER BY step",
            (self._number(watch_id),),
        )
        return [int(row[0]) for row in rows]

    def view(self, watch_id: str, step: int | None = None) -> Look | None:
        """The whole look at ``step``, by default the newest; None where there is none."""
        rows = self.db.rows(
            "SELECT body FROM watched_views WHERE watch = ? AND step = COALESCE(?, step) "
            "ORDER BY step DESC LIMIT 1",
            (self._number(watch_id), step),
        )
        return decode(rows[0][0], Look) if rows else None

    def rename(self, watch_id: str, name: str) -> None:
        """Call it ``name``."""
        self._number(watch_id)
        self.db.change(
            "UPDATE watches SET name = ?, revision = revision + 1 WHERE id = ?", (name, watch_id)
        )

    def delete(self, watch_id: str) -> None:
        """Remove it with everything seen of it; refused while it is watched."""
        with self.db.writing():
            if self.get(watch_id).active:
                raise BadInput(
                    f"{watch_id} is being watched and cannot be deleted: close the watch, or end "
                    "its training, first."
                )
            self.db.change("DELETE FROM watches WHERE id = ?", (watch_id,))

    def _bodies(self, what: str, watch_id: str) -> builtins.list[str]:
        rows = self.db.rows(
            f"SELECT body FROM watched_{what} WHERE watch = ? ORDER BY step",
            (self._number(watch_id),),
        )
        return [str(row[0]) for row in rows]

    def _number(self, watch_id: str) -> int:
        rows = self.db.rows("SELECT number FROM watches WHERE id = ?", (watch_id,))
        if not rows:
            raise UnknownWatch(watch_id)
        return int(rows[0][0])


def _watched(row: sqlite3.Row) -> Watched:
    with guarded(f"the record of {row['id']}"):
        kept = {name: row[name] for name in row.keys() if name not in ("number", "about")}  # noqa: SIM118
        return Watched(**kept, about=decode(row["about"], About))
