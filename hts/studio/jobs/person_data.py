"""All data of one person: written into one zip, or removed."""

from __future__ import annotations

import contextlib
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hts.studio.lab.access import NotAllowed, asked
from hts.studio.lab.audit import note
from hts.studio.lab.people import OPERATOR, Person
from hts.studio.store.holdings import KINDS, key_of
from hts.studio.store.run_row import networks_of
from hts.studio.store.store import Store
from hts.studio.transfer.export import metrics_csv
from hts.validate import BadInput

PATIENCE = 60.0  # seconds until what computes has to have ended
LOOK_SECONDS = 0.5

# What is known of a person beside runs, sweeps, tables and weights: a query for each file's part.
_KNOWN = {
    "person": "SELECT id, name, role, how, seen FROM people WHERE id = ?",
    "classes": "SELECT class, nickname, joined FROM class_members WHERE person = ?",
    "removed_from": "SELECT class, nickname, removed FROM class_removed WHERE person = ?",
    "teaches": "SELECT number, name, created, closed, task FROM classes WHERE teacher = ?",
    "predictions": "SELECT class, task, answer, given FROM predictions WHERE person = ?",
    "asked_for": "SELECT runs.id, asked FROM askers JOIN runs ON run = number WHERE person = ?",
    "holdings": "SELECT kind, name, visibility, made FROM holdings WHERE owner = ?",
    "audit": "SELECT at, did, what FROM audit WHERE who = ? ORDER BY number",
}


_NAMING = {
    **dict.fromkeys(("askers", "class_members", "class_removed", "predictions", "keys"), "person"),
    "turns": "owner",
    "people": "id",
}
"""Tables of which the rows of a person go with them, and the column that names them."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What was removed.  ``given``: runs that others asked for too and that are theirs now."""

    runs: int
    sweeps: int
    files: int
    given: int


def find_person(store: Store, name: str) -> str:
    """The id of a person by id, name or nickname; `BadInput` for none, or several."""
    rows = store.db.rows(
        "SELECT id FROM people WHERE id = ?1 OR name = ?1 UNION "
        "SELECT person FROM class_members WHERE person = ?1 OR nickname = ?1 UNION "
        "SELECT owner FROM runs WHERE owner = ?1",
        (name,),
    )
    ids = [row[0] for row in rows]
    if name in ids:
        return name
    if len(ids) != 1:
        found = f"are several: {', '.join(ids)}" if ids else "is nobody"
        raise BadInput(f"there {found} called {name[:80]!r} in this lab: give an id, or a name.")
    return str(ids[0])


def export_person(
    store: Store, person_id: str, file: Path | IO[bytes], *, by: Person | None = None
) -> int:
    """Write all that is kept of a person into a zip; returns how many files it holds.

    ``person.json``, ``runs.json`` and ``sweeps.json`` are rows of the store; ``runs/ID`` has the
    files of a run and its ``metrics.csv``; ``tables`` and ``weights`` what they gave.  For the
    person, admins, and whoever has the machine.
    """
    whole = _need_self(store, person_id, by)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(whole, person_id):
            if isinstance(content, Path):
                with contextlib.suppress(FileNotFoundError):  # replaced meanwhile
                    archive.write(content, name)
            else:
                archive.writestr(name, content)
        return len(archive.namelist())


def _parts(store: Store, person: str) -> Iterator[tuple[str, str | Path]]:
    about = {part: _rows(store, sql, person) for part, sql in _KNOWN.items()}
    yield "person.json", _text(about)
    yield "runs.json", _text(_rows(store, "SELECT * FROM runs WHERE owner = ?", person))
    sweeps = _rows(store, "SELECT * FROM sweeps WHERE owner = ?", person)
    for sweep in sweeps:
        members = "SELECT * FROM members WHERE sweep = ? ORDER BY position"
        sweep["members"] = _rows(store, members, sweep["number"])
    yield "sweeps.json", _text(sweeps)
    for row in store.db.rows("SELECT id FROM runs WHERE owner = ?", (person,)):
        run = store.runs.get(row["id"])
        yield f"runs/{run.id}/metrics.csv", metrics_csv(store, run.id)
        for name in (run.id, *networks_of(run)):
            yield from _files(store.home.run(name), f"runs/{name}")
    for kind in KINDS.values():
        yield from _files(kind.folder(store.home, key_of(person)), kind.folder(store.home, "").name)


def _files(folder: Path, under: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{under}/{path.relative_to(folder).as_posix()}", path


def _rows(store: Store, sql: str, value: object) -> list[dict[str, Any]]:
    return [dict(row) for row in store.db.rows(sql, (value,))]


def _text(values: object) -> str:
    return json.dumps(values, indent=1)


def delete_person(
    store: Store, person_id: str, *, patience: float = PATIENCE, by: Person | None = None
) -> Removed:
    """Remove all that is kept of a person, after what computes for them has ended.

    Runs that others asked for too become theirs.  A teacher's classes are closed and go to the
    operator.  In the audit log a digest stands for the person.  Backups, and copies of the database
    from before an upgrade, keep what they have.  Raises `BadInput`, and has removed nothing, if
    something still computes after ``patience`` seconds.
    """
    whole = _need_self(store, person_id, by)
    _end(whole, person_id, patience)
    whole.db.change("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    sweeps = [sweep.id for sweep in whole.sweeps.list(of=[person_id])]
    for sweep_id in sweeps:
        whole.sweeps.delete(sweep_id)
    count = given = 0
    for row in whole.db.rows("SELECT id FROM runs WHERE owner = ?", (person_id,)):
        if whole.owners.withdraw(row["id"], person_id):
            given += 1
        else:
            whole.runs.delete(row["id"])
            count += 1
    files = whole.holdings.of(person_id)
    for holding in files:
        whole.holdings.delete(holding)
    _forget(whole, person_id)
    for path in whole.home.asked("").glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_bytes()).get("by") == person_id:
                path.unlink()
    return Removed(runs=count, sweeps=len(sweeps), files=len(files), given=given)


def _need_self(store: Store, person_id: str, by: Person | None) -> Store:
    whole, person = asked(store, by)
    if person.id != person_id and not person.may_everything:
        raise NotAllowed(f"{person.name} may ask only for what is kept of themselves.")
    return whole


def _end(store: Store, person: str, patience: float) -> None:
    """Stop what is theirs alone, and wait until no worker has any of it."""
    until = time.monotonic() + patience
    for sweep in store.sweeps.list(of=[person]):
        if sweep.active:
            store.sweeps.stop(sweep.id, "Stopped: all data of its owner are removed.")
    while True:
        mine = [run for run in store.runs.list(of=[person]) if run.owner == person and run.active]
        own = [run for run in mine if not store.owners.askers(run.id)]
        for run in own:
            if run.want != "stop":
                store.control.request(run.id, "stop", why="All data of its owner are removed.")
        held = [run for run in own if store.runs.get(run.id).held]
        groups = [group for group in store.groups.held() if _is_of(store, group.sweep, person)]
        if not held and not groups:
            return
        if time.monotonic() >= until:
            raise BadInput(
                f"{len(held) + len(groups)} of their runs are still ending, so nothing is removed "
                "yet: try again in a minute, with the worker service running."
            )
        time.sleep(LOOK_SECONDS)


def _is_of(store: Store, sweep_id: str, person: str) -> bool:
    return store.sweeps.get(sweep_id).owner == person


def _forget(store: Store, person: str) -> None:
    """The rows that name them, and their name in what stays."""
    digest, quoted = f"removed:{key_of(person)}", json.dumps(person)
    with store.db.writing() as connection:
        for table, column in _NAMING.items():
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (person,))
        connection.execute(
            "UPDATE classes SET teacher = ?, closed = COALESCE(closed, ?), revision = revision + 1 "
            "WHERE teacher = ?",
            (OPERATOR.id, time.time(), person),
        )
        for column in ("steered", "wishes"):
            connection.execute(
                f"UPDATE runs SET {column} = replace({column}, ?, 'null'), revision = revision + 1 "
                f"WHERE instr({column}, ?)",
                (quoted, quoted),
            )
        connection.execute(
            "UPDATE audit SET who = replace(who, ?1, ?2), what = replace(what, ?1, ?2)",
            (person, digest),
        )
        note(store, digest, "removed", "all data of a person")
