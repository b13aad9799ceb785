"""`hts.watch` and the store: what is there, who sees it, and a store that cannot be written."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from of_before import unpack
from torch import nn

import hts
from hts.studio.cli.main import main
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.people import GUEST
from hts.studio.lab.reader import Reader
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.studio.watching import on_disk
from hts.studio.watching.seen import watches_of
from hts.studio.watching.watches import MOST_VIEWS, UnknownWatch, Watches
from hts.validate import BadInput
from hts.watching.records import About, Look

ABOUT = About(model="Net", parameters=7, optimizer="SGD", device="cpu", every="x", library="torch")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store(home) as opened:
        yield opened


@pytest.fixture
def watches(store: Store) -> Watches:
    return watches_of(store)


def small() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Linear(10, 30)
        nn.init.normal_(model.weight)
        return model


def steps(watch: object, number: int) -> None:
    for step in range(number):
        watch.step(loss=float(step))


def test_a_training_is_in_the_store_while_it_goes_on_and_after_its_end(watches):
    model = small()
    with hts.watch(model, name="mine", every=2) as watch:
        (one,) = watches.list(active=True)
        assert (one.title, one.state, one.step) == ("mine", "watching", 0)
        assert (one.about.model, one.about.parameters) == ("Linear", 330)
        steps(watch, 4)
        assert [look.step for look in watches.looks(one.id)] == [1, 3]
        assert watches.get(one.id).step == 3
    one = watches.get(one.id)
    assert (one.state, one.step, one.active, one.pid) == ("ended", 4, False, None)
    assert [look.step for look in watches.looks(one.id)] == [1, 3, 4]
    assert [loss.loss for loss in watches.losses(one.id)] == [0.0, 2.0, 3.0]
    view = watches.view(one.id)
    assert view.step == 4
    assert [layer.name for layer in view.layers] == ["weight"]
    assert watches.view(one.id, 1).step == 1
    assert one.spent > 0


def test_two_of_one_name_are_two_and_an_error_is_noted(watches):
    first, second = (hts.watch(small(), name="same", every=1) for _ in range(2))
    steps(first, 2)
    first.close()
    with pytest.raises(RuntimeError), second:
        raise RuntimeError("out of memory")
    newest, oldest = watches.list()
    assert newest.id != oldest.id
    assert (newest.name, oldest.name) == ("same", "same")
    assert (oldest.state, newest.state) == ("ended", "failed")
    assert newest.message == "The training ended with RuntimeError: out of memory."


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"every": "often"}, "every must be"),
        ({"name": "x" * 300}, "name must be"),
        ({"optimizer": "adam"}, "optimizer must be"),
    ],
)
def test_arguments_that_cannot_be_used_leave_no_training_behind(watches, given, says):
    with pytest.raises(BadInput, match=says):
        hts.watch(small(), **given)
    with pytest.raises(BadInput, match=r"model must be a torch\.nn\.Module, got a dict"):
        hts.watch({})
    assert watches.list() == []


def test_on_other_ranks_nothing_is_written(watches, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    with hts.watch(small(), every=1) as watch:
        steps(watch, 3)
        assert not watch.active
    assert watches.list() == []


def test_a_locked_store_delays_records_and_not_the_training(home, watches, monkeypatch, caplog):
    monkeypatch.setattr(on_disk, "LOCKED_SECONDS", 0.01)
    watch = hts.watch(small(), every=1)
    other = sqlite3.connect(home / "hts.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.WARNING, "hts.watch"):
        steps(watch, 3)
    (one,) = watches.list()
    assert watches.looks(one.id) == []
    assert "database is locked" in caplog.text
    other.execute("ROLLBACK")
    other.close()
    watch.step()
    assert [look.step for look in watches.looks(one.id)] == [1, 2, 3, 4]
    watch.close()


def test_a_full_disk_delays_records_and_not_the_training(watches, caplog):
    watch = hts.watch(small(), every=1)
    database = watch._recorder._store.db
    (pages,) = database.rows("PRAGMA page_count")[0]
    database.rows(f"PRAGMA max_page_count = {pages}")
    with caplog.at_level(logging.WARNING, "hts.watch"):
        steps(watch, 5)
    assert "full" in caplog.text
    (one,) = watches.list()
    there = len(watches.looks(one.id))
    assert there < 5
    database.rows("PRAGMA max_page_count = 1000000")
    watch.close()
    assert [look.step for look in watches.looks(one.id)] == [1, 2, 3, 4, 5]
    assert watches.get(one.id).state == "ended"


def test_a_home_that_cannot_be_one_costs_only_the_records(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder")
    with (
        caplog.at_level(logging.WARNING, "hts.watch"),
        hts.watch(small(), every=1, home=tmp_path / "file") as watch,
    ):
        steps(watch, 3)
    assert watch.steps == 3
    assert "it tries again" in caplog.text


def test_of_many_looks_all_scalars_are_kept_and_some_whole(watches):
    watches.begin("watch-0000000000", "", ABOUT, 0.0, 1, 1.0)
    for step in range(300):
        look = Look(step=step, seconds=float(step), loss=None, took=0.1, layers=[])
        watches.add("watch-0000000000", step=step, seconds=float(step), looks=[look])
    assert len(watches.looks("watch-0000000000")) == 300
    kept = watches.view_steps("watch-0000000000")
    assert MOST_VIEWS / 2 <= len(kept) <= MOST_VIEWS
    assert (kept[0], kept[-1]) == (0, 299)


def test_one_whose_process_is_gone_is_lost_with_its_records(store, watches):
    watches.begin("watch-0000000000", "", ABOUT, 0.0, 2**22 + 1, 5.0)
    look = Look(step=7, seconds=1.0, loss=None, took=0.1, layers=[])
    watches.add("watch-0000000000", step=7, seconds=1.0, looks=[look])
    (one,) = watches_of(store).list()
    assert one.state == "lost"
    assert one.message.endswith("at step 7 or later. What it recorded is kept.")
    assert len(watches.looks(one.id)) == 1


def test_only_one_that_has_ended_is_deleted_with_all_its_records(store, watches):
    watch = hts.watch(small(), every=1)
    steps(watch, 1)
    (one,) = watches.list()
    with pytest.raises(BadInput, match="is being watched and cannot be deleted"):
        watches.delete(one.id)
    watch.close()
    watches.delete(one.id)
    with pytest.raises(UnknownWatch):
        watches.get(one.id)
    for table in ("looks", "views", "losses"):
        assert store.db.rows(f"SELECT * FROM watched_{table}") == []


def test_it_is_no_run_and_says_so_wherever_a_run_is_asked_for(store, watches):
    with hts.watch(small(), every=1) as watch:
        steps(watch, 1)
    (one,) = watches.list()
    assert store.runs.list() == []
    for asked in (store.runs.get, store.series.evaluations, store.control.requeue):
        with pytest.raises(UnknownRun, match=r"is a watched training and no run.*repeated"):
            asked(one.id)


def test_in_a_lab_only_admins_see_them(store):
    with pytest.raises(NotAllowed, match="only admins"):
        watches_of(Reader(store, GUEST))


def test_a_store_of_before_takes_watches_and_keeps_its_runs(home):
    unpack("runs", home)
    before = sqlite3.connect(home / "hts.db")
    (runs,) = before.execute("SELECT count(*) FROM runs").fetchone()
    before.close()
    with hts.watch(small(), every=1) as watch:
        steps(watch, 1)
    with Store(home) as store:
        assert len(watches_of(store).list()) == 1
        assert store.db.rows("SELECT count(*) FROM runs")[0][0] == runs > 0


def test_the_command_line_lists_shows_exports_and_deletes(home, capsys, tmp_path):
    assert main(["watched"]) == 0
    assert "nothing is watched yet" in capsys.readouterr().out
    with hts.watch(small(), name="mine", every=1) as watch:
        steps(watch, 2)
    assert main(["watched", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["name"], one["state"], one["step"]) == ("mine", "ended", 2)
    assert main(["watched", one["id"]]) == 0
    assert "weight" in capsys.readouterr().out
    assert main(["watched", one["id"], "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [look["step"] for look in whole["looks"]] == [1, 2]
    assert whole["last"]["layers"][0]["name"] == "weight"
    table = tmp_path / "looks.csv"
    assert main(["watched", one["id"], "--csv", str(table), "--delete"]) == 0
    head, *rows = table.read_text().splitlines()
    assert head.startswith("step,seconds,loss,took,name,alpha")
    assert [row.split(",")[0] for row in rows] == ["1", "2"]
    assert main(["show", one["id"]]) == 2
    assert "is a watched training and no run" in capsys.readouterr().err
