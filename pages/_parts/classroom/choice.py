"""Which class is shown, how one is made, and what a class is where there is none."""

from __future__ import annotations

import streamlit as st

from hts.studio.classroom.lesson import teaches
from hts.studio.lab.access import classes_of, see_class
from hts.studio.lab.codes import make_class
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from pages._parts.classroom.address import ask, asked
from pages._parts.shell import widgets
from pages._parts.shell.frame import on_projector

SEE = (
    ("key", "A code", "students join with it and a nickname, without an account"),
    ("push_pin", "A task", "a preset, a challenge or a question, pinned for everybody"),
    ("scatter_plot", "One picture", "all runs of the class, as they end: alpha, pruning, accuracy"),
    ("visibility", "Predict, then reveal", "what was expected beside what is true"),
)
ALONE = (
    "This app runs for you alone. For a class, name a settings file that holds "
    '`mode = "codes"` in the environment variable `HTS_LAB`. You can try what a teacher does here; '
    "your own runs stand in for the students'."
)


def choose_class(store: Reader) -> tuple[Class | None, bool]:
    """The class on show, and whether it is this person's to lead; `BadInput` if it is not theirs.

    Without one in the address it is the newest.
    """
    person, number = store.person, asked()
    there = classes_of(store, by=person)
    if number is None and there:
        number = there[0].number
    if number is None:
        return None, False
    klass = see_class(store, number, by=person)
    if not on_projector() and (len(there) > 1 or may_make(store)):
        _switch(store, there, klass)
    return klass, teaches(klass, person)


def no_class(store: Reader) -> None:
    """What a class is, and how to have one."""
    st.title("Class: one task, everybody's runs in one picture", anchor=False)
    if not current().hosted:
        st.markdown(ALONE)
    elif may_make(store):
        st.markdown("You are in no class yet. Make one, and pass on its code.")
    else:
        st.markdown("You are in no class. Your teacher has a code for you to join with.")
    if may_make(store):
        with st.container(border=True, width=520):
            _make(store)
    widgets.cards(SEE)


def may_make(store: Reader) -> bool:
    return store.person.rights.teaches


def _switch(store: Reader, there: list[Class], klass: Class) -> None:
    names = {one.number: one.name for one in there}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(names) > 1:
            st.session_state.class_choice = klass.number
            st.selectbox(
                "Class", list(names), format_func=lambda number: f"{names[number]} ({number})",
                key="class_choice", label_visibility="collapsed", width=260,
                on_change=lambda: ask(st.session_state.class_choice),
            )  # fmt: skip
        if may_make(store):
            with st.popover("New class", icon=":material/add:", type="tertiary"):
                _make(store)


def _make(store: Reader) -> None:
    with st.form("make_class", border=False):
        st.text_input("Name of the class", key="class_name", max_chars=80,
                      placeholder="Statistics, Thursday")  # fmt: skip
        st.form_submit_button("Make a class", type="primary", icon=":material/add:",
                              on_click=widgets.attempt, args=("make", _made, store))  # fmt: skip
    widgets.say_refusal("make")


def _made(store: Reader) -> None:
    ask(make_class(store, st.session_state.class_name, by=store.person).number)
