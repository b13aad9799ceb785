"""A class emptied for the next lesson: who leaves, what becomes of runs, what stays."""

from __future__ import annotations

import pytest

from hts.config import RunConfig
from hts.studio.classroom import reset as resetting
from hts.studio.classroom.free import Free
from hts.studio.classroom.lesson import pin, predict
from hts.studio.classroom.question import Question
from hts.studio.classroom.reset import reset
from hts.studio.classroom.task import Task
from hts.studio.cli.main import main
from hts.studio.jobs import client
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.codes import join, student
from hts.studio.lab.students import remove_students
from hts.validate import BadInput

TASK = Task(
    title="Prune most",
    config=RunConfig(width=20, iterations=100, device="cpu", seed=1),
    free=(Free(name="seed", low=1, high=50),),
    question=Question(text="How many?", unit="%"),
)


@pytest.fixture
def number(store, people):
    """Emmy's class of ann and bob, with a task."""
    mine = store.classes.list(teacher=people["emmy"].id)[0].number
    pin(store, mine, TASK, by=people["emmy"])
    return mine


def asked(store, who, seed: int) -> str:
    return client.submit(store, TASK.config.replace(seed=seed), by=who)[0]


def begun(store, run_id: str) -> str:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    return run_id


def finished(store, run_id: str, result) -> str:
    store.control.finish(begun(store, run_id), result)
    return run_id


def test_students_leave_for_good_and_others_may_come_by_a_new_code(store, people, number):
    before = store.classes.get(number)
    token = join(store, before.code, "dan")
    predict(store, number, 30, by=people["ann"])
    remove_students(store, number, [people["bob"].id], by=people["emmy"], recode=False)
    found = reset(store, number, "hide", by=people["emmy"])
    after = store.classes.get(number)
    assert found.students == 2
    assert store.classes.mates(number) == store.classes.removed(number) == []
    assert student(store, token) is None
    assert after.task == before.task
    assert after.since > before.since
    assert store.boards.predictions(number, TASK.mark) == []
    with pytest.raises(BadInput, match="no class has the code"):
        join(store, before.code, "eva")
    assert student(store, join(store, after.code, "ann")) is not None  # the name is free again


def test_hidden_runs_are_private_and_what_goes_on_is_asked_to_stop(store, people, number, result):
    done = finished(store, asked(store, people["ann"], 1), result)
    client.show_to(store, done, "lab", by=people["ann"])
    going, waiting = begun(store, asked(store, people["bob"], 2)), asked(store, people["bob"], 3)
    found = reset(store, number, "hide", by=people["emmy"])
    assert (found.runs, found.held) == (3, 0)
    assert found.words == "2 students removed; 3 runs hidden."
    assert [store.runs.get(run).visibility for run in (done, going, waiting)] == ["private"] * 3
    assert store.runs.get(going).want == "stop"
    assert store.runs.get(waiting).state == "cancelled"


def test_deleted_runs_are_gone_but_for_those_that_others_asked_for(store, people, number, result):
    mine = finished(store, asked(store, people["ann"], 1), result)
    shared = asked(store, people["ann"], 2)
    client.show_to(store, shared, "lab", by=people["ann"])
    assert asked(store, people["bob"], 2) == asked(store, people["emmy"], 2) == shared
    of_another_class = asked(store, people["cem"], 5)
    found = reset(store, number, "delete", by=people["emmy"])
    assert found.words == "2 students removed; 1 run deleted."
    assert {run.id for run in store.runs.list()} == {shared, of_another_class}
    assert store.runs.get(shared).owner == people["emmy"].id
    assert store.runs.get(shared).state == "queued"
    assert store.owners.askers(shared) == []
    assert not store.home.run(mine).exists()


def test_a_run_whose_worker_does_not_let_go_is_hidden_and_named(store, people, number, monkeypatch):
    monkeypatch.setattr(resetting, "STOP_SECONDS", 0.0)
    going = begun(store, asked(store, people["ann"], 1))
    found = reset(store, number, "delete", by=people["emmy"])
    assert (found.runs, found.held) == (1, 1)
    assert "1 of them had a worker still" in found.words
    assert store.runs.get(going).visibility == "private"


def test_who_signs_in_keeps_what_is_theirs(store, people, number, result):
    join(store, store.classes.get(number).code, "mia", known=people["mia"])
    kept = finished(store, asked(store, people["mia"], 7), result)
    assert reset(store, number, "delete", by=people["emmy"]).students == 3
    assert store.runs.get(kept).owner == people["mia"].id
    assert store.classes.mates(number) == []


def test_only_its_teacher_and_admins_reset_a_class(store, people, number):
    for name in ("felix", "ann", "guest"):
        with pytest.raises(NotAllowed):
            reset(store, number, "hide", by=people[name])
    with pytest.raises(BadInput, match="fate must be one of hide, delete, got 'keep'"):
        reset(store, number, "keep", by=people["emmy"])
    assert len(store.classes.mates(number)) == 2
    reset(store, number, "hide", by=people["root"])
    assert store.classes.mates(number) == []


def test_the_command_asks_before_it_resets(store, people, number, capsys):
    code = store.classes.get(number).code
    assert main(["lab", "class", "reset", code]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert len(store.classes.mates(number)) == 2
    assert main(["lab", "class", "reset", code, "--runs", "delete", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "its students (2) will leave, their runs are deleted, the code changes." in said
    assert f"The new code is {store.classes.get(number).code}." in said
    assert store.classes.mates(number) == []
