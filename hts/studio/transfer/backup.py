"""A store in one file and back, while people work with it.

A backup is a tar file: the database, the folders of its runs, uploaded tables and weights, logs of
sweeps, and last ``MANIFEST.json`` with the size and SHA-256 of each.  Runs that have ended do not
change any more and are copied at leisure; those that are going on, and the database, are copied
while writers wait, so that both are of one moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from hts.foreign import guarded
from hts.platforms import replace
from hts.studio.store.database import HINT
from hts.studio.store.holdings import KINDS
from hts.studio.store.paths import Home
from hts.studio.store.run_row import ENDED, HELD, Run, networks_of
from hts.studio.store.schema import MIGRATIONS
from hts.studio.store.store import Store
from hts.validate import BadInput

FORMAT = 1
MANIFEST = "MANIFEST.json"
FOLDERS = ("runs", "sweeps", "tables", "weights")

_ID = re.compile(r"s[1-9][0-9]*|[0-9a-f]{10}-[1-9][0-9]*")  # of a sweep or a run


def back_up(store: Store, file: Path) -> dict[str, int]:
    """Write a backup to ``file``, compressed if it ends in .gz; returns what it holds.

    That is how many ``runs``, ``files`` and ``bytes``.  `BadInput` if there is such a file.
    """
    if file.exists():
        raise BadInput(f"{file} is there already: a backup replaces nothing.")
    part = file.with_name(f".{file.name}.part")
    writing = "w:gz" if file.suffix == ".gz" else "w"
    part.touch(mode=0o600)  # everybody's runs and the codes of classes are in it
    try:
        with tarfile.open(part, writing) as archive, tempfile.TemporaryDirectory() as folder:  # type: ignore[call-overload]
            packing = _Packing(archive, store.home)
            early = [run for run in _every_run(store) if run.state in ENDED]
            for run in sorted(early, key=lambda run: run.id):
                packing.run(run)
            for name in FOLDERS[1:]:
                packing.folder(store.home.root / name)
            copy = Path(folder) / "hts.db"
            with store.db.writing():
                packed = {run.id for run in early}
                for run in _every_run(store):
                    if run.id not in packed:
                        packing.run(run)
                for kind in KINDS.values():  # what came meanwhile
                    packing.folder(kind.folder(store.home, ""))
                copy_database(store.home.database, copy)
            packing.file(copy, store.home.database.name)
            runs = len(_every_run(store))
            packing.finish({"format": FORMAT, "schema": len(MIGRATIONS), "made": time.time()})
        replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    sizes = [size for size, _ in packing.files.values()]
    return {"runs": runs, "files": len(sizes), "bytes": sum(sizes)}


def restore(file: Path, root: Path) -> Store:
    """Unpack a backup into ``root``, a folder that is empty or not there; returns its store.

    Everything is checked before it takes its place: checksums, the database, and that nothing lies
    outside.  What was going on when the backup was made is interrupted, since its workers are not
    here.  Raises `BadInput`.
    """
    if root.exists() and any(root.iterdir()):
        raise BadInput(f"{root} is not empty: a backup is restored into an empty folder.")
    root.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    try:
        _unpack(file, beside)
        if wrong := database_faults(Home(beside).database):
            raise BadInput(f"the database of {file.name} is damaged: {wrong[0]}")
        with guarded(f"the store in {file.name}"):
            if wrong := foreign_parts(Home(beside).database):
                raise BadInput(f"{file.name} holds what no backup of ours does: {wrong[0]}.")
            with Store(beside) as store:
                _let_go(store)
                store.holdings.settle()
        if root.exists():
            root.rmdir()
        beside.rename(root)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Store(root)


def copy_database(source: Path, target: Path) -> None:
    """A copy of one moment, by SQLite's online backup; writers are not kept waiting."""
    with (
        contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as reading,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        reading.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def database_faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a database; empty if it is sound."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as opened:
            rows = [str(row[0]) for row in opened.execute("PRAGMA integrity_check(20)")]
            lost = opened.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        return [str(error)]
    found = [] if rows == ["ok"] else rows
    return found + [f"a row of {row[0]} belongs to nothing" for row in lost[:20]]


def foreign_parts(path: Path) -> list[str]:
    """What a database holds that this program never writes: code, and names that lead elsewhere."""
    found = []
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as opened:
        code = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        found += [f"it has a {kind} {name!r}" for kind, name in opened.execute(code)]
        named = (("runs", "id"), ("runs", "twin"), ("runs", "sweep"), ("members", "run"))
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        for table, column in named:
            columns = {row[1] for row in opened.execute(f"PRAGMA table_info({table})")}
            if table in tables and column in columns:
                for (name,) in opened.execute(f"SELECT {column} FROM {table}"):
                    if name is not None and not _ID.fullmatch(str(name)):
                        found.append(f"{column} of {table} is {str(name)[:80]!r}")
        if "holdings" in tables:
            for kind, name in opened.execute("SELECT kind, name FROM holdings"):
                if kind not in KINDS or not re.fullmatch(f"{kind}:[0-9a-f]{{12}}", str(name)):
                    found.append(f"a thing that somebody keeps is {str(name)[:80]!r}")
    return found


class _Packing:
    """Adds files and remembers their checksums."""

    def __init__(self, archive: tarfile.TarFile, home: Home) -> None:
        self.archive, self.home = archive, home
        self.files: dict[str, tuple[int, str]] = {}

    def run(self, run: Run) -> None:
        """Its files and those of its networks."""
        for name in (run.id, *networks_of(run)):
            self.folder(self.home.run(name))

    def folder(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(self.home.root).as_posix()
            if path.is_file() and path.suffix not in (".part", ".lock") and name not in self.files:
                self.file(path, name)

    def file(self, path: Path, name: str) -> None:
        try:
            opened = path.open("rb")
        except FileNotFoundError:  # replaced or deleted meanwhile
            return
        with opened:
            status = os.fstat(opened.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = status.st_size, int(status.st_mtime), 0o644
            digest = _Digest(opened)
            self.archive.addfile(info, digest)
        self.files[name] = (info.size, digest.sum.hexdigest())

    def finish(self, about: dict[str, float]) -> None:
        text = json.dumps({**about, "files": self.files}).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mtime = len(text), int(time.time())
        self.archive.addfile(info, io.BytesIO(text))


class _Digest:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sum.update(data)
        return data


def _every_run(store: Store) -> list[Run]:
    sweeps = [run for sweep in store.sweeps.list() for run in store.runs.list(sweep=sweep.id)]
    return store.runs.list() + sweeps


def _unpack(file: Path, folder: Path) -> None:
    found: dict[str, tuple[int, str]] = {}
    manifest = None
    with guarded(str(file), says="cannot be read as a backup"):
        with tarfile.open(file) as archive:
            for info in archive:
                content = archive.extractfile(info) if info.isfile() else None
                if content is None:
                    raise BadInput(f"{file.name} holds {info.name!r}, which is not a plain file.")
                if info.name == MANIFEST:
                    manifest = json.loads(content.read())
                    continue
                path = folder / _inside(info.name, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                digest = _Digest(content)
                with path.open("xb") as out:
                    shutil.copyfileobj(digest, out, 1 << 20)
                found[info.name] = (info.size, digest.sum.hexdigest())
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise BadInput(
                f"{file.name} has no {MANIFEST} of format {FORMAT}: it may be cut short."
            )
        listed = {name: tuple(about) for name, about in manifest["files"].items()}
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            raise BadInput(f"{name} in {file.name} is not as its {MANIFEST} says: it is damaged.")


def _inside(name: str, file: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    known = path.parts[:1] == ("hts.db",) or (path.parts[0] in FOLDERS and len(path.parts) > 1)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not known:
        raise BadInput(f"{file.name} holds {name!r}, which is no part of a store.")
    return path


def _let_go(store: Store) -> None:
    """Nothing of a restored store has a worker."""
    words = "It was going on when the backup was made. "
    for run in store.runs.list(states=HELD):
        if run.held:
            can = "continues from its checkpoint" if run.checkpoint_step else "begins it again"
            store.control.mark_interrupted(run.id, f"{words}Resume {can}.")
    for sweep in store.sweeps.list(states=("queued", "running")):
        if sweep.pid is not None:
            can = "What had ended is kept; resume goes on from there."
            store.sweeps.stop(sweep.id, words + can)
    for group in store.groups.held():
        if group.pid is not None:
            store.groups.leave(group.number, pid=group.pid, counts=False)


def store_faults(store: Store) -> Iterator[str]:
    """What is wrong with a store, in words: rows and folders without each other.

    Raises `BadInput` where its database is damaged.
    """
    if wrong := database_faults(store.home.database):
        raise BadInput(f"the database {store.home.database} is damaged: {wrong[0]}. {HINT}")
    known = {run.id: run for run in _every_run(store)}
    for run_id, run in sorted(known.items()):
        if not store.home.config(run_id).exists():
            yield f"run {run_id} has no folder"
        if run.state == "finished":
            yield from _without_weights(store, run)
    rows = {str(row["id"]) for row in store.db.rows("SELECT id FROM runs")}
    for run_id in sorted(rows - known.keys()):
        yield f"run {run_id} has a row that cannot be read"
    yield from store.holdings.faults()
    folders = rows.union(*map(networks_of, known.values()))
    for folder in sorted(store.home.run("").glob("*")):
        if folder.name not in folders:
            yield f"the folder {folder.name} belongs to no run"


def _without_weights(store: Store, run: Run) -> Iterator[str]:
    """Networks of ``run`` that ended with weights which are not there."""
    several = [] if run.result is None else run.result.members
    for one in several:
        name = f"{run.id}.{one.arm}.{one.seed}"
        if one.result.stop_reason != "diverged" and not store.home.weights(name).exists():
            yield f"the network {name} has no weights"
