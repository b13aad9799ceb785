"""Hostile backups: paths that lead out, links, lies about sizes, databases that are not as ours."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from hts.studio.transfer.backup import copy_database, restore
from hts.validate import BadInput

PATHS = (
    "../victim", "../../victim", "/etc/victim", "runs/../../victim", "runs/../hts.db", "victim",
    "runs", "runs\\..\\victim", "bin/sh", "sweeps/../../../victim", ".ssh/authorized_keys",
    "runs/" + "x" * 300, "runs/a\x1b[2Jb/../../victim", "hts.db-wal", "hts.db/victim", "",
)  # fmt: skip
LINKS = {
    "symbolic link": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "pipe": tarfile.FIFOTYPE,
    "device": tarfile.CHRTYPE, "block device": tarfile.BLKTYPE,
}  # fmt: skip
STATEMENTS = (
    "UPDATE runs SET id = '../../../victim'",
    "UPDATE runs SET id = '/etc'",
    "UPDATE runs SET id = 'a*'",
    "UPDATE runs SET id = char(0)",
    "UPDATE runs SET twin = '../../victim'",
    "UPDATE runs SET sweep = '../../victim'",
    "CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM people; END",
    "CREATE VIEW v AS SELECT 1",
)
MANIFESTS = {
    "no manifest": None,
    "a list for a manifest": b"[]",
    "a manifest of depth": b"[" * 100_000,
    "another format": b'{"format": 99, "files": {}}',
    "files that are a number": b'{"format": 1, "files": 3}',
    "sizes that are a text": b'{"format": 1, "files": {"hts.db": "x"}}',
    "a manifest of bytes": b"\xff\xfe\x00",
}


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for name in PATHS:
        yield f"the path {name[:30]!r}", functools.partial(_restored, _member, place, name)
    for name in LINKS:
        yield f"a {name}", functools.partial(_restored, _link, place, name)
    for statement in STATEMENTS:
        yield statement, functools.partial(_restored, _database, place, statement)
    for name in MANIFESTS:
        yield name, functools.partial(_restored, _manifest, place, name)
    for name in ("no tar", "cut short", "the same twice", "a database of letters"):
        yield name, functools.partial(_restored, _broken, place, name)


def _restored(make: object, place: Place, name: str) -> str:
    """Restore it, two folders down in one of its own, and see what has come of that."""
    with tempfile.TemporaryDirectory() as folder:
        file, deep = Path(folder, "lab.tar"), Path(folder, "a", "b")
        deep.mkdir(parents=True)
        file.write_bytes(make(place, name))  # type: ignore[operator]
        before = sorted(Path(folder).rglob("*"))
        try:
            restore(file, deep / "home").close()
        except BadInput as error:
            left = sorted(set(Path(folder).rglob("*")) - set(before))
            if left:
                return f"left behind: {left[0].relative_to(folder)}"
            said = str(error)
            return "" if said.isprintable() and len(said) < 1000 else f"says {said[:80]!r}"
        return "it was restored"


def _tar(members: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "../../victim"
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def _with_manifest(members: dict[str, bytes]) -> bytes:
    sums = {name: (len(x), hashlib.sha256(x).hexdigest()) for name, x in members.items()}
    listed = json.dumps({"format": 1, "files": sums}).encode()
    return _tar({**members, "MANIFEST.json": listed})


def _content(place: Place, statement: str = "") -> bytes:
    """The database of the lab, changed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "hts.db")
        copy_database(place.store.home.database, copy)
        with contextlib.closing(sqlite3.connect(copy)) as opened, opened:
            key = "SELECT MIN(id) FROM"
            table = statement.split()[1] if statement.startswith("UPDATE") else ""
            opened.execute(f"{statement} WHERE id = ({key} {table})" if table else statement)
        return copy.read_bytes()


def _member(place: Place, name: str) -> bytes:
    return _with_manifest({"hts.db": _content(place, "SELECT 1"), name: b"x"})


def _link(place: Place, name: str) -> bytes:
    return _tar({"runs/x": b""}, LINKS[name])


def _database(place: Place, statement: str) -> bytes:
    return _with_manifest({"hts.db": _content(place, statement)})


def _manifest(place: Place, name: str) -> bytes:
    members = {"hts.db": _content(place, "SELECT 1")}
    listed = MANIFESTS[name]
    return _tar(members if listed is None else {**members, "MANIFEST.json": listed})


def _broken(place: Place, name: str) -> bytes:
    whole = _with_manifest({"hts.db": _content(place, "SELECT 1")})
    if name == "no tar":
        return b"PK\x03\x04 or so"
    if name == "cut short":
        return whole[: len(whole) // 2]
    if name == "the same twice":
        return _with_manifest({"runs/x": b"1"})[:1024] + _with_manifest({"runs/x": b"2"})
    return _with_manifest({"hts.db": b"letters" * 1000})


KINDS.register(
    Kind(
        name="archives",
        right="a hostile backup is refused in one sentence; nothing is written, nothing is left",
        cases=cases,
    )
)
