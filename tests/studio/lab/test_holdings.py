"""Tables and weights of people: whose they are, who sees them, and that nobody else can tell."""

from __future__ import annotations

import importlib
import io
import json

import numpy as np
import pytest
from safetensors.numpy import save

from hts.config import RunConfig
from hts.data.reading import table_apart
from hts.data.sources import info, names
from hts.data.sources.tables import looking_on
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.reset import reset
from hts.studio.classroom.task import Task
from hts.studio.cli.main import main
from hts.studio.jobs import background, client
from hts.studio.jobs.holdings import (
    MOST_KEPT,
    delete_holding,
    keep_table,
    keep_weights,
    rename_holding,
    show_holding,
)
from hts.studio.jobs.workers.execute import execute
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.holdings import (
    offered,
    own_holdings,
    see_holding,
    sees_data,
    shelf_of,
    tables_of,
    told,
)
from hts.studio.lab.people import LOCAL, OPERATOR
from hts.studio.lab.reader import Reader
from hts.studio.store.holdings import TABLE, WEIGHTS, key_of
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.transfer import uploads
from hts.studio.transfer.backup import back_up, restore, store_faults
from hts.studio.transfer.uploads import Uploads
from hts.validate import BadInput

ROWS = "".join(f"{k},{k % 7},{'ab'[k % 2]}\n" for k in range(40))
CSV = f"height,weight,label\n{ROWS}".encode()
WEIGHED = save({"w": np.arange(12, dtype=np.float32).reshape(3, 4)})
NEVER = "table:0123456789ab"
STRANGERS = ("guest", "max", "bob", "felix")  # bob is in ann's class, emmy teaches it


def keep(store, person, content=CSV, filename="secret.csv"):
    return keep_table(store, io.BytesIO(content), filename, by=person)


def weigh(store, person, filename="secret.safetensors"):
    return keep_weights(store, io.BytesIO(WEIGHED), filename, by=person)


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    """Files are read in this process, which takes no second each; other tests try the limits."""

    def run(task, request, folder, bounds, **words):
        module, function = task.split(":")
        return getattr(importlib.import_module(module), function)(request, folder)

    for reading in (table_apart, uploads):
        monkeypatch.setattr(reading, "run_limited", run)


@pytest.fixture
def table(store, people):
    """What ann keeps, and nobody else."""
    return keep(store, people["ann"])


def config(name: str) -> RunConfig:
    return RunConfig(data=name, width=20, iterations=20, device="cpu")


def refused(ask, name: str) -> str:
    """The sentence, with the name of the table taken out."""
    with pytest.raises(BadInput) as caught:
        ask(name)
    return f"{type(caught.value).__name__}: {caught.value}".replace(name, "NAME")


WAYS = {
    "submit": lambda s, p, n: client.submit(s, config(n), by=p),
    "beside": lambda s, p, n: client.submit(s, RunConfig(width=20), config(n), by=p),
    "sweep": lambda s, p, n: client.submit_sweep(s, SweepSpec(name="s", base=config(n)), by=p),
    "sweep over data": lambda s, p, n: client.submit_sweep(
        s, SweepSpec(name="s", base=RunConfig(width=20), grid={"data": ("digits", n)}), by=p
    ),
    "sweep of a list": lambda s, p, n: client.submit_sweep(
        s, SweepSpec(name="s", base=RunConfig(width=20), runs=({"data": n}, {"seed": 2})), by=p
    ),
    "rename": lambda s, p, n: rename_holding(s, n, "mine", by=p),
    "rename another's": lambda s, p, n: rename_holding(s, n, "mine", owner="code:1", by=p),
    "delete": lambda s, p, n: delete_holding(s, n, by=p),
    "show": lambda s, p, n: show_holding(s, n, "public", by=p),
    "see": lambda s, p, n: see_holding(s, p, n),
}


@pytest.mark.parametrize("way", WAYS)
def test_whose_table_it_is_not_hears_of_it_what_is_said_of_none(store, people, table, way):
    for name in STRANGERS:
        person = people[name]
        hidden, never = (refused(lambda n, p=person: WAYS[way](store, p, n), n)
                         for n in (table, NEVER))  # fmt: skip
        assert hidden == never, name
        assert ("is not among your tables" in hidden) == (
            name != "guest" or way not in ("submit", "beside", "sweep", "sweep over data",
                                           "sweep of a list")
        )  # fmt: skip
    assert store.runs.list() == store.sweeps.list() == []
    assert info(table).title == "secret"


def test_a_shelf_has_what_somebody_sees_and_nothing_else(store, people, table):
    for name in STRANGERS:
        with looking_on(lambda p=people[name]: shelf_of(store, p)):
            assert table not in names()
            assert refused(info, table) == refused(info, NEVER)
    with looking_on(lambda: shelf_of(store, people["ann"])):
        assert table in names()
    for name in ("emmy", "root"):  # by name, never among what they are offered
        with looking_on(lambda p=people[name]: shelf_of(store, p)):
            assert table not in names()
            assert info(table).title == "secret"


@pytest.mark.parametrize("name", STRANGERS)
def test_weights_that_somebody_gave_are_theirs(store, people, name):
    weights = weigh(store, people["ann"])
    assert [h.name for h in own_holdings(store, people["ann"])] == [weights]
    assert offered(store, people[name], WEIGHTS) == own_holdings(store, people[name]) == []
    for ask in (WAYS["see"], WAYS["rename"], WAYS["delete"], WAYS["show"]):
        said = [refused(lambda n, a=ask: a(store, people[name], n), n)
                for n in (weights, "weights:0123456789ab")]  # fmt: skip
        assert said[0] == said[1]


def test_the_same_content_and_title_of_two_people_are_two_things(store, people, table):
    again = keep(store, people["max"], filename="other.csv")
    assert again == table
    rename_holding(store, again, "mine", by=people["max"])
    titles = {
        name: told(store, see_holding(store, people[name], table)).title for name in ("ann", "max")
    }
    assert titles == {"ann": "secret", "max": "mine"}
    delete_holding(store, again, by=people["max"])
    assert own_holdings(store, people["max"]) == []
    with looking_on(lambda: shelf_of(store, people["ann"])):
        assert info(table).load(lambda family: None).inputs == 2


def test_sharing_is_chosen_and_ends_when_it_is_taken_back(store, people, table):
    ann = people["ann"]
    seen = {}
    for visibility in ("lab", "public", "private"):
        show_holding(store, table, visibility, by=ann)
        seen[visibility] = {
            name for name in people if any(h.name == table for h in offered(
                store, people[name], TABLE))
        }  # fmt: skip
    members = {"root", "emmy", "felix", "max", "mia", "bob", "operator"}
    assert seen["lab"] == members | {"ann"}
    assert seen["public"] == members | {"ann", "cem", "guest"}
    assert seen["private"] == {"ann"}
    show_holding(store, table, "lab", by=ann)
    (run_id,) = client.submit(store, config(table), by=people["bob"])
    show_holding(store, table, "private", by=ann)
    with pytest.raises(BadInput, match="is not among your tables"):
        client.repeat(store, run_id, by=people["bob"])
    store.control.claim(run_id, pid=1, pid_started=1.0)
    with pytest.raises(BadInput, match="is not among your tables"):
        execute(store, run_id)  # queued while it was shared


def test_a_run_on_a_table_gives_the_table_to_nobody(store, people, table):
    ann, bob = people["ann"], people["bob"]
    (run_id,) = client.submit(store, config(table), by=ann)
    client.show_to(store, run_id, "public", by=ann)
    theirs = Reader(store, bob)
    assert theirs.runs.get(run_id).config.data == table
    assert not sees_data(theirs, table)
    assert sees_data(Reader(store, ann), table)
    for ask in (
        lambda: client.repeat(theirs, run_id),
        lambda: background.ask(theirs, run_id, "export", {"kind": "level", "amount": 0.5}),
        lambda: background.ask(theirs, None, "rehearse", {"tried": [config(table).to_dict()]}),
    ):
        with pytest.raises(BadInput, match="is not among your tables"):
            ask()


def test_the_worker_of_a_run_trains_on_its_owners_table(store, people, table):
    (run_id,) = client.submit(store, config(table), by=people["ann"])
    store.control.claim(run_id, pid=1, pid_started=1.0)
    assert execute(store, run_id).iterations == 20


def test_a_teacher_gives_a_class_a_table_by_pinning_it(store, people):
    emmy = people["emmy"]
    name = keep(store, emmy, filename="lesson.csv")
    task = Task(title="t", config=config(name))
    assert not any(h.name == name for h in offered(store, people["ann"], TABLE))
    pin(store, 1, task, by=emmy)
    offering = {p for p in people if any(h.name == name for h in offered(store, people[p], TABLE))}
    assert offering == {"emmy", "ann", "bob"}
    assert client.submit(store, config(name), by=people["ann"])
    pin(store, 1, None, by=emmy)  # those that have begun go on
    assert client.submit(store, config(name).replace(seed=9), by=people["ann"])
    show_holding(store, name, "private", by=emmy)
    with pytest.raises(BadInput, match="is not among your tables"):
        client.submit(store, config(name).replace(seed=8), by=people["ann"])


def test_nobody_gives_away_what_is_not_theirs(store, people, table):
    with pytest.raises(NotAllowed, match="is private: only its owner lets a class train on it"):
        pin(store, 1, Task(title="t", config=config(table)), by=people["emmy"])
    with pytest.raises(BadInput, match="is not among your tables"):
        pin(store, 2, Task(title="t", config=config(table)), by=people["felix"])
    show_holding(store, table, "lab", by=people["ann"])
    with pytest.raises(NotAllowed, match="belongs to ann: only they, their teacher or an admin"):
        rename_holding(store, table, "x", by=people["max"])
    assert see_holding(store, people["bob"], table).classes == ()


def test_what_is_kept_counts_against_the_disk(store, people, hosted):
    hosted('mode = ["oidc", "codes"]\n[limits.member]\ndisk_gb = 3e-6')
    ann, before = people["ann"].id, store.owners.bytes_of(people["ann"].id)
    first = keep(store, people["ann"], b"a,label\n" + b"1,x\n2,y\n3,x\n4,y\n" * 3)
    assert store.owners.bytes_of(ann) > before
    folder = store.home.tables_of(key_of(ann))
    assert store.owners.bytes_of(ann) - before == sum(p.stat().st_size for p in folder.iterdir())
    with pytest.raises(BadInput, match="your runs, tables and weights take"):
        keep(store, people["ann"])
    assert [h.name for h in own_holdings(store, people["ann"])] == [first]
    assert len(list(folder.iterdir())) == 2  # what was too much is gone
    keep(store, people["max"], b"a,label\n" + b"1,x\n2,y\n3,x\n4,y\n" * 3)  # whoever gave what


def test_there_is_a_most_of_what_somebody_keeps(store, people, table):
    for number in range(MOST_KEPT - 1):
        store.holdings.add(f"table:{number:012x}", people["ann"].id)
    with pytest.raises(BadInput, match=f"you keep {MOST_KEPT} tables and weights"):
        weigh(store, people["ann"])


def test_a_guest_keeps_nothing(store, people):
    for give in (keep, weigh):
        with pytest.raises(NotAllowed, match="a guest may not keep a file here"):
            give(store, people["guest"])
    assert list(store.home.root.glob("tables/*")) == []


def test_tables_from_before_belong_to_whoever_has_the_machine(store, people):
    name = keep(store, OPERATOR)
    assert (store.home.tables_of("") / f"{name.partition(':')[2]}.json").exists()
    assert [h.owner for h in own_holdings(store, OPERATOR)] == [""]
    for somebody in (*STRANGERS, "ann", "emmy", "mia"):
        assert refused(lambda n, s=somebody: see_holding(store, people[s], n), name)
    assert [h.name for h in offered(store, people["root"], TABLE)] == [name]
    show_holding(store, name, "public", by=OPERATOR)
    assert see_holding(store, people["ann"], name).owner == ""
    rename_holding(store, name, "For all", by=OPERATOR)
    with looking_on(lambda: shelf_of(store, people["ann"])):
        assert info(name).title == "For all"


def test_one_user_alone_has_everything_without_rows(store, monkeypatch):
    monkeypatch.delenv("HTS_LAB", raising=False)
    name, weights = keep(store, None), weigh(store, None)
    assert store.db.rows("SELECT * FROM holdings") == []
    assert {h.name for h in own_holdings(store, LOCAL)} == {name, weights}
    assert Uploads(store.home).get(weights).source == "secret.safetensors"
    with tables_of(store, None):
        assert name in names()
    rename_holding(store, weights, "w")
    delete_holding(store, name)
    assert [(told(store, h).title, h.kind) for h in own_holdings(store, LOCAL)] == [("w", WEIGHTS)]


def test_names_that_lead_elsewhere_are_refused(store, people, tmp_path):
    (tmp_path / "victim.json").write_text("{}")
    for name in ("table:../victim", "weights:", "table:0123456789ab/../..", "runs", "", "table:*"):
        for way in ("rename", "delete", "show", "see"):
            with pytest.raises(BadInput, match=r"is named|, weights weights:"):
                WAYS[way](store, people["root"], name)
    assert (tmp_path / "victim.json").exists()


def test_a_check_of_the_store_knows_the_owners(store, people, table):
    assert list(store_faults(store)) == []
    digits = table.partition(":")[2]
    folder = store.home.tables_of(key_of(people["ann"].id))
    for path in folder.glob(f"{digits}.*"):
        path.rename(store.home.tables_of("") / path.name)
    assert list(store_faults(store)) == [f"{table} of {people['ann'].id} has no file"]
    lost = store.home.tables_of("0123456789abcdef")
    lost.mkdir()
    (lost / f"{digits}.json").write_text(json.dumps({}))
    assert f"{table} in the folder 0123456789abcdef belongs to nobody" in list(store_faults(store))


def test_a_backup_brings_everybodys_things_back_to_them(store, people, table, tmp_path):
    weights = weigh(store, people["max"])
    show_holding(store, table, "public", by=people["ann"])
    back_up(store, tmp_path / "lab.tar")
    with restore(tmp_path / "lab.tar", tmp_path / "again") as again:
        assert list(store_faults(again)) == []
        assert see_holding(again, people["ann"], table).visibility == "public"
        assert [h.name for h in own_holdings(again, people["max"])] == [weights]
        assert refused(lambda n: see_holding(again, people["ann"], n), weights)


def test_what_was_deleted_while_a_backup_was_made_does_not_come_back(store, people, table):
    path = store.home.tables_of(key_of(people["ann"].id)) / f"{table.partition(':')[2]}.json"
    store.db.change("DELETE FROM holdings")
    store.holdings.settle()
    assert not path.exists()


def test_the_operator_lists_renames_shares_and_deletes_for_everybody(store, people, table, capsys):
    assert keep(store, people["max"]) == table
    assert main(["datasets", "--kept", "--json"]) == 0
    owners = {row["owner"] for row in json.loads(capsys.readouterr().out)}
    assert owners == {people["ann"].id, people["max"].id}
    assert main(["datasets", "rename", table, "x"]) == 2
    assert f"2 people keep {table}: say whose with --owner ID" in capsys.readouterr().err
    whose = ["--owner", people["ann"].id]
    assert main(["datasets", "rename", table, "By hand", *whose]) == 0
    assert main(["datasets", "share", table, "lab", *whose]) == 0
    assert see_holding(store, people["bob"], table).owner == people["ann"].id
    assert main(["datasets", "delete", table, *whose]) == 0
    assert main(["datasets", "--kept"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == [table, "private", people["max"].id]
    assert main(["datasets", "delete"]) == 2


@pytest.mark.parametrize("fate", ["hide", "delete"])
def test_a_class_that_is_reset_leaves_nothing_of_its_students_to_see(store, people, table, fate):
    show_holding(store, table, "public", by=people["ann"])
    reset(store, 1, fate, by=people["emmy"])
    assert offered(store, people["max"], TABLE) == []
    assert bool(store.holdings.of(people["ann"].id)) == (fate == "hide")
