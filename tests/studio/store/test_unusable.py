"""A home that cannot be used, or a damaged database: one sentence and exit code 2, no traceback."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from hts.studio.cli.main import main
from hts.studio.store.database import Unusable, unusable
from hts.studio.store.store import Store
from hts.validate import BadInput


def a_file(home: Path) -> None:
    home.write_text("hello")


def below_a_file(home: Path) -> None:
    home.symlink_to("/dev/null/below")


def garbage(home: Path) -> None:
    home.mkdir()
    (home / "hts.db").write_bytes(b"no database at all" * 1000)


def a_folder_for_a_database(home: Path) -> None:
    (home / "hts.db").mkdir(parents=True)


def another_schema(home: Path) -> None:
    Store(home).close()
    with sqlite3.connect(home / "hts.db") as raw:
        raw.execute("DROP TABLE turns")
    raw.close()


def another_program(home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / "hts.db") as raw:
        raw.execute("CREATE TABLE runs (name TEXT)")
    raw.close()


def cut_short(home: Path) -> None:
    Store(home).close()
    os.truncate(home / "hts.db", (home / "hts.db").stat().st_size // 2)


def pages_of_zeros(home: Path) -> None:
    """The header is sound, the tables are not."""
    Store(home).close()
    with (home / "hts.db").open("r+b") as file:
        file.seek(3 * 4096)
        file.write(bytes(30 * 4096))


SPOILT = (a_file, below_a_file, garbage, a_folder_for_a_database, another_schema, another_program,
          cut_short, pages_of_zeros)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_every_command_that_needs_the_store_ends_with_one_sentence(
    tmp_path, monkeypatch, capsys, spoil
):
    home = tmp_path / "home"
    spoil(home)
    monkeypatch.setenv("HTS_HOME", str(home))
    for command in (["runs"], ["show", "x"], ["store", "check"], ["backup", str(tmp_path / "b")]):
        assert main(command) == 2, command
        said = capsys.readouterr().err
        assert said.startswith("error: "), command
        assert said.count("\n") == 1, command
        assert str(home) in said, command


def test_the_database_is_looked_at_before_a_check_tells_of_folders(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "hts.studio.transfer.backup.database_faults", lambda _: ["row 3 missing from index"]
    )
    assert main(["store", "check", "--home", str(tmp_path)]) == 2
    assert "is damaged: row 3 missing from index" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(28, "No space left on device"), "No space left"),
        (PermissionError(13, "Permission denied", "x.json"), "'x.json' cannot be read or written"),
        (Unusable("the store is not there."), "the store is not there."),
        (OSError(111, "Connection refused"), ""),
        (sqlite3.ProgrammingError("closed"), ""),
    ],
)
def test_what_the_disk_is_to_blame_for_is_told_and_our_own_faults_are_not_hidden(error, says):
    assert says in unusable(error)
    assert bool(unusable(error)) == bool(says)


def test_a_statement_that_is_wrong_is_a_fault_of_ours(tmp_path):
    with Store(tmp_path) as store, pytest.raises(sqlite3.OperationalError) as caught:
        store.db.rows("SELECT nothing FROM nowhere")
    assert unusable(caught.value) == ""


def test_a_full_disk_is_told(tmp_path):
    with Store(tmp_path) as store:
        store.db.rows("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as caught:
            store.db.change("CREATE TABLE large AS SELECT zeroblob(1000000) AS x")
    assert "is full" in unusable(caught.value)


def test_a_damaged_store_is_a_bad_input_like_any_other(tmp_path):
    a_file(tmp_path / "home")
    with pytest.raises(BadInput, match="it is a file, not a folder"):
        Store(tmp_path / "home")
