"""One SQLite file in WAL mode: a connection safe to share, brought to the newest schema.

Writers begin with ``BEGIN IMMEDIATE`` and wait for their turn; a deferred transaction that
turns into a write would fail with "database is locked" instead of waiting.  With WAL and
``synchronous=NORMAL`` a killed process loses nothing that was acknowledged (a power cut may lose
the last moments, never the file).
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from hts.foreign import guarded, reason
from hts.platforms import replace
from hts.studio.store.paths import keep_private
from hts.studio.store.schema import MIGRATIONS
from hts.validate import BadInput

BUSY_SECONDS = 60.0


class NewerStore(BadInput):
    """The store on disk was written by a newer version of this program."""


class Unusable(BadInput):
    """The folder of the store, or the database in it, cannot be used."""


# Of SQLite's result codes (https://www.sqlite.org/rescode.html) those that name the disk or the
# file: PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.  Others are our fault.
_OF_THE_FILE = {3, 5, 6, 8, 10, 11, 13, 14, 26}
_OF_THE_DISK = {errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EFBIG, errno.EMFILE}
HINT = (
    "Set HTS_HOME to a folder on a local disk that may be written to and has room; a damaged "
    "store comes back from a backup: python -m hts restore."
)


def unusable(error: Exception) -> str:
    """What an error says of the disk or of the database, or "" where it is a fault of ours."""
    if isinstance(error, BadInput):
        return str(error)
    if isinstance(error, sqlite3.Error):
        of_file = getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_FILE
        if of_file or "decode to UTF-8" in str(error):
            return f"the store's database cannot be used: {reason(error)}. {HINT}"
        return ""
    if isinstance(error, OSError) and (error.filename or error.errno in _OF_THE_DISK):
        what = repr(str(error.filename)) if error.filename else "a file"
        return f"{what} cannot be read or written: {error.strerror}. {HINT}"
    return ""


class Database:
    """A connection to ``path`` that threads share and that a forked child opens anew.

    Raises `Unusable` where it cannot be opened, is damaged, or holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inherited: list[sqlite3.Connection] = []
        with guarded(f"the store in {path.parent}", HINT, says="cannot be used", kind=Unusable):
            if path.parent.is_file():
                raise NotADirectoryError("it is a file, not a folder")
            keep_private(path)
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

    def change(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """One statement that changes something, as a transaction or in the one that goes on."""
        with self.writing() as connection:
            return connection.execute(sql, values)

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Several queries that see one moment of the store."""
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that is kept when the block ends and undone if it raises.

        Inside another one of the same thread it is a part of that.
        """
        return self._transaction("BEGIN IMMEDIATE")

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
        _check_tables(connection)
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


def _check_tables(connection: sqlite3.Connection) -> None:
    """Raise where tables or columns lack although the schema's number is right."""
    for table, columns in _tables_wanted(MIGRATIONS).items():
        lacks = columns - _columns(connection, table)
        if lacks:
            names = ", ".join(f"{table}.{column}" for column in sorted(lacks)[:3])
            raise sqlite3.DatabaseError(f"its database is not one of a store, it lacks {names}")


@functools.cache
def _tables_wanted(migrations: tuple[tuple[str, ...], ...]) -> dict[str, set[str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        for statements in migrations:
            for statement in statements:
                fresh.execute(statement)
        named = fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: _columns(fresh, name) for (name,) in named}


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """The database as it is, before it is changed; the first such copy is kept."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
        if not path.exists():
            replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _schema(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
