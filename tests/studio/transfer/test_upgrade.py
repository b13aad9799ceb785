"""An upgrade is tried on a copy: what it would do is said, and the store stays as it is."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from hts.config import RunConfig
from hts.studio.cli.main import main
from hts.studio.store.paths import Home
from hts.studio.store.schema import MIGRATIONS
from hts.studio.store.store import Store
from hts.studio.transfer import upgrade
from hts.studio.transfer.upgrade import try_upgrade
from hts.validate import BadInput


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store in schema 3 with a run, as a program of then would have left it."""
    root = tmp_path / "home"
    root.mkdir()
    config = RunConfig(width=20)
    raw = sqlite3.connect(root / "hts.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    for statements in MIGRATIONS[:3]:
        for statement in statements:
            raw.execute(statement)
    raw.execute(
        "INSERT INTO runs (id, config, title, state, created) VALUES (?, ?, '', 'finished', 5.0)",
        (f"{config.hash}-1", config.to_json()),
    )
    raw.execute("PRAGMA user_version = 3")
    raw.close()
    return root


def _contents(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_every_step_is_named_and_nothing_in_the_home_changes(old, capsys):
    before = _contents(old)
    assert main(["store", "check", "--upgrade-dry-run", "--home", str(old)]) == 0
    assert _contents(old) == before
    said = capsys.readouterr().out
    assert "schema 3, this version has" in said
    assert "  3 -> 4: table keys, index keys_by_person\n" in said
    assert "  4 -> 5: column classes.held, table predictions\n" in said
    assert "sound, all 1 rows kept" in said
    assert "hts.db.schema-3" in said
    assert try_upgrade(Home(old)).before == 3
    with Store(old) as store:
        assert [run.state for run in store.runs.list()] == ["finished"]


def test_a_store_in_use_is_tried_as_it_stands_then(old):
    raw = sqlite3.connect(old / "hts.db", isolation_level=None)
    raw.execute("INSERT INTO repeats VALUES ('a', 1)")  # in the log, not yet in the file
    try:
        before = _contents(old)
        assert try_upgrade(Home(old)).rows == 2
        assert _contents(old).keys() == before.keys()
        assert _contents(old)["hts.db"] == before["hts.db"]
    finally:
        raw.close()


def test_a_step_that_fails_is_named_and_nothing_changes(old, capsys, monkeypatch):
    bad = (*MIGRATIONS, ("CREATE TABLE later (a)", "ALTER TABLE absent ADD COLUMN b"))
    monkeypatch.setattr(upgrade, "MIGRATIONS", bad)
    before = _contents(old)
    assert main(["store", "check", "--upgrade-dry-run", "--home", str(old)]) == 2
    assert f"the step to schema {len(bad)} fails: no such table: absent" in capsys.readouterr().err
    assert _contents(old) == before


def test_a_step_that_loses_rows_is_refused(old, monkeypatch):
    monkeypatch.setattr(upgrade, "MIGRATIONS", (*MIGRATIONS, ("DELETE FROM runs",)))
    with pytest.raises(BadInput, match="loses rows of runs"):
        try_upgrade(Home(old))


def test_the_newest_a_newer_and_no_store_are_told_apart(tmp_path, capsys):
    with Store(tmp_path / "new"):
        pass
    assert main(["store", "check", "--upgrade-dry-run", "--home", str(tmp_path / "new")]) == 0
    assert "nothing to upgrade" in capsys.readouterr().out
    raw = sqlite3.connect(tmp_path / "new" / "hts.db")
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    assert main(["store", "check", "--upgrade-dry-run", "--home", str(tmp_path / "new")]) == 2
    assert "has schema 99" in capsys.readouterr().err
    assert main(["store", "check", "--upgrade-dry-run", "--home", str(tmp_path / "none")]) == 2
    assert "there is no store" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
    assert main(["store", "upgrade", "--upgrade-dry-run", "--home", str(tmp_path / "new")]) == 2
