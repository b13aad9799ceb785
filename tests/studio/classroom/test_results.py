"""Results per student: one row each, true, and no formula in a spreadsheet."""

from __future__ import annotations

import csv
import io

import factories
import pytest

from hts.config import RunConfig
from hts.studio.classroom.free import Free
from hts.studio.classroom.lesson import pin, predict
from hts.studio.classroom.question import Question
from hts.studio.classroom.results import results_csv
from hts.studio.classroom.task import Goal, Task
from hts.studio.cli.main import main
from hts.studio.jobs import client
from hts.studio.lab.access import NotAllowed

TASK = Task(
    title="Prune most",
    config=RunConfig(width=20, iterations=100, device="cpu", seed=1),
    free=(Free(name="seed", low=1, high=50), Free(name="alpha", low=1.2, high=2.0)),
    goal=Goal(points=1.0),
    question=Question(text="Which?", choices=("=1+1", "heavy")),
)


@pytest.fixture
def number(store, people):
    """Emmy's class: ann finished two runs and has one that waits, bob did nothing."""
    mine = store.classes.list(teacher=people["emmy"].id)[0].number
    pin(store, mine, TASK, by=people["emmy"])
    for seed, ratio, after in ((1, 30.0, 90.0), (2, 80.0, 60.0)):
        run_id = client.submit(store, TASK.config.replace(seed=seed), by=people["ann"])[0]
        store.control.claim(run_id, pid=1, pid_started=1.0)
        numbers = {"pruning_ratio": ratio, "test_accuracy": 90.5, "test_accuracy_pruned": after}
        result = factories.result(factories.snapshot(100, 1.75, units=30, inputs=5), **numbers)
        store.control.finish(run_id, result)
    client.submit(store, TASK.config.replace(seed=3, alpha=1.5), by=people["ann"])
    predict(store, mine, "=1+1", by=people["ann"])
    return mine


def rows(made: bytes) -> list[dict[str, str]]:
    assert made.startswith(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"))))


def test_each_student_has_a_row_with_counts_the_best_and_the_last(store, people, number):
    ann, bob = rows(results_csv(store, number, by=people["emmy"]))
    newest, _, first = store.runs.list()
    counts = ("asked_for", "finished", "on_their_way", "without_result")
    assert (ann["nickname"], *(ann[name] for name in counts)) == ("ann", "3", "2", "1", "0")
    assert (ann["best_run"], ann["best_pruning_ratio"]) == (first.id, "30.0")  # within the goal
    assert (ann["best_meets_goal"], ann["best_seed"], ann["best_alpha"]) == ("True", "1", "1.75")
    assert (ann["last_run"], ann["last_state"], ann["last_ended"]) == (newest.id, "queued", "")
    assert ann["prediction"] == "'=1+1"
    assert bob["nickname"] == "bob"
    assert [bob[name] for name in counts] == ["0"] * 4
    assert bob["best_run"] == bob["last_run"] == bob["prediction"] == ""


def test_names_are_no_formulas(store, people, number):
    for kind in "=+-@":
        person = people["bob"].id
        store.classes.rename(number, person, f"{kind}cmd|'/c calc'!A0")
        assert rows(results_csv(store, number, by=people["emmy"]))[1]["nickname"].startswith("'")


def test_without_a_task_or_students_the_columns_are_there(store, people, number):
    pin(store, number, None, by=people["emmy"])
    row = rows(results_csv(store, number, by=people["emmy"]))[0]
    assert {"best_noise", "best_alpha", "best_sigma", "last_run"} <= row.keys()
    assert "prediction" not in row
    store.classes.empty(number)
    head = results_csv(store, number, by=people["emmy"]).decode("utf-8-sig")
    assert head.strip().split(",") == list(row)


def test_they_are_for_the_teacher(store, people, number):
    for name in ("ann", "felix", "mia", "guest"):
        with pytest.raises(NotAllowed):
            results_csv(store, number, by=people[name])
    assert results_csv(store, number, by=people["root"])


def test_the_command_writes_them(store, people, number, tmp_path, capsys):
    out = tmp_path / "results.csv"
    code = store.classes.get(number).code
    assert main(["lab", "results", code, "--out", str(out)]) == 0
    assert [row["nickname"] for row in rows(out.read_bytes())] == ["ann", "bob"]
    assert main(["lab", "results", code, "--out", str(tmp_path / "none" / "a.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err
