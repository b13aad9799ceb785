"""One SQLite file in WAL mode: its schema, migrations and a connection safe to share.

Writers begin with ``BEGIN IMMEDIATE`` and wait for their turn; a deferred transaction that
turns into a write would fail with "database is locked" instead of waiting.  With WAL and
``synchronous=NORMAL`` a killed process loses nothing that was acknowledged (a power cut may lose
the last moments, never the file).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hts.validate import BadInput

BUSY_SECONDS = 60.0

_FIRST = (
    """
    CREATE TABLE repeats (hash TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        config TEXT NOT NULL,
        title TEXT NOT NULL,
        twin TEXT,
        state TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        started REAL,
        ended REAL,
        step INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        pid INTEGER,
        pid_started REAL,
        want TEXT NOT NULL DEFAULT 'run',
        want_step INTEGER,
        result TEXT,
        device TEXT NOT NULL DEFAULT '',
        threads INTEGER,
        attempt INTEGER NOT NULL DEFAULT 0,
        checkpoint_step INTEGER,
        revision INTEGER NOT NULL DEFAULT 0,
        epoch INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX runs_by_state ON runs (state, number)",
    """
    CREATE TABLE evaluations (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        train_loss REAL,
        train_accuracy REAL NOT NULL,
        test_accuracy REAL NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE summaries (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID
    """,
)

_SWEEPS = (
    """
    CREATE TABLE sweeps (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        spec TEXT NOT NULL,
        created REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued',
        message TEXT NOT NULL DEFAULT '',
        seconds REAL NOT NULL DEFAULT 0,
        counted REAL,
        pid INTEGER,
        pid_started REAL,
        revision INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE members (
        sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        config TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting',
        run TEXT,
        result TEXT,
        message TEXT NOT NULL DEFAULT '',
        seconds REAL NOT NULL DEFAULT 0,
        reused INTEGER NOT NULL DEFAULT 0,
        revision INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (sweep, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX members_by_state ON members (sweep, state, reused)",
    "CREATE INDEX members_by_revision ON members (sweep, revision)",
    "CREATE INDEX members_by_run ON members (run) WHERE run IS NOT NULL",
    """
    CREATE TABLE groups_of_members (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
        positions TEXT NOT NULL,
        pid INTEGER,
        pid_started REAL,
        attempts INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX groups_by_sweep ON groups_of_members (sweep, number)",
    "CREATE INDEX groups_held ON groups_of_members (number) WHERE pid IS NOT NULL",
    "ALTER TABLE runs ADD COLUMN sweep TEXT",
    "CREATE INDEX runs_alone ON runs (number) WHERE sweep IS NULL",
    "CREATE INDEX runs_by_sweep ON runs (sweep, number) WHERE sweep IS NOT NULL",
)

_LAB = (
    # Rows from before there were owners belong to whoever has the machine.
    "ALTER TABLE runs ADD COLUMN owner TEXT",
    "ALTER TABLE runs ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private'",
    "ALTER TABLE sweeps ADD COLUMN owner TEXT",
    "ALTER TABLE sweeps ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private'",
    "CREATE INDEX runs_by_owner ON runs (owner, number)",
    """
    CREATE TABLE askers (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        person TEXT NOT NULL,
        asked REAL NOT NULL,
        PRIMARY KEY (run, person)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX askers_by_person ON askers (person, run)",
    "CREATE TABLE turns (owner TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        how TEXT NOT NULL,
        seen REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE classes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        code TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        teacher TEXT NOT NULL,
        created REAL NOT NULL,
        closed REAL,
        stage TEXT NOT NULL DEFAULT 'open',
        task TEXT,
        since REAL NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX classes_by_teacher ON classes (teacher)",
    """
    CREATE TABLE class_members (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        person TEXT NOT NULL,
        nickname TEXT NOT NULL,
        folded TEXT NOT NULL,
        token TEXT UNIQUE,
        joined REAL NOT NULL,
        PRIMARY KEY (class, person),
        UNIQUE (class, folded)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX class_members_by_person ON class_members (person)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
)

_KEYS = (
    "CREATE TABLE keys (key TEXT PRIMARY KEY, person TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX keys_by_person ON keys (person)",
)

_BOARDS = (
    "ALTER TABLE classes ADD COLUMN held REAL",
    """
    CREATE TABLE predictions (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        task TEXT NOT NULL,
        person TEXT NOT NULL,
        answer TEXT NOT NULL,
        given REAL NOT NULL,
        PRIMARY KEY (class, task, person)
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SWEEPS, _LAB, _KEYS, _BOARDS)
"""Entry ``v`` holds the statements that take a store from schema ``v`` to ``v + 1``."""


class NewerStore(BadInput):
    """The store on disk was written by a newer version of this program."""


class Database:
    """A connection to ``path`` that threads share and that a forked child opens anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._inherited: list[sqlite3.Connection] = []
        self._open()

    def _open(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.RLock()
        self._connection = _connect(self.path)
        self._finalizer = weakref.finalize(self, _close, self._owner, self._connection)

    def _here(self) -> sqlite3.Connection:
        if os.getpid() != self._owner:
            # SQLite forbids using, and closing, a connection on the other side of a fork.
            self._finalizer.detach()
            self._inherited.append(self._connection)
            self._open()
        return self._connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of one query."""
        connection = self._here()
        with self._lock:
            return connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several queries that see one moment of the store."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is kept when the block ends and undone if it raises.

        Inside another one of the same thread it is a part of that.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._here()
        with self._lock:
            if connection.in_transaction:  # this thread's own: be a part of it
                yield connection
                return
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has already undone it
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection; the object cannot be used afterwards."""
        self._finalizer()


def _close(owner: int, connection: sqlite3.Connection) -> None:
    if os.getpid() == owner:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        _use_wal(connection)
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; unlike every later statement this one does not always wait by itself."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    before = _schema(connection)
    if before == len(MIGRATIONS):
        return
    if 0 < before < len(MIGRATIONS):
        _keep_copy(connection, path.with_name(f"{path.name}.schema-{before}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _schema(connection)  # another process may have migrated meanwhile
        if version > len(MIGRATIONS):
            raise NewerStore(
                f"the runs in {path.parent} were written by a newer version of this program "
                f"(store schema {version}, this one knows up to {len(MIGRATIONS)}): update the "
                "program, or set HTS_HOME to another folder."
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """The database as it is, before it is changed; the first such copy is kept."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
        if not path.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _schema(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
