"""Tables and weights on pages: each person's own, and nothing of anybody else's."""

from __future__ import annotations

import importlib
import io
import json
from dataclasses import replace

import compress_factories
import numpy as np
import pytest
from safetensors.numpy import save

from hts.data.reading import table_apart
from hts.pruning.records import VERSION
from hts.records import encode
from hts.studio.jobs import background as side
from hts.studio.jobs import client
from hts.studio.jobs.holdings import keep_table, keep_weights, show_holding
from hts.studio.lab.codes import student
from hts.studio.lab.people import OPERATOR
from hts.studio.store.holdings import key_of
from hts.studio.transfer import uploads
from hts.validate import BadInput

CSV = b"height,width,label\n" + b"".join(b"%d,%d,%c\n" % (k, k % 7, 97 + k % 2) for k in range(40))
NEVER = "table:0123456789ab"
WEIGHTS = {"hidden_1": np.eye(40, 2, dtype=np.float32), "output": np.ones((2, 40), np.float32)}


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    def run(task, request, folder, bounds, **words):
        module, function = task.split(":")
        return getattr(importlib.import_module(module), function)(request, folder)

    for reading in (table_apart, uploads):
        monkeypatch.setattr(reading, "run_limited", run)


def weights(name: str = "w") -> bytes:
    values = np.random.default_rng(1).standard_normal((40, 30)).astype(np.float32)
    return save({name: values})


@pytest.fixture
def said(said):
    """Without the joiners that keep a text from being read as Markdown."""
    return lambda page: said(page).replace("\u2060", "")


@pytest.fixture
def anns(lab, store):
    """Ann, and what she keeps: a table and weights."""
    ann = student(store, lab("Ann"))
    table = keep_table(store, io.BytesIO(CSV), "treasure.csv", by=ann)
    return ann, table, keep_weights(store, weights(), "anns.safetensors", by=ann)


def test_files_are_listed_renamed_shown_and_deleted_by_their_owner(open_as, anns, said):
    ann, table, _ = anns
    page = open_as("Ann", "files")
    assert not page.exception
    assert set(page.dataframe[0].value["Title"]) == {"treasure", "anns.safetensors"}
    assert set(page.dataframe[0].value["Seen by"]) == {"only you"}
    place = list(page.dataframe[0].value["Name"]).index(table)
    page.selectbox(key="file_chosen").set_value(place).run()
    page.text_input(key=f"file_title {ann.id} {table}").set_value("Gold").run()
    page.button(key="files_rename").click().run()
    assert "Gold" in set(page.dataframe[0].value["Title"])
    page.selectbox(key=f"file_visible {ann.id} {table}").set_value("lab").run()
    assert "the lab" in set(page.dataframe[0].value["Seen by"])
    assert "Gold, of Ann" in str([w.options for w in open_as("Bob", "").sidebar.selectbox])
    page.button(key="files_delete").click().run()
    assert list(page.dataframe[0].value["Title"]) == ["anns.safetensors"]
    assert not page.exception
    theirs = open_as("Bob", "files")
    assert not theirs.dataframe
    assert "You keep no files yet." in said(theirs)


@pytest.mark.parametrize("name", ["Bob", "a guest"])
def test_a_table_of_anothers_is_not_there(open_as, open_in_app, lab, anns, said, name):
    _, table, _ = anns

    def opened(page: str, **params: str):
        if name == "Bob":
            return open_as("Bob", page, **params)
        shown = open_in_app(page, **params)
        return shown.button(key="look_around").click().run()

    hidden, never = (opened("", data=one) for one in (table, NEVER))
    assert not hidden.exception
    assert said(hidden).replace(table, NEVER) == said(never)
    options = [o for w in (*hidden.selectbox, *hidden.sidebar.selectbox) for o in w.options]
    assert options
    assert "treasure" not in str(options)
    sweep = opened("sweep")
    assert "treasure" not in str([w.options for w in sweep.sidebar.selectbox])


def test_a_table_in_a_sweeps_text_is_not_there_either(open_as, anns, said):
    _, table, _ = anns
    owner = open_as("Ann", "sweep")
    for page, name in ((owner, table), (open_as("Bob", "sweep"), table),
                       (open_as("Bob", "sweep"), NEVER)):  # fmt: skip
        page.sidebar.segmented_control[0].set_value("TOML").run()
        text = f'name = "s"\n[base]\ndata = "{name}"\nwidth = 20\niterations = 20\n'
        page.sidebar.text_area[0].set_value(text).run()
        if page is owner:
            assert "at most about" in said(page)  # kept for whoever may see it
        else:
            assert f"{name} is not among your tables" in said(page)


def test_tails_begins_with_ones_own_file_alone(open_as, anns, store, said):
    ann, _, mine = anns
    show_holding(store, mine, "lab", by=ann)
    page = open_as("Bob", "tails", source="File")
    assert not page.exception
    chosen = page.selectbox(key="tails_file")
    assert (chosen.value, chosen.options) == (None, ["anns.safetensors, of Ann"])
    page = chosen.select(mine).run()
    assert "of anns.safetensors" in said(page)
    show_holding(store, mine, "private", by=ann)
    page = open_as("Bob", "tails", source="File", file=mine)
    assert "or it is not yours to see" in said(page)
    assert "anns" not in said(page)
    assert "of anns.safetensors" in said(open_as("Ann", "tails", source="File"))


def test_a_name_that_no_text_can_hold_breaks_no_page(open_as, lab, store, anns, said):
    whole = weights("\u1234")
    size = int.from_bytes(whole[:8], "little")
    head = json.dumps(json.loads(whole[8 : 8 + size])).replace("\\u1234", "\\ud800").encode()
    hostile = len(head).to_bytes(8, "little") + head + whole[8 + size :]
    bob = student(store, lab("Bob"))
    with pytest.raises(BadInput, match="surrogates not allowed"):
        keep_weights(store, hostile, "hostile.safetensors", by=bob)
    folder = store.home.weights_of(key_of(bob.id))
    keep_weights(store, whole, "hostile.safetensors", by=bob)
    (kept,) = folder.glob("*.safetensors")
    kept.write_bytes(hostile)  # as if it had come by another way
    page = open_as("Bob", "tails", source="File")
    assert not page.exception
    assert "hostile" not in said(open_as("Ann", "tails", source="File"))


def test_who_sees_a_run_does_not_see_its_table(open_as, anns, store, finished, said, monkeypatch):
    from pages._parts.compress import board as compress_board

    ann, table, _ = anns
    run_id = finished(data=table)
    store.runs.update(run_id, owner=ann.id)
    store.arrays.save_weights(run_id, WEIGHTS)
    asked = side.side_job(store, run_id, "compress", {"scope": "layer", "version": VERSION})
    asked.result.parent.mkdir(parents=True)
    record = compress_factories.record(kind="series", run=run_id)
    secret = replace(record, classes=["height"] * len(record.classes))
    asked.result.write_bytes(encode(secret))
    client.show_to(store, run_id, "lab", by=ann)
    drawn = []
    boards = compress_board.boards
    monkeypatch.setattr(
        compress_board,
        "boards",
        lambda record, *more: drawn.append(record) or boards(record, *more),
    )
    for page in ("", "report", "compress", "runs"):
        shown = {name: open_as(name, page, run=run_id) for name in ("Ann", "Bob")}
        for one in shown.values():
            assert not one.exception
        if page in ("", "report"):
            assert "treasure" in said(shown["Ann"])
            assert table in said(shown["Bob"])
        for word in ("treasure", "height"):
            assert word not in said(shown["Bob"]), page
    anns_view, bobs_view = drawn
    assert anns_view == secret
    assert bobs_view.shown == []
    assert "height" not in str(bobs_view)
    assert bobs_view.curves == secret.curves


def test_two_tables_of_one_title_are_told_apart(open_as, anns, store, lab):
    ann, table, _ = anns
    bob = student(store, lab("Bob"))
    keep_table(store, io.BytesIO(CSV.replace(b"width", b"depth")), "treasure.csv", by=bob)
    other = keep_table(store, io.BytesIO(CSV.replace(b"width", b"age")), "treasure.csv", by=bob)
    show_holding(store, table, "lab", by=ann)
    options = [o for w in open_as("Bob", "").sidebar.selectbox for o in w.options]
    mine = [option for option in options if "treasure" in option]
    assert len(set(mine)) == len(mine) == 3
    assert "treasure, of Ann" in mine
    assert f"treasure ({other.partition(':')[2]})" in mine


def test_one_user_alone_sees_no_owners(open_page, store, said):
    keep_table(store, io.BytesIO(CSV), "treasure.csv")
    page = open_page("files")
    assert not page.exception
    assert list(page.dataframe[0].value["Title"]) == ["treasure"]
    assert "Seen by" not in page.dataframe[0].value
    assert "treasure" in str([w.options for w in open_page("train").sidebar.selectbox])


def test_tables_of_the_machines_are_the_admins(open_as, anns, store):
    keep_table(store, io.BytesIO(CSV.replace(b"width", b"old")), "before.csv", by=OPERATOR)
    assert "before" not in str([w.options for w in open_as("Ann", "").sidebar.selectbox])


def test_all_of_ones_data_is_removed_only_when_one_is_sure(open_as, anns, store, lab, said):
    ann, _, _ = anns
    page = open_as("Ann", "files")
    assert page.button(key="all_remove").disabled
    page.text_input(key="all_sure").set_value("delete everything").run()
    page.button(key="all_remove").click().run()
    assert not page.exception
    assert "Guests keep nothing here" in said(page)  # signed out
    assert store.people.get(ann.id) is None
    assert [mate.nickname for mate in store.classes.mates(1)] == []
    assert student(store, lab("Ann")) is None


def test_a_guest_is_told_that_guests_keep_nothing(open_in_app, lab, said):
    page = open_in_app("files")
    page.button(key="look_around").click().run()
    assert "Guests keep nothing here" in said(page)
    assert not page.text_input
