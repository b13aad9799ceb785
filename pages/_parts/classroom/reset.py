"""Emptying a class between two lessons: asked first, with what becomes of the runs."""

from __future__ import annotations

import streamlit as st

from hts.studio.classroom.reset import reset
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.reader import Reader
from hts.studio.store.classes import Class
from pages._parts.shell import widgets

FATES = {
    "hide": "Hide them: only admins see them",
    "delete": "Delete them: they cannot be brought back",
}
TOLD = "reset_told"


@st.dialog("Reset the class", icon=":material/restart_alt:")
def reset_dialog(store: Reader, klass: Class) -> None:
    """What goes and what stays, then the button that does it."""
    if TOLD in st.session_state:  # it has just been done
        st.rerun()
    mates = store.classes.mates(klass.number)
    st.markdown(
        f"{words.many(len(mates), 'student')} will leave, the class gets a new code, and the board "
        "and predictions are cleared. The task stays pinned. Their running jobs stop."
    )
    st.radio("Runs of students who joined by the code", FATES, format_func=FATES.__getitem__,
             key="reset_fate")  # fmt: skip
    st.caption("If you need the results per student, save them first (More).")
    widgets.say_refusal("reset")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep the class", key="reset_no"):
            st.rerun()
        widgets.button("Reset the class", "restart_alt", "reset_yes", _reset, store, klass.number,
                       type="primary")  # fmt: skip


def _reset(store: Reader, number: int) -> None:
    fate = st.session_state.reset_fate
    st.session_state[TOLD] = reset(store, number, fate, by=store.person).words


def say_reset() -> None:
    """What the last reset did, once."""
    if (told := st.session_state.pop(TOLD, None)) is not None:
        st.success(in_markdown(told), icon=":material/restart_alt:")
