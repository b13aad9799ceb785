"""The Class page: alone, as a teacher, as a student, for a room."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hts.config import RunConfig
from hts.records import encode
from hts.studio.classroom.board import Board, answers
from hts.studio.classroom.free import Free
from hts.studio.classroom.lesson import freeze, pin, predict, reveal
from hts.studio.classroom.question import Question
from hts.studio.classroom.task import Goal, Task
from hts.studio.jobs import client
from hts.studio.jobs.background import side_job
from hts.studio.jobs.rehearsal import Rehearsal
from hts.studio.lab.codes import join, make_class, student
from hts.studio.lab.people import Person
from hts.studio.store.classes import Class
from hts.studio.store.store import Store
from pages._parts.classroom import projector
from pages._parts.classroom.live import Moment, room_numbers
from pages._parts.shell import identity

EMMY = Person(id="proxy:emmy", name="Emmy", role="teacher", how="proxy")
TASK = Task(
    title="Prune most",
    config=RunConfig(width=20, iterations=100),
    free=(Free(name="alpha", low=1.2, high=2.0), Free(name="seed", low=1, high=50)),
    goal=Goal(points=1.0),
    question=Question(text="How many percent can go?", unit="%", measured="pruning_ratio"),
)


@pytest.fixture
def be(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Person], None]:
    """``be(person)``: the lab is hosted, and this is who looks at it from now on."""
    settings = home / "lab.toml"
    settings.write_text('mode = "codes"\n')
    monkeypatch.setenv("HTS_LAB", str(settings))

    def be_(person: Person) -> None:
        monkeypatch.setattr(identity, "person", lambda store: person)

    be_(EMMY)
    return be_


@pytest.fixture
def klass(store: Store, be) -> Class:
    store.people.remember(EMMY.id, name=EMMY.name, role=EMMY.role, how=EMMY.how)
    made = make_class(store, "Thursday", by=EMMY)
    return pin(store, made.number, TASK, by=EMMY)


@pytest.fixture
def ann(store: Store, klass: Class) -> Person:
    found = student(store, join(store, klass.code, "ann"))
    assert found is not None
    return found


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def test_alone_it_says_what_a_class_is_and_lets_one_be_tried(open_in_app, store, said):
    page = open_in_app("class")
    assert not page.exception
    assert "HTS_LAB" in said(page)
    page.text_input(key="class_name").set_value("Rehearsal")
    page.button(key="FormSubmitter:make_class-Make a class").click().run()
    assert not page.exception
    (made,) = store.classes.list()
    assert str(made.number) in page.query_params["class"]
    assert "Nobody else can join here" in said(page)
    assert "No runs yet." in said(page)
    pin(store, made.number, TASK, by=Person(id="local", name="you", role="admin", how="local"))
    page.run()
    page.button(key="class_run").click().run()
    assert not page.exception
    assert [run.config.seed for run in store.runs.list()] == [1]
    deadline = time.monotonic() + 180
    while "1 request; 1 different run, 1 in progress" not in said(
        page.run()
    ):  # pooled once a second
        assert time.monotonic() < deadline
    assert "students made" not in said(page)


def test_alone_the_projector_asks_nobody_to_join(open_in_app, store, said, monkeypatch):
    monkeypatch.setattr(projector, "here", lambda: "http://lab/class")
    alone = Person(id="local", name="you", role="admin", how="local")
    made = make_class(store, "Rehearsal", by=alone)
    klass = pin(store, made.number, TASK, by=alone)
    page = open_in_app("class", view="projector", **{"class": str(made.number)})
    assert not page.exception
    assert "Prune most" in said(page)
    assert "Join at" not in said(page)
    nothing = Board(entries=(), going=(), lost=(), asked={})
    now = Moment(klass=klass, board=nothing, answers={}, looks=True, students=0)
    assert [number["id"] for number in room_numbers(now)] == ["runs", "best"]


def test_a_teacher_sees_code_task_students_and_leads(open_in_app, store, klass, ann, said):
    page = open_in_app("class")
    assert not page.exception
    words = said(page)
    assert f"{klass.code[:4]} {klass.code[4:]}" in words
    assert "Prune as much as you can, lose at most 1 point" in words
    assert list(page.dataframe[0].value["Nickname"]) == ["ann"]
    page.button(key="class_freeze").click().run()
    assert store.classes.get(klass.number).stage == "frozen"
    page.button(key="class_reveal").click().run()
    assert store.classes.get(klass.number).stage == "revealed"
    page.button(key="class_clear").click().run()
    assert store.classes.get(klass.number).stage == "open"
    page.button(key="class_close_class").click().run()
    assert store.classes.get(klass.number).closed is not None
    assert not page.exception


def test_pinning_begins_with_a_ready_task_that_can_be_changed(open_in_app, klass):
    page = open_in_app("class")
    page.button(key="class_pin").click().run()
    assert not page.exception
    assert not page.error
    (title,) = [box for box in page.text_input if (box.key or "").startswith("pin_title")]
    assert title.value == "How much can go?"
    assert {"pin_now", "pin_nothing"} <= keys(page)


def test_a_student_predicts_runs_and_then_sees_the_class(open_in_app, store, klass, ann, be, said):
    be(ann)
    page = open_in_app("class")
    assert not page.exception
    assert "Predict first" in page.info[0].value
    assert not {"class_freeze", "class_reveal", "class_pin"} & keys(page)
    (box,) = [box for box in page.text_input if (box.key or "").startswith("answer_")]
    box.set_value("35")
    page.button(key="FormSubmitter:predict-Predict").click().run()
    assert answers(store, store.classes.get(klass.number)) == {ann.id: 35.0}
    assert not page.info
    page.slider[0].set_value(1.5)
    page.run()
    page.button(key="class_run").click().run()
    assert not page.exception
    (run,) = store.runs.list()
    assert (run.config.alpha, run.owner, run.visibility) == (1.5, ann.id, "lab")
    assert "Your run is on its way" in said(page)


def test_what_is_not_free_is_refused_also_where_the_page_was_changed(
    open_in_app, store, klass, ann, be
):
    be(ann)
    page = open_in_app("class")
    other = Task(title="Another", config=TASK.config, free=())
    pin(store, klass.number, other, by=EMMY)  # while the page still shows the old one
    page.button(key="class_run").click().run()
    assert store.runs.list() == []
    assert "is fixed in this task" in page.error[0].value


def test_frozen_a_student_can_no_longer_answer(open_in_app, store, klass, ann, be, said):
    predict(store, klass.number, 20, by=ann)
    freeze(store, klass.number, by=EMMY)
    be(ann)
    page = open_in_app("class")
    assert "You said: 20 %." in said(page)
    assert "FormSubmitter:predict-Predict" not in keys(page)


def test_somebody_elses_class_is_not_shown(open_in_app, store, klass, ann, be):
    other = make_class(store, "Friday", by=EMMY)
    be(ann)
    page = open_in_app("class", **{"class": str(other.number)})
    assert "or you are not in it" in page.error[0].value
    assert not page.exception


def test_for_a_room_there_is_nothing_to_press(open_in_app, store, klass, ann, said, monkeypatch):
    monkeypatch.setattr(projector, "here", lambda: "http://lab/class")
    client.submit(store, TASK.config, by=ann)
    reveal(store, klass.number, by=EMMY)
    page = open_in_app("class", view="projector", **{"class": str(klass.number)})
    assert not page.exception
    assert not page.button
    assert "Prune most" in said(page)
    assert "Join at http:" in said(page)
    assert "projector" in page.query_params["view"]


def test_a_task_of_several_networks_says_how_many_and_is_asked_for_with_them(
    open_in_app, store, klass, ann, be, said
):
    task = dataclasses.replace(TASK, config=TASK.config.replace(replicates=2, controls="none"))
    pin(store, klass.number, task, by=EMMY)
    be(ann)
    page = open_in_app("class")
    assert "Every run trains 4 networks, and counts with its median over the seeds." in said(page)
    page.text_input(key=f"free_{klass.number}_{task.mark}_seed").set_value("7").run()
    page.button(key="class_run").click().run()
    assert not page.exception
    (run,) = store.runs.list()
    assert (run.config.seed, run.config.replicates, run.config.controls) == (7, 2, "none")


def test_a_task_that_students_may_not_start_is_told_before_it_is_pinned(
    open_in_app, store, klass, be, home, said
):
    (home / "lab.toml").write_text('mode = "codes"\n[limits.member]\nparameters = 3000\n')
    page = open_in_app("class")
    page.button(key="class_pin").click().run()
    assert not page.exception
    assert "Students could not start it: parameters may be at most 3000" in said(page)


@pytest.fixture
def dialog(open_in_app, klass) -> Callable[[], AppTest]:
    """The Students dialog of a teacher's page, opened."""

    def opened() -> AppTest:
        page = open_in_app("class")
        page.button(key="class_manage").click().run()
        assert not page.exception
        return page

    return opened


def test_a_teacher_sets_seats_and_changes_the_code(dialog, store, klass, ann) -> None:
    page = dialog()
    assert page.text_input(key="students_seats").value == "40"
    page.text_input(key="students_seats").set_value("12").run()
    assert store.classes.get(klass.number).seats == 12
    page = dialog()
    page.button(key="students_code").click().run()
    assert store.classes.get(klass.number).code != klass.code


def test_a_teacher_renames_students_and_gives_them_a_way_back(dialog, store, klass, ann) -> None:
    page = dialog()
    page.text_input(key=f"students_name_{ann.id}").set_value("Anna")
    page.button(key="students_rename").click().run()
    assert [mate.nickname for mate in store.classes.mates(klass.number)] == ["Anna"]
    page = dialog()
    page.button(key="students_way").click().run()
    assert not page.exception
    code = page.session_state.students_told if "students_told" in page.session_state else ""
    shown = [block.value for block in page.code] + [code]
    (way,) = [text for text in shown if text.count("-") == 3]
    assert student(store, join(store, way, "")).id == ann.id


def test_a_teacher_removes_students_and_lets_them_back(dialog, store, klass, ann, said) -> None:
    page = dialog()
    page.multiselect(key="students_out").set_value([ann.id])
    page.button(key="students_remove").click().run()
    assert not page.exception
    assert store.classes.mates(klass.number) == []
    changed = store.classes.get(klass.number)
    assert changed.code != klass.code
    page = dialog()
    page.button(key=f"students_back_{ann.id}").click().run()
    assert [mate.person for mate in store.classes.mates(klass.number)] == [ann.id]
    page = dialog()
    page.checkbox(key="students_new_code").uncheck()
    page.multiselect(key="students_out").set_value([ann.id])
    page.button(key="students_remove").click().run()
    assert store.classes.mates(klass.number) == []
    assert store.classes.get(klass.number).code == changed.code


@pytest.fixture
def teachers(open_in_app, klass, ann):
    """The class as its teacher sees it."""
    shown = open_in_app("class")
    assert not shown.exception
    return shown


def test_a_rehearsal_is_asked_for_and_says_what_to_expect(teachers, store, said, monkeypatch):
    monkeypatch.setenv("HTS_WORKERS", "service")
    monkeypatch.setenv("HTS_SLOTS", "3")
    assert teachers.text_input(key="rehearse_students").value == "1"
    teachers.text_input(key="rehearse_students").set_value("12").run()
    teachers.button(key="rehearse_now").click().run()
    assert not teachers.exception
    (request,) = store.home.asked("").glob("*.json")
    asked = json.loads(request.read_text())["settings"]
    assert (asked["students"], asked["runs"], asked["slots"]) == (12, 12, 3)
    assert len(asked["tried"]) == 6
    assert store.runs.list() == []
    made = Rehearsal(
        students=12, runs=12, slots=3, threads=1, iterations=100, seconds=20.0, first=22.0,
        measured=0.5, busy=40.0, memory=1e8, free=1e9,
    )  # fmt: skip
    result = side_job(store, None, "rehearse", asked).result
    result.parent.mkdir(exist_ok=True)
    result.write_bytes(encode(made))
    teachers.run()
    assert not teachers.exception
    assert made.words in said(teachers)
    assert "Nothing needs to change." in said(teachers)
    assert "Estimated from 50 %" in said(teachers)
    assert "Other programs used 40 % of the CPU beforehand" in said(teachers)


def test_a_class_is_reset_only_once_the_teacher_has_said_so(teachers, store, said, klass):
    teachers.button(key="class_reset").click().run()
    assert "1 student will leave" in said(teachers)
    assert len(store.classes.mates(klass.number)) == 1
    teachers.radio(key="reset_fate").set_value("delete")
    teachers.button(key="reset_yes").click().run()
    assert not teachers.exception
    assert store.classes.mates(klass.number) == []
    assert store.classes.get(klass.number).code != klass.code
    assert store.classes.get(klass.number).task == TASK.to_json()
    assert "1 student removed; 0 runs deleted." in said(teachers)


def test_a_student_is_offered_none_of_it(open_in_app, klass, ann, be):
    be(ann)
    page = open_in_app("class")
    assert not page.exception
    assert not keys(page) & {"class_reset", "rehearse_now", "class_results"}
