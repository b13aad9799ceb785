"""A store in one file and back, and copies before its schema changes."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from pathlib import Path

import factories
import pytest

from hts.config import RunConfig
from hts.studio.cli.main import main
from hts.studio.store.database import MIGRATIONS
from hts.studio.store.store import Store
from hts.studio.transfer.backup import back_up, copy_database, restore, store_faults
from hts.validate import BadInput


@pytest.fixture
def full(tmp_path) -> Store:
    """A finished run with records, one with a worker, one that waits, a sweep, an upload."""
    store = Store(tmp_path / "home")
    config = RunConfig(width=20, iterations=30)
    last = factories.snapshot()
    done = store.runs.create(config, title="done")
    store.control.claim(done, pid=1, pid_started=1.0)
    store.series.add_evaluations(done, factories.evaluations(3))
    store.series.add_snapshot(done, last)
    store.control.finish(done, factories.result(last))
    going = store.runs.create(config.replace(seed=2))
    store.control.claim(going, pid=1, pid_started=1.0)
    store.runs.create(config.replace(seed=3))
    sweep = store.sweeps.create("{}", "a sweep", [config], worker=(1, 1.0))
    store.groups.add(sweep, [[0]])
    store.groups.take(pid=1, pid_started=1.0, sweep_id=sweep)
    store.home.tables_of("").mkdir()
    (store.home.tables_of("") / "own.csv").write_text("a,b\n1,2\n")
    return store


def test_what_comes_back_is_what_was_there(full, tmp_path) -> None:
    file = tmp_path / "lab.tar.gz"
    made = back_up(full, file)
    assert made["runs"] == 3
    with restore(file, tmp_path / "other") as store:
        done, going, waiting = sorted(store.runs.list(), key=lambda run: run.created)
        assert done == full.runs.get(done.id)
        assert store.series.evaluations(done.id) == full.series.evaluations(done.id)
        (step,) = store.series.snapshot_steps(done.id)
        assert store.series.snapshot(done.id, step) == full.series.snapshot(done.id, step)
        assert going.state == "interrupted"
        assert going.message.startswith("It was going on when the backup was made.")
        assert (waiting.state, full.runs.get(going.id).state) == ("queued", "running")
        assert store.sweeps.list()[0].state == "stopped"
        assert store.groups.held() == []
        assert (store.home.tables_of("") / "own.csv").read_text() == "a,b\n1,2\n"
        assert list(store_faults(store)) == []
    with pytest.raises(BadInput, match="is there already"):
        back_up(full, file)


def test_only_an_empty_folder_is_restored_into(full, tmp_path) -> None:
    file = tmp_path / "lab.tar"
    back_up(full, file)
    with pytest.raises(BadInput, match="is not empty"):
        restore(file, full.home.root)
    (tmp_path / "empty").mkdir()
    restore(file, tmp_path / "empty").close()


def _packed(path: Path, members: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = kind, len(content), "/etc/passwd"
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "runs/../../x", "x", "runs", "bin/sh", "runs\\x"]
)
def test_nothing_is_written_outside_the_folder(tmp_path, name) -> None:
    file = _packed(tmp_path / "bad.tar", {name: b"x"})
    with pytest.raises(BadInput, match="which is no part of a store"):
        restore(file, tmp_path / "deep" / "home")
    assert list((tmp_path / "deep").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar", "deep"]


def test_links_are_refused(tmp_path) -> None:
    file = _packed(tmp_path / "bad.tar", {"runs/x": b""}, tarfile.SYMTYPE)
    with pytest.raises(BadInput, match=r"not a plain file|cannot be read"):
        restore(file, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_damaged_backup_is_refused_and_nothing_is_left(full, tmp_path) -> None:
    file = tmp_path / "lab.tar"
    back_up(full, file)
    with tarfile.open(file) as archive:
        where = archive.getmember("tables/own.csv").offset_data
    content = bytearray(file.read_bytes())
    content[where] ^= 1
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"tables/own.csv in lab.tar is not as its MANIFEST.json"):
        restore(file, tmp_path / "other")
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInput, match=r"cannot be read as a backup|cut short"):
        restore(file, tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_store_of_each_older_schema_is_copied_then_upgraded(tmp_path, version, capsys) -> None:
    path = tmp_path / "hts.db"
    config = RunConfig(width=20)
    old = sqlite3.connect(path)
    for statements in MIGRATIONS[:version]:
        for statement in statements:
            old.execute(statement)
    old.execute(
        "INSERT INTO runs (id, config, title, state, created) VALUES (?, ?, 'old', 'queued', 1.0)",
        (f"{config.hash}-1", config.to_json()),
    )
    old.execute(f"PRAGMA user_version = {version}")
    old.commit()
    old.close()
    assert main(["store", "upgrade", "--home", str(tmp_path)]) == 0
    with Store(tmp_path) as store:
        assert store.runs.get(f"{config.hash}-1").title == "old"
    kept = sqlite3.connect(tmp_path / f"hts.db.schema-{version}")
    assert kept.execute("PRAGMA user_version").fetchone() == (version,)
    assert kept.execute("SELECT title FROM runs").fetchall() == [("old",)]
    kept.close()
    assert main(["store", "check", "--home", str(tmp_path)]) == 1  # its folder is not there
    assert f"run {config.hash}-1 has no folder" in capsys.readouterr().out
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_by_command(full, tmp_path, capsys) -> None:
    home, file = str(full.home.root), str(tmp_path / "lab.tar")
    assert main(["backup", file, "--home", home]) == 0
    assert main(["restore", file, "--home", str(tmp_path / "new")]) == 0
    assert main(["store", "check", "--home", str(tmp_path / "new")]) == 0
    out = capsys.readouterr().out
    assert "3 runs" in out
    assert "sound" in out
    with tarfile.open(file) as archive:
        last = archive.getmembers()[-1]
        assert last.name == "MANIFEST.json"
        manifest = json.load(archive.extractfile(last))
    assert "hts.db" in manifest["files"]
    assert main(["backup", str(tmp_path / "nowhere" / "lab.tar"), "--home", home]) == 2
    assert "cannot be written: [Errno 2]" in capsys.readouterr().err


HOSTILE = {
    "INSERT INTO holdings VALUES ('table', 'x', 'table:../victim', 'lab', 0)": "somebody keeps",
    "UPDATE runs SET id = '../../../victim' WHERE id = (SELECT MIN(id) FROM runs)": "id of runs",
    "UPDATE runs SET twin = '/etc'": "twin of runs",
    "UPDATE runs SET sweep = '../x'": "sweep of runs",
    "UPDATE runs SET id = 'a*' WHERE id = (SELECT MIN(id) FROM runs)": "id of runs",
    "CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM runs; END": "a trigger 't'",
    "CREATE VIEW v AS SELECT 1": "a view 'v'",
}


@pytest.mark.parametrize("statement", HOSTILE)
def test_a_database_that_is_not_as_ours_is_refused(full, tmp_path, statement) -> None:
    full.db.change("PRAGMA foreign_keys=OFF")
    full.db.change(statement)
    file = tmp_path / "lab.tar"
    with tarfile.open(file, "w") as archive:
        content = tmp_path / "hts.db"
        copy_database(full.home.database, content)
        archive.add(content, "hts.db")
        data = content.read_bytes()
        manifest = json.dumps(
            {"format": 1, "files": {"hts.db": (len(data), hashlib.sha256(data).hexdigest())}}
        ).encode()
        info = tarfile.TarInfo("MANIFEST.json")
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
    with pytest.raises(BadInput, match=HOSTILE[statement]):
        restore(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_is_for_nobody_else(full, tmp_path) -> None:
    back_up(full, tmp_path / "lab.tar")
    assert (tmp_path / "lab.tar").stat().st_mode & 0o077 == 0
