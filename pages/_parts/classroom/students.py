"""Who is in a class, what a teacher does about it, and what each has asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from hts.studio.classroom.board import task_of
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.codes import MOST_SEATS, change_code, set_seats
from hts.studio.lab.names import LONGEST
from hts.studio.lab.reader import Reader
from hts.studio.lab.students import (
    let_back,
    remove_students,
    removed_students,
    rename_student,
    way_back,
)
from hts.studio.store.classes import Class, Classmate
from hts.studio.store.store import Store
from pages._parts.classroom.live import Moment, spaced
from pages._parts.shell import widgets
from pages._parts.shell.number_field import number_field, typed_number

SEATS: Any = {"whole": True, "low": 1, "high": MOST_SEATS}


@st.dialog("Students", width="large", icon=":material/group:")
def students_dialog(store: Reader, klass: Class) -> None:
    """Seats, the code, names; who is removed stays out."""
    klass = store.classes.get(klass.number)  # it may just have been changed here
    mates = store.classes.mates(klass.number)
    widgets.say_refusal("students")
    _seats(store, klass, len(mates))
    if mates:
        _one(store, klass, {mate.person: mate for mate in mates})
        _several(store, klass, mates)
    gone = removed_students(store, klass.number, by=store.person)
    if gone:
        st.markdown("**Removed**")
        for mate in gone:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(mate.nickname, width="content")
                widgets.button("Let back in", "undo", f"students_back_{mate.person}",
                               _let_back, store, klass.number, mate.person,
                               type="tertiary")  # fmt: skip


def _let_back(store: Reader, number: int, person: str) -> None:
    let_back(store, number, person, by=store.person)


def _seats(store: Reader, klass: Class, taken: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number_field(f"Seats, {taken} taken", "students_seats", klass.seats, **SEATS, width=160,
                     on_change=widgets.attempt,
                     args=("students", _set_seats, store, klass.number))  # fmt: skip
        widgets.button("Change the code", "key", "students_code", _change_code, store,
                       klass.number, help="The old code stops working; students who have "
                       "joined stay.")  # fmt: skip
        st.markdown(f"`{spaced(klass.code)}`", width="content")


def _set_seats(store: Reader, number: int) -> None:
    set_seats(store, number, typed_number("students_seats", **SEATS), by=store.person)


def _change_code(store: Reader, number: int) -> None:
    change_code(store, number, by=store.person)


def _one(store: Reader, klass: Class, mates: dict[str, Classmate]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = st.selectbox("Student", list(mates), key="students_one", width=200,
                              format_func=lambda one: in_markdown(mates[one].nickname)
                              )  # fmt: skip
        st.text_input("Nickname", mates[person].nickname, key=f"students_name_{person}",
                      max_chars=LONGEST, width=200)  # fmt: skip
        widgets.button("Rename", "edit", "students_rename", _rename, store, klass.number, person)
        widgets.button("Way back", "login", "students_way", _way_back, store, klass.number, person,
                       help="A one-time code for a student who signed out or changed "
                       "browsers.")  # fmt: skip
    told = st.session_state.pop("students_told", None)
    if told is not None:
        st.code(told, language=None)
        st.caption(
            "The student enters this instead of the class code to come back. It is shown only once."
        )


def _rename(store: Reader, number: int, person: str) -> None:
    nickname = st.session_state[f"students_name_{person}"]
    rename_student(store, number, person, nickname, by=store.person)


def _way_back(store: Reader, number: int, person: str) -> None:
    code = way_back(store, number, person, by=store.person)
    st.session_state.students_told = "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _several(store: Reader, klass: Class, mates: Sequence[Classmate]) -> None:
    names = {mate.person: mate.nickname for mate in mates}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.multiselect("Remove", list(names), key="students_out", placeholder="Choose students",
                       format_func=lambda one: in_markdown(names[one]))  # fmt: skip
        widgets.button("Remove from the class", "person_remove", "students_remove", _remove, store,
                       klass.number)  # fmt: skip
    st.checkbox("Change the code too", value=True, key="students_new_code",
                help="They know the old code and could join again under another name.")  # fmt: skip
    st.caption("Their runs are stopped and stay theirs.")


def _remove(store: Reader, number: int) -> None:
    recode = st.session_state.students_new_code
    people = st.session_state.students_out
    remove_students(store, number, people, by=store.person, recode=recode)
    st.session_state.students_out = []


def students_table(store: Store, now: Moment) -> None:
    """Who is in the class, how many runs they asked for, and what they said."""
    mates = store.classes.mates(now.klass.number)
    st.caption(_counted(now, len(mates)))
    if not mates:
        return
    finished = Counter(person for entry in now.board.entries for person in entry.people)
    best = {
        person: entry.ratio for entry in reversed(now.board.entries) for person in entry.people
    }  # entries begin with the best, so it is what stays
    rows: list[dict[str, object]] = [
        {
            "Nickname": mate.nickname,
            "Asked for": now.board.asked.get(mate.person, 0),
            "Finished": finished[mate.person],
            "Furthest": best.get(mate.person),
        }
        for mate in mates
    ]
    task = task_of(now.klass)
    if task is not None and task.question is not None:
        for row, mate in zip(rows, mates, strict=True):
            given = now.answers.get(mate.person)
            row["Predicted"] = "" if given is None else task.question.said(given)
    furthest = "Share of the units removed in the student's best run."
    widgets.table(
        rows,
        {"Furthest": st.column_config.NumberColumn(format="%.1f %%", help=furthest)},
        key="class_students",
        height=420,
        alt=f"Table of {len(rows)} students with their runs",
    )


def _counted(now: Moment, students: int) -> str:
    """``3 students made 5 requests; 4 different runs, 1 in progress``."""
    going, lost = len(now.board.going), len(now.board.lost)
    runs = len(now.board.entries) + going + lost
    wishes = sum(now.board.asked.values())
    if not (wishes or runs):
        return "No runs yet."
    requests = words.many(wishes, "request")
    if students:
        requests = f"{words.many(students, 'student')} made {requests}"
    without = f", {lost} without a result" if lost else ""
    return f"{requests}; {words.many(runs, 'different run')}, {going} in progress{without}."
