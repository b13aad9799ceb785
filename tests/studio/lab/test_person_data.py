"""All data of one person, what goes by age, and the log of who did what."""

from __future__ import annotations

import importlib
import io
import json
import time
import zipfile

import factories
import pytest

from hts.data.reading import table_apart
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.task import Task
from hts.studio.cli.main import main
from hts.studio.jobs import client
from hts.studio.jobs.holdings import delete_holding, keep_table, show_holding
from hts.studio.jobs.person_data import delete_person, export_person, find_person
from hts.studio.jobs.retention import DAY, plan, tidy
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.audit import SYSTEM, entries, note
from hts.studio.lab.holdings import own_holdings
from hts.studio.lab.identify import remember
from hts.studio.lab.people import OPERATOR
from hts.studio.lab.settings import current, read_text
from hts.studio.lab.students import remove_students
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.transfer.backup import store_faults
from hts.validate import BadInput

CSV = b"height,label\n" + b"".join(b"%d,%c\n" % (k, 97 + k % 2) for k in range(20))


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    def run(task, request, folder, bounds, **words):
        module, function = task.split(":")
        return getattr(importlib.import_module(module), function)(request, folder)

    monkeypatch.setattr(table_apart, "run_limited", run)


def finished(store, config, owner, *, ended=None, visibility="private"):
    run_id = store.runs.create(config, owner=owner.id, visibility=visibility, title="my own title")
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.series.add_evaluations(run_id, factories.evaluations(10))
    store.control.finish(run_id, factories.recorded_result())
    if ended is not None:
        store.db.change("UPDATE runs SET created = ?1, ended = ?1 WHERE id = ?2", (ended, run_id))
    return run_id


@pytest.fixture
def anns(store, people, config):
    """A run, one that bob asked for too, a sweep, a table, and more of ann; by name."""
    ann, bob = people["ann"], people["bob"]
    store.people.remember(ann.id, name="ann", role="member", how="code")
    run_id = finished(store, config, ann)
    shared = finished(store, config.replace(seed=2), ann, visibility="lab")
    store.owners.add_asker(shared, bob.id)
    spec = SweepSpec(name="s", base=config)
    sweep = store.sweeps.create(spec.to_json(), "s", spec.configs(), owner=ann.id)
    table = keep_table(store, io.BytesIO(CSV), "treasure.csv", by=ann)
    store.boards.predict(1, "t", ann.id, "80")
    steered = finished(store, config.replace(seed=3), bob)
    change = json.dumps([{"setting": "lr", "value": 1.0, "who": ann.id, "at": 1.0, "step": 2}])
    store.db.change("UPDATE runs SET steered = ? WHERE id = ?", (change, steered))
    note(store, ann.id, "deleted", f"run x of {ann.id}")
    return {"run": run_id, "shared": shared, "sweep": sweep, "table": table, "steered": steered}


def test_an_export_has_all_that_is_kept_of_somebody(store, people, anns, tmp_path):
    ann = people["ann"]
    file = io.BytesIO()
    count = export_person(store, ann.id, file, by=ann)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        about = json.loads(archive.read("person.json"))
        runs = json.loads(archive.read("runs.json"))
        sweeps = json.loads(archive.read("sweeps.json"))
        assert b"train_accuracy" in archive.read(f"runs/{anns['run']}/metrics.csv")
    assert len(names) == count
    assert {run["id"] for run in runs} == {anns["run"], anns["shared"]}
    assert {run["title"] for run in runs} == {"my own title"}
    assert [len(sweep["members"]) for sweep in sweeps] == [1]
    assert f"runs/{anns['run']}/config.json" in names
    digits = anns["table"].partition(":")[2]
    assert {f"tables/{digits}.json", f"tables/{digits}.npz"} <= set(names)
    assert [row["nickname"] for row in about["classes"]] == ["ann"]
    assert [row["answer"] for row in about["predictions"]] == ["80"]
    assert "token" not in json.dumps(about)


def test_nothing_names_somebody_whose_data_are_removed(store, people, anns):
    ann, bob = people["ann"], people["bob"]
    store.sweeps.stop(anns["sweep"], "stopped")
    done = delete_person(store, ann.id, by=ann)
    assert (done.runs, done.sweeps, done.files, done.given) == (1, 1, 1, 1)
    assert store.runs.get(anns["shared"]).owner == bob.id
    assert store.runs.get(anns["steered"]).steered[0].who is None
    assert own_holdings(store, ann) == []
    for table in store.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in store.db.rows(f"SELECT * FROM {table['name']}"):
            assert ann.id not in str(tuple(row)), table["name"]
    assert {entry.did for entry in entries(store)} == {"deleted", "removed"}
    assert list(store_faults(store)) == []
    assert not list(store.home.root.glob("tables/*/*"))


def test_a_teachers_classes_close_and_stay(store, people):
    delete_person(store, people["emmy"].id, by=OPERATOR)
    klass = store.classes.get(1)
    assert (klass.teacher, klass.closed is None) == (OPERATOR.id, False)
    assert len(store.classes.mates(1)) == 2


def test_what_still_computes_is_stopped_first_and_nothing_is_removed(store, people, config):
    ann = people["ann"]
    run_id = store.runs.create(config, owner=ann.id)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    with pytest.raises(BadInput, match="1 of their runs are still ending, so nothing is removed"):
        delete_person(store, ann.id, patience=0, by=ann)
    assert store.runs.get(run_id).want == "stop"


@pytest.mark.parametrize("name", ["guest", "bob", "emmy", "felix"])
def test_only_they_and_admins_have_somebodys_data(store, people, anns, name):
    for ask in (lambda p: export_person(store, people["ann"].id, io.BytesIO(), by=p),
                lambda p: delete_person(store, people["ann"].id, by=p)):  # fmt: skip
        with pytest.raises(NotAllowed, match="may ask only for what is kept of themselves"):
            ask(people[name])
    assert store.runs.get(anns["run"])


def test_somebody_is_found_by_id_or_a_name_that_is_theirs_alone(store, people):
    assert find_person(store, "max") == find_person(store, "oidc:max") == "oidc:max"
    assert find_person(store, "ann") == people["ann"].id
    store.people.remember("proxy:max", name="max", role="member", how="proxy")
    with pytest.raises(BadInput, match="are several: oidc:max, proxy:max"):
        find_person(store, "max")
    with pytest.raises(BadInput, match="is nobody called 'x'"):
        find_person(store, "x")


def test_the_command_writes_out_and_removes(store, people, anns, tmp_path, capsys, monkeypatch):
    out = tmp_path / "ann.zip"
    store.sweeps.stop(anns["sweep"], "stopped")
    assert main(["lab", "person", "export", "ann", "--out", str(out)]) == 0
    assert zipfile.is_zipfile(out)
    assert out.stat().st_mode & 0o077 == 0
    assert main(["lab", "person", "export", "ann", "--out", str(out)]) == 2
    monkeypatch.setattr("builtins.input", lambda: "no")
    assert main(["lab", "person", "delete", "ann"]) == 2
    assert store.runs.get(anns["run"])
    assert main(["lab", "person", "delete", "ann", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "removed 1 runs, 1 sweeps, 1 tables and weights; 1 runs that others asked for" in said
    assert main(["lab", "person", "list"]) == 0
    assert "ann" not in capsys.readouterr().out


KEEP = 'mode = ["oidc", "codes"]\n[retention]\nrun_days = 30\nfile_days = 60\naudit_days = 90\n'


def test_what_is_old_goes_and_what_is_shared_stays_and_says_so(
    store, people, config, hosted, capsys
):
    hosted(KEEP)
    ann, long_ago = people["ann"], time.time() - 100 * DAY
    old = finished(store, config, people["max"], ended=long_ago)
    shown = finished(store, config.replace(seed=2), ann, ended=long_ago, visibility="lab")
    asked = finished(store, config.replace(seed=3), ann, ended=long_ago)
    store.owners.add_asker(asked, people["max"].id)
    young = finished(store, config.replace(seed=4), ann)
    operators = finished(store, config.replace(seed=5), OPERATOR, ended=long_ago)
    waiting = store.runs.create(config.replace(seed=6), owner=ann.id)
    store.db.change("UPDATE runs SET created = ? WHERE id = ?", (long_ago, waiting))
    on_board = finished(store, config.replace(seed=7), people["bob"], ended=long_ago)
    store.db.change("UPDATE classes SET since = ? WHERE number = 1", (long_ago - 1,))
    table = keep_table(store, io.BytesIO(CSV), "t.csv", by=ann)
    lesson = keep_table(store, io.BytesIO(CSV), "t.csv", by=people["emmy"])
    assert lesson == table
    pin(store, 1, Task(title="t", config=config.replace(data=lesson)), by=people["emmy"])
    store.db.change("UPDATE classes SET since = ? WHERE number = 1", (long_ago - 1,))
    store.db.change("UPDATE holdings SET made = ?", (long_ago,))
    note(store, ann.id, "deleted", "run y")
    store.db.change("UPDATE audit SET at = ? WHERE what = 'run y'", (long_ago,))
    found = {(item.what, item.owner): item.stays for item in plan(store, current())}
    assert found == {
        (f"run {old}", people["max"].id): "",
        (f"run {shown}", ann.id): "shown to: lab",
        (f"run {asked}", ann.id): "others asked for it too",
        (f"run {on_board}", people["bob"].id): "on the board of an open class",
        (table, ann.id): "",
        (table, people["emmy"].id): "a class uses it",
        ("1 entries of the audit log", "nobody"): "",
    }
    assert main(["lab", "retention"]) == 0
    assert "100 days ago, 30 are kept; stays: shown to: lab" in capsys.readouterr().out
    assert store.runs.get(old)  # it was only said
    assert tidy(store, current()) == 3
    left = {run.id for run in store.runs.list()}
    assert left == {shown, asked, young, operators, waiting, on_board}
    assert own_holdings(store, ann) == []
    assert own_holdings(store, people["emmy"])
    assert [e.what for e in entries(store, who=SYSTEM)][-1].startswith(f"run {old} of oidc:max")
    assert not [entry for entry in entries(store) if entry.what == "run y"]


def test_who_has_more_than_their_disk_loses_the_oldest(store, people, config, hosted):
    hosted('mode = "oidc"\n[limits.member]\ndisk_gb = 2.5e-3\n[retention]\nover_quota = true')
    runs = [finished(store, config.replace(seed=k), people["max"]) for k in (1, 2, 3, 4)]
    for run_id in runs:
        store.home.worker_log(run_id).write_bytes(b"x" * 1_000_000)
    client.show_to(store, runs[0], "lab", by=people["max"])
    assert tidy(store, current()) == 2
    assert {run.id for run in store.runs.list()} == {runs[0], runs[3]}


def test_without_settings_nothing_goes(store, people, config):
    finished(store, config, people["max"], ended=1.0)
    assert plan(store, current()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("retention = 3", "retention must be a table"),
        ("[retention]\nruns = 3", "a setting of"),
        ("[retention]\nrun_days = 0", "run_days must be a number"),
        ("[retention]\nover_quota = 1", "over_quota must be true or false"),
    ],
)
def test_settings_of_retention_are_checked(text, says):
    with pytest.raises(BadInput, match=says):
        read_text(text)


def test_the_log_has_who_did_what_and_no_secrets(store, people, config, hosted, capsys):
    ann, emmy, root = people["ann"], people["emmy"], people["root"]
    run_id = finished(store, config, ann)
    client.show_to(store, run_id, "lab", by=ann)
    client.delete(store, run_id, by=emmy)
    waiting = store.runs.create(config, owner=ann.id)
    client.steer(store, waiting, by=emmy, lr=0.5)
    table = keep_table(store, io.BytesIO(CSV), "treasure.csv", by=ann)
    show_holding(store, table, "public", by=ann)
    delete_holding(store, table, owner=ann.id, by=root)
    code = store.classes.get(1).code
    remove_students(store, 1, [people["bob"].id], by=emmy)
    store.db.change("DELETE FROM people WHERE id = ?", (root.id,))
    for moment in (time.time(), time.time() + 10):
        remember(store, root, moment)
    assert [(e.who, e.did, e.what) for e in reversed(entries(store))] == [
        (ann.id, "showed", f"run {run_id} to lab"),
        (emmy.id, "deleted", f"run {run_id}"),
        (emmy.id, "steered", f"run {waiting}: lr"),
        (ann.id, "showed", f"{table} of {ann.id} to public"),
        (root.id, "deleted", f"{table} of {ann.id}"),
        (emmy.id, "removed", f"{people['bob'].id} from class 1"),
        (root.id, "came in", "as admin"),
    ]
    assert main(["lab", "audit", "--who", emmy.id, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["did"] for entry in listed] == ["removed", "steered", "deleted"]
    assert main(["lab", "audit"]) == 0
    said = capsys.readouterr().out
    assert "came in" in said
    for secret in (code, store.classes.get(1).code, "treasure", "my own title"):
        assert secret not in said
