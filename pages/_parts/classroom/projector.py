"""The Class page for a room: large, and nothing to press."""

from __future__ import annotations

import streamlit as st

from hts.studio.classroom.board import task_of
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from pages._parts.classroom.address import here
from pages._parts.classroom.live import TICK_SECONDS, again, moment, show_board

STAGES = {"open": "", "frozen": " · frozen", "revealed": " · revealed"}


def projector(store: Reader, klass: Class) -> None:
    """Task, code and numbers, and everybody's runs as they end."""
    task = task_of(klass)
    title = klass.name if task is None else task.title
    st.markdown(f"# {in_markdown(title)}{STAGES[klass.stage]}")
    if task is not None:
        said = task.goal.words if task.goal is not None else task.words
        said = task.question.text if task.question is not None else said
        st.markdown(f"### {in_markdown(said)}")
    if current().hosted and klass.closed is None and here():
        st.markdown(f"#### Join at {in_markdown(here())} with the class code")
    st.fragment(run_every=TICK_SECONDS, key="class_room")(_tick)(
        store, klass.number, klass.revision
    )


def _tick(store: Reader, number: int, revision: int) -> None:
    klass = again(store, number, revision)
    now = moment(store, klass)
    show_board(now, predictions=klass.stage == "revealed", large=True, key="class_room_board")
