"""The Class page of a teacher: the code, what is pinned, freeze and reveal, everybody's runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from hts.studio.classroom.board import task_of, truth
from hts.studio.classroom.lesson import clear, freeze, reopen, reveal
from hts.studio.classroom.lesson_page import lesson_zip
from hts.studio.classroom.results import results_csv
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.codes import close_class
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from pages._parts.classroom.address import here
from pages._parts.classroom.live import (
    TICK_SECONDS,
    again,
    moment,
    show_board,
    spaced,
    truth_words,
)
from pages._parts.classroom.pin import pin_dialog
from pages._parts.classroom.rehearse import rehearsal
from pages._parts.classroom.reset import reset_dialog, say_reset
from pages._parts.classroom.start import show_task, start_controls
from pages._parts.classroom.students import students_dialog, students_table
from pages._parts.shell import widgets

Change = Callable[..., Class]


def teacher_view(store: Reader, klass: Class) -> None:
    title, doing = st.columns([2, 3], vertical_alignment="bottom")
    with title:
        st.title(in_markdown(klass.name), anchor=False)
    with doing:
        _actions(store, klass)
    widgets.say_refusal("class")
    say_reset()
    left, right = st.columns([2, 3], gap="large")
    with left:
        _code(store, klass)
        _pinned(store, klass)
    with right:
        st.fragment(run_every=TICK_SECONDS, key="class")(_tick)(store, klass.number, klass.revision)


def _actions(store: Reader, klass: Class) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if klass.stage == "open":
            _button("Freeze", "ac_unit", freeze, store, klass,
                    "What everybody sees stands still; predictions close.")  # fmt: skip
        else:
            _button("Go on", "play_arrow", reopen, store, klass,
                    "The picture moves again, and predictions can be made.")  # fmt: skip
        task = task_of(klass)
        nothing = klass.stage == "revealed" or task is None or task.question is None
        _button("Reveal", "visibility", reveal, store, klass,
                "Show everybody what was predicted, and the truth.", disabled=nothing)  # fmt: skip
        with st.popover("Clear", icon=":material/ink_eraser:"):
            st.caption("Runs stay with who made them, but no longer count here; predictions go.")
            _button("Clear the board", "ink_eraser", clear, store, klass, None)
        with st.popover("More", icon=":material/more_horiz:"):
            _more(store, klass)


def _more(store: Reader, klass: Class) -> None:
    st.page_link(
        "pages/class.py", label="Projector view", icon=":material/cast_for_education:",
        query_params={"class": str(klass.number), "view": "projector"},
    )  # fmt: skip
    base = here().removesuffix("/class")
    name = f"lesson-{klass.number}.zip"
    make = partial(lesson_zip, store, klass, address=base)
    widgets.download("The lesson (zip)", make, name, "class_lesson")
    each = partial(results_csv, store, klass.number, by=store.person)
    name = f"results-{klass.number}.csv"
    widgets.download("Results per student (CSV)", each, name, "class_results")
    task = task_of(klass)
    if task is not None:
        name = f"task-{task.mark}.json"
        widgets.download("The task (JSON)", task.to_json(), name, "class_task_file")
    if klass.closed is None:
        _button("Close the class", "lock", close_class, store, klass,
                "Nobody else can join; students who have joined stay.")  # fmt: skip
    if current().hosted and st.button(
                 "Reset the class", key="class_reset", icon=":material/restart_alt:",
                 help="Before the next lesson: students leave, the code changes."):  # fmt: skip
        reset_dialog(store, klass)


def _button(
    label: str,
    icon: str,
    change: Change,
    store: Reader,
    klass: Class,
    told: str | None,
    disabled: bool = False,
) -> None:
    key = f"class_{change.__name__}"
    widgets.button(label, icon, key, _do, change, store, klass.number, help=told, disabled=disabled)


def _do(change: Change, store: Reader, number: int) -> None:
    change(store, number, by=store.person)


def _code(store: Reader, klass: Class) -> None:
    with st.container(border=True, key="class_code"):
        if not current().hosted:
            st.caption(
                "Nobody else can join here: this app runs for you alone. Try the task yourself "
                "below; your runs stand in for the class."
            )
            return
        if klass.closed is not None:
            st.caption("The class is closed: nobody can join it any more.")
        else:
            st.caption("Join with the code")
            st.markdown(f"# `{spaced(klass.code)}`")
            if here():
                st.code(f"{here()}?code={klass.code}", language=None, wrap_lines=True)
            taken = len(store.classes.mates(klass.number))
            st.caption(
                f"{taken} of {klass.seats} seats taken. Whoever has the code can join, under a "
                "nickname that the others see."
            )
        if st.button("Students", key="class_manage", icon=":material/group:",
                     help="Seats, the code; rename and remove students."):  # fmt: skip
            students_dialog(store, klass)


def _pinned(store: Reader, klass: Class) -> None:
    task = task_of(klass)
    with st.container(border=True, key="class_pinned"):
        if task is None:
            st.markdown("**Nothing is pinned**")
            st.caption("Without a task every run of the class is in the picture.")
        else:
            st.markdown(f"**{in_markdown(task.title)}**")
            show_task(task)
            if task.question is not None:
                st.markdown(f":material/psychology_alt: {in_markdown(task.question.text)}")
            free = ", ".join(f"{one.name} {one.words}" for one in task.free) or "nothing"
            st.caption(f"Free to choose: {free}.")
        if st.button(
            "Pin a task" if task is None else "Pin another task", key="class_pin",
            icon=":material/push_pin:", type="primary" if task is None else "secondary",
        ):  # fmt: skip
            pin_dialog(store, klass)
    if task is not None:
        rehearsal(store, klass, task)
        with st.expander("Try it yourself", icon=":material/play_arrow:",
                         expanded=not current().hosted):  # fmt: skip
            start_controls(store, klass, task)


def _tick(store: Reader, number: int, revision: int) -> None:
    klass = again(store, number, revision)
    now = moment(store, klass, everything=True)
    show_board(now, predictions=True, key="class_board")
    task = task_of(klass)
    if klass.stage == "revealed" and task is not None and task.question is not None:
        st.markdown(truth_words(task.question, truth(task, now.board), now.board))
    students_table(store, now)
