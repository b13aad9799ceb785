"""What a newer version would change in a store's database, tried on a copy of it."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hts.foreign import guarded
from hts.studio.store.database import Database, NewerStore, Unusable
from hts.studio.store.paths import Home
from hts.studio.store.schema import MIGRATIONS
from hts.studio.transfer.backup import database_faults
from hts.validate import BadInput

_ADDS = re.compile(
    r"\s*(?:ALTER TABLE (\w+) ADD COLUMN (\w+)|CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+))"
)


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """What was tried.  Sizes in MB (10^6 bytes)."""

    before: int  # schema that the store has
    steps: tuple[str, ...]  # what each one does, in order
    rows: int  # of all tables, before and after
    megabytes: float  # of the database; a copy of it is kept when the steps are applied
    free: float  # on the disk of the store

    @property
    def fits(self) -> bool:
        return self.free > 2 * self.megabytes


def try_upgrade(home: Home) -> Upgrade:
    """Apply the steps that the store lacks to a copy; nothing in ``home`` is changed.

    Raises `BadInput` where there is no store, where it is newer than this program, and where a
    step fails, loses rows or leaves a database that is not sound.
    """
    if not home.database.is_file():
        raise BadInput(f"there is no store in {home.root}: nothing to upgrade.")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / home.database.name
        with guarded(f"the database {home.database}", kind=Unusable):
            _copy(home.database, copy)
            with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as opened:
                before, rows = _schema(opened), _rows(opened)
                if before > len(MIGRATIONS):
                    raise NewerStore(
                        f"the store in {home.root} has schema {before}, this program knows up to "
                        f"{len(MIGRATIONS)}: update the program."
                    )
                _apply(opened, before)
                after = _rows(opened)
        lost = [name for name, count in rows.items() if after.get(name) != count]
        if lost:
            raise Unusable(f"the upgrade loses rows of {', '.join(lost)}.")
        if faults := database_faults(copy):
            raise Unusable(f"the upgraded copy is not sound: {faults[0]}.")
        Database(copy).close()  # it has every table and column
        size = copy.stat().st_size / 1e6
    return Upgrade(
        before=before,
        steps=tuple(map(_adds, MIGRATIONS[before:])),
        rows=sum(rows.values()),
        megabytes=size,
        free=shutil.disk_usage(home.root).free / 1e6,
    )


def _copy(source: Path, target: Path) -> None:
    """A copy of one moment that leaves no file beside ``source``.

    Without a log beside it nobody has it open, and SQLite need not make one to read it.
    """
    wal = source.with_name(f"{source.name}-wal")
    while True:
        alone = not wal.exists()
        how = "immutable=1" if alone else "mode=ro"
        with (
            contextlib.closing(sqlite3.connect(f"{source.as_uri()}?{how}", uri=True)) as reading,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            reading.backup(copy)
        if alone and wal.exists():
            continue  # somebody opened it meanwhile
        return


def _apply(opened: sqlite3.Connection, before: int) -> None:
    for version, statements in enumerate(MIGRATIONS[before:], before):
        with guarded(f"the step to schema {version + 1}", says="fails", kind=Unusable):
            for statement in statements:
                opened.execute(statement)
            opened.execute(f"PRAGMA user_version = {version + 1}")


def _schema(opened: sqlite3.Connection) -> int:
    return int(opened.execute("PRAGMA user_version").fetchone()[0])


def _rows(opened: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    tables = opened.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    return {
        name: int(opened.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0])
        for (name,) in tables
    }


def _adds(statements: tuple[str, ...]) -> str:
    """What a step adds, in words; a statement that adds nothing by its beginning."""
    said = []
    for statement in statements:
        found = _ADDS.match(statement)
        if found is None:
            said.append(" ".join(statement.split())[:60])
        elif found[1]:
            said.append(f"column {found[1]}.{found[2]}")
        else:
            said.append(f"{found[3].lower()} {found[4]}")
    return ", ".join(said)
