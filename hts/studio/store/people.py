"""Who has been here, and the keys by which teachers come in."""

from __future__ import annotations

import builtins
import time
from dataclasses import dataclass

from hts.studio.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody who has been here.  ``seen``: when they last were, unix seconds."""

    id: str
    name: str
    role: str
    how: str
    seen: float


@dataclass(frozen=True)
class People:
    """The tables ``people`` and ``keys``."""

    db: Database

    def remember(self, person_id: str, *, name: str, role: str, how: str) -> None:
        """Note that this person is here, under this name and in this role."""
        self.db.change(
            "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?)",
            (person_id, name, role, how, time.time()),
        )

    def get(self, person_id: str) -> Known | None:
        """What is known of a person, or None."""
        rows = self.db.rows("SELECT * FROM people WHERE id = ?", (person_id,))
        return Known(**dict(rows[0])) if rows else None

    def list(self) -> builtins.list[Known]:
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

    def of_key(self, key: str) -> Known | None:
        """Whose key has this SHA-256; None if nobody's."""
        rows = self.db.rows("SELECT person FROM keys WHERE key = ?", (key,))
        return self.get(rows[0]["person"]) if rows else None
