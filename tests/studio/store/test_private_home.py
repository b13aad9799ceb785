"""What a store keeps is its user's alone, and what a database says leads nowhere else."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from hts.studio.store.paths import Home
from hts.studio.store.store import Store
from hts.validate import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


@pytest.fixture(autouse=True)
def generous():
    """A umask that lets everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_reads_a_new_home(tmp_path) -> None:
    with Store(tmp_path / "home") as store:
        store.queue.drain("soon")
        assert mode(store.home.root) == 0o700
        files = [store.home.database, *store.home.root.glob("hts.db-*")]
        assert len(files) == 3  # WAL
        assert {mode(path) for path in files} == {0o600}


def test_an_older_home_is_closed_when_it_is_opened(tmp_path) -> None:
    home = tmp_path / "home"
    Store(home).close()
    home.chmod(0o755)
    (home / "hts.db").chmod(0o644)
    Store(home).close()
    assert (mode(home), mode(home / "hts.db")) == (0o700, 0o600)


def test_a_folder_that_holds_other_things_stays_as_it_is(tmp_path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "letters.txt").write_text("mine")
    Store(home).close()
    assert mode(home) == 0o755
    assert mode(home / "hts.db") == 0o600


WAYS_OUT = (
    "../../../victim", "..", ".", "/etc", "a/b", "a\\b", "a\x00b", "~", "*", "a*", "?", "[a]",
    "a\nb", "ａ", "a b", "-", "...", ".../x",
)  # fmt: skip


@pytest.mark.parametrize("word", WAYS_OUT)
def test_no_name_leads_out_of_the_home(tmp_path, word) -> None:
    home = Home(tmp_path / "home")
    ways = [name for name, way in vars(Home).items() if type(way).__name__ == "_PathOf"]
    assert len(ways) > 15
    for name in ways:
        holes = vars(Home)[name].name.count("{}")
        for place in range(holes):
            words = ["1"] * holes
            words[place] = word
            with pytest.raises(BadInput, match="is no name in a store"):
                getattr(home, name)(*words)


@pytest.mark.parametrize("word", ["../victim", "*", ".."])
def test_a_run_of_such_a_name_deletes_nothing(tmp_path, config, word) -> None:
    with Store(tmp_path / "home") as store:
        kept = store.runs.create(config)
        bad = store.runs.create(config.replace(seed=5))
        victim = tmp_path / "home" / "victim"
        victim.mkdir()
        (victim / "file").write_text("x")
        store.db.change("UPDATE runs SET id = ? WHERE id = ?", (word, bad))
        with pytest.raises(BadInput, match="is no name in a store"):
            store.runs.delete(word)
        assert (victim / "file").exists()
        assert store.home.config(kept).exists()
