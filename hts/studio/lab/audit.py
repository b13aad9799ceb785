"""Who deleted, steered, shared, removed a student, or came in as admin: a log that only grows.

An entry says who, what and when, by ids; never a title, a name in words, a code or a key.  Entries
leave only by age, where the lab's settings say so (`hts.studio.jobs.retention`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from hts.studio.lab.access import whole_of
from hts.studio.store.store import Store

SYSTEM = "system"  # who did it, where nobody did


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line.  ``at``: unix seconds; ``what``: the id of what it was done to, and to whom."""

    number: int
    at: float
    who: str
    did: str
    what: str


def note(store: Store, who: str, did: str, what: str) -> None:
    """Add an entry; within a transaction it is a part of that."""
    whole_of(store).db.change(
        "INSERT INTO audit (at, who, did, what) VALUES (?, ?, ?, ?)", (time.time(), who, did, what)
    )


def entries(
    store: Store, *, limit: int = 200, since: float = 0.0, who: str | None = None
) -> list[Entry]:
    """The newest entries first, since a time, of one person or of all."""
    rows = store.db.rows(
        "SELECT * FROM audit WHERE at >= ?1 AND (?2 IS NULL OR who = ?2) "
        "ORDER BY number DESC LIMIT ?3",
        (since, who, limit),
    )
    return [Entry(**dict(row)) for row in rows]
