"""A class's board: whose runs count since when, for whom; freeze, reveal, clear, predict."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import zipfile

import factories
import pytest

from hts.config import RunConfig
from hts.studio.classroom.board import answers, board, truth
from hts.studio.classroom.figures import class_view, most_words
from hts.studio.classroom.free import Free
from hts.studio.classroom.lesson import (
    clear,
    freeze,
    may_look,
    pin,
    predict,
    reopen,
    reveal,
    see_class,
)
from hts.studio.classroom.lesson_page import lesson_zip
from hts.studio.classroom.question import Question
from hts.studio.classroom.task import Goal, Task, mark_of
from hts.studio.cli.main import main
from hts.studio.jobs import client
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.codes import join
from hts.studio.lab.reader import Reader
from hts.validate import BadInput

TASK = Task(
    title="Prune most",
    config=RunConfig(width=20, iterations=100, device="cpu", seed=1),
    free=(Free(name="seed", low=1, high=50),),
    goal=Goal(points=1.0),
    question=Question(text="How many percent can go?", unit="%", measured="pruning_ratio"),
)


@pytest.fixture
def number(store, people):
    """Emmy's class of ann and bob, with the task pinned."""
    mine = store.classes.list(teacher=people["emmy"].id)[0].number
    pin(store, mine, TASK, by=people["emmy"])
    return mine


def asked(store, who, **settings) -> str:
    return client.submit(store, TASK.config.replace(**settings), by=who)[0]


def ended(store, run_id: str, ratio: float = 40.0, after: float = 90.0) -> None:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    snapshot = factories.snapshot(100, 1.75, units=30, inputs=5)
    result = factories.result(
        snapshot, pruning_ratio=ratio, test_accuracy=90.5, test_accuracy_pruned=after
    )
    store.control.finish(run_id, result)


def shown(store, number):
    return board(store, store.classes.get(number))


def test_one_run_counts_for_everybody_who_asked_for_it(store, people, number):
    for name in ("ann", "bob", "emmy"):
        client.show_to(store, asked(store, people["ann"]), "lab", by=people["ann"])
        run_id = asked(store, people[name])
    assert [going.people for going in shown(store, number).going] == [
        (people["ann"].id, people["bob"].id, people["emmy"].id)
    ]
    ended(store, run_id)
    (entry,) = shown(store, number).entries
    assert entry.names == ("ann", "bob", "the teacher")
    assert entry.met is True
    assert shown(store, number).asked == {people[n].id: 1 for n in ("ann", "bob", "emmy")}


def test_only_what_answers_the_task_since_it_was_pinned_is_on_the_board(store, people, number):
    before = asked(store, people["ann"], seed=2)
    pin(store, number, TASK, by=people["emmy"])
    asked(store, people["bob"], seed=3, alpha=1.5)  # alpha is not free
    asked(store, people["cem"], seed=4)  # is in another class
    counted = asked(store, people["bob"], seed=5)
    assert [going.run.id for going in shown(store, number).going] == [counted]
    assert store.runs.get(before).owner == people["ann"].id


def test_the_best_within_the_goal_comes_first_and_lost_runs_are_counted(store, people, number):
    for seed, ratio, after in ((1, 30.0, 90.0), (2, 80.0, 60.0), (3, 50.0, 90.0)):
        ended(store, asked(store, people["ann"], seed=seed), ratio, after)
    stopped = asked(store, people["bob"], seed=9)
    client.stop(store, stopped, by=people["bob"])
    found = shown(store, number)
    assert [entry.ratio for entry in found.entries] == [50.0, 30.0, 80.0]
    assert [entry.met for entry in found.entries] == [True, True, False]
    assert [lost.run.id for lost in found.lost] == [stopped]
    assert truth(TASK, found) == 50.0


def test_a_network_that_works_no_longer_does_not_win_and_its_cost_is_said(store, people, number):
    """Two classes: guessing is 50 %, so of 90.5 % at least 70.25 % must be left."""
    task = dataclasses.replace(TASK, goal=None, config=TASK.config.replace(data="moons"))
    pin(store, number, task, by=people["emmy"])
    for seed, ratio, after in ((1, 30.0, 90.0), (2, 62.0, 50.5), (3, 50.0, 71.0)):
        run = client.submit(store, task.config.replace(seed=seed), by=people["ann"])[0]
        ended(store, run, ratio, after)
    found = shown(store, number)
    assert [entry.ratio for entry in found.entries] == [50.0, 30.0, 62.0]
    assert [entry.works for entry in found.entries] == [True, True, False]
    assert (found.best.ratio, found.furthest.ratio) == (50.0, 62.0)
    said = most_words(found.furthest)
    assert said.endswith(
        "62.0 % removed, test accuracy 90.5 → 50.5 %: the network no longer works."
    )
    only = dataclasses.replace(found, entries=found.entries[2:])
    assert only.best is None
    assert class_view(store.classes.get(number), only).furthest == said


def test_a_twin_is_no_run_of_its_own(store, people, number):
    free = Free(name="noise", among=("III", "gaussian"))
    task = Task(title="t", config=TASK.config, twin="gaussian", free=(free,))
    pin(store, number, task, by=people["emmy"])
    twin = task.config.replace(noise="gaussian")
    ids = client.submit(store, task.config, twin, by=people["ann"])
    assert len(ids) == 2
    assert [going.run.id for going in shown(store, number).going] == [ids[0]]


def test_private_runs_are_for_their_owner_and_the_teacher(store, people, number):
    ended(store, asked(store, people["ann"]))
    found = shown(store, number)
    assert len(found.entries) == 1
    assert len(found.seen_by(people["ann"].id).entries) == 1
    others = found.seen_by(people["bob"].id)
    assert (others.entries, others.hidden) == ((), 1)


def test_frozen_it_stands_still_and_goes_on_afterwards(store, people, number):
    early, late = (asked(store, people["ann"], seed=seed) for seed in (1, 2))
    ended(store, early)
    freeze(store, number, by=people["emmy"])
    ended(store, late)
    after = asked(store, people["bob"], seed=3)
    held = shown(store, number)
    assert [entry.run.id for entry in held.entries] == [early]
    assert [going.run.id for going in held.going] == [late]
    reopen(store, number, by=people["emmy"])
    now = shown(store, number)
    assert {entry.run.id for entry in now.entries} == {early, late}
    assert [going.run.id for going in now.going] == [after]


def test_cleared_it_is_empty_and_the_runs_are_still_there(store, people, number):
    run_id = asked(store, people["ann"])
    predict(store, number, 30, by=people["ann"])
    clear(store, number, by=people["emmy"])
    assert shown(store, number).going == ()
    assert answers(store, store.classes.get(number)) == {}
    assert store.runs.get(run_id).state == "queued"


def test_a_prediction_is_one_per_student_until_it_is_frozen(store, people, number):
    ann, bob = people["ann"], people["bob"]
    predict(store, number, 30, by=ann)
    predict(store, number, 35, by=ann)
    predict(store, number, 60, by=bob)
    assert answers(store, store.classes.get(number)) == {ann.id: 35.0, bob.id: 60.0}
    for close in (freeze, reveal):
        close(store, number, by=people["emmy"])
        with pytest.raises(BadInput, match="predictions count only before that"):
            predict(store, number, 99, by=ann)
    reopen(store, number, by=people["emmy"])
    with pytest.raises(BadInput, match="the question asks for a percentage"):
        predict(store, number, "many", by=ann)
    with pytest.raises(BadInput, match=r"your answer must be a number in \[0, 100\], got 150"):
        predict(store, number, 150, by=ann)


def test_who_is_asked_looks_once_they_have_answered(store, people, number):
    klass = store.classes.get(number)
    assert not may_look(store, klass, people["ann"])
    assert may_look(store, klass, people["emmy"])
    predict(store, number, 30, by=people["ann"])
    assert may_look(store, klass, people["ann"])
    assert not may_look(store, klass, people["bob"])
    assert may_look(store, reveal(store, number, by=people["emmy"]), people["bob"])


@pytest.mark.parametrize("who", ["ann", "felix", "max", "guest"])
@pytest.mark.parametrize("change", [freeze, reveal, reopen, clear])
def test_only_its_teacher_leads_a_class(store, people, number, who, change):
    before = store.classes.get(number)
    with pytest.raises(NotAllowed):
        change(store, number, by=people[who])
    with pytest.raises(NotAllowed):
        pin(store, number, None, by=people[who])
    assert store.classes.get(number) == before


@pytest.mark.parametrize("who", ["cem", "felix", "max", "guest"])
def test_who_is_not_in_a_class_neither_sees_it_nor_predicts(store, people, number, who):
    with pytest.raises(NotAllowed, match="or you are not in it"):
        see_class(store, number, by=people[who])
    with pytest.raises(NotAllowed, match="or you are not in it"):
        predict(store, number, 30, by=people[who])
    assert answers(store, store.classes.get(number)) == {}


def test_a_page_of_one_person_asks_the_same_questions(store, people, number):
    mine = Reader(store, people["ann"])
    predict(mine, number, 30, by=mine.person)
    with pytest.raises(NotAllowed):
        freeze(mine, number, by=mine.person)


def test_a_lesson_holds_the_task_the_table_and_the_pictures(
    store, people, number, tmp_path, capsys
):
    join(store, store.classes.get(number).code, "mx", known=people["max"])
    run_id = asked(store, people["ann"])
    client.show_to(store, run_id, "lab", by=people["ann"])
    ended(store, run_id)
    ended(store, asked(store, people["bob"], seed=7), 77.0)  # private: not for others
    predict(store, number, 30, by=people["ann"])
    made = lesson_zip(store, store.classes.get(number), address="https://lab.example/")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        read = {name: archive.read(name).decode() for name in archive.namelist()}
    assert Task.from_json(read["task.json"]) == TASK
    (row,) = csv.DictReader(io.StringIO(read["runs.csv"]))
    assert (row["run"], row["students"], row["pruning_ratio"]) == (run_id, "ann", "40.0")
    assert RunConfig.from_json(read[f"settings/{run_id}.json"]) == TASK.config
    assert read["predictions.csv"] == "student,answer\nann,30.0\n"
    assert f"https://lab.example/?run={run_id}" in read["addresses.txt"]
    page = read["lesson.html"]
    assert 'src="http' not in page
    assert "test accuracy after pruning" in page
    assert "77" not in read["runs.csv"]
    out = tmp_path / "lesson.zip"
    assert main(["lab", "lesson", str(number), "--out", str(out)]) == 0
    assert zipfile.is_zipfile(out)
    assert main(["lab", "lesson", "nosuch", "--out", str(out)]) == 2
    assert "there is no class 'nosuch'" in capsys.readouterr().err


def test_a_run_of_several_counts_with_its_medians_and_its_controls_are_no_runs(store, people):
    mine = store.classes.list(teacher=people["emmy"].id)[0].number
    task = dataclasses.replace(TASK, config=TASK.config.replace(replicates=2, controls="none"))
    pin(store, mine, task, by=people["emmy"])
    (run_id,) = client.submit(store, task.config.replace(seed=4), by=people["ann"])
    (alone,) = client.submit(store, TASK.config.replace(seed=4), by=people["ann"])
    ended(store, run_id, ratio=33.0)
    ended(store, alone, ratio=44.0)
    (entry,) = shown(store, mine).entries
    assert (entry.run.id, entry.ratio, entry.before) == (run_id, 33.0, 90.5)


def test_a_task_with_a_twin_of_before_is_asked_with_a_control_and_old_pairs_count(
    store, people, number
):
    task = dataclasses.replace(TASK, twin="no-noise")
    assert task.with_settings({"seed": 2}).controls == "none"
    pin(store, number, task, by=people["emmy"])
    (run_id,) = client.submit(store, task.with_settings({"seed": 2}), by=people["ann"])
    old, twin = (TASK.config.replace(seed=3, noise=noise) for noise in ("III", "none"))
    pair = client.submit(store, old, twin, by=people["bob"])
    for name in (run_id, *pair):
        ended(store, name)
    assert {entry.run.id for entry in shown(store, number).entries} == {run_id, pair[0]}


def test_predictions_stay_when_a_setting_is_added_to_the_program(store, people, number):
    klass = store.classes.get(number)
    before = json.loads(klass.task)
    del before["settings"]["replicates"]
    text = json.dumps(before, indent=2, ensure_ascii=False) + "\n"
    store.classes.change(number, task=text)
    store.boards.predict(number, mark_of(text), people["ann"].id, "40.0")
    assert answers(store, store.classes.get(number)) == {people["ann"].id: 40.0}
    predict(store, number, 50, by=people["ann"])
    assert answers(store, store.classes.get(number)) == {people["ann"].id: 50.0}
