"""Starting a run of the pinned task: what is free to choose, and the button."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from hts.config.arms import members, trains_several
from hts.noise.types import NOISE_TYPES
from hts.studio.classroom.board import task_of
from hts.studio.classroom.free import WHOLE, Free
from hts.studio.classroom.task import Task
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown, lines_in_markdown
from hts.studio.jobs import client
from hts.studio.lab.access import see_class
from hts.studio.lab.reader import Reader
from hts.studio.store.classes import Class
from hts.studio.store.run_row import Run
from hts.validate import BadInput
from pages._parts.form.address import field, write_address
from pages._parts.form.submission import checked
from pages._parts.shell import widgets
from pages._parts.shell.number_field import is_number, number_field


def start_controls(store: Reader, klass: Class, task: Task) -> None:
    """The free settings and Run; a run that somebody has asked for already is shared."""
    with st.container(border=True, key="class_start"):
        chosen = {free.name: _choose(free, klass, task) for free in task.free}
        if not task.free:
            st.caption("All settings are given: everybody shares one run.")
        with st.container(horizontal=True, vertical_alignment="center"):
            refused = any(free.low is not None and not is_number(chosen[free.name])
                          for free in task.free)  # fmt: skip
            st.button("Run", key="class_run", type="primary", icon=":material/play_arrow:",
                      disabled=refused, on_click=widgets.attempt,
                      args=("run", _start, store, klass.number, chosen))  # fmt: skip
            if st.button("Open on Train", key="class_to_train", type="tertiary",
                         icon=":material/tune:"):  # fmt: skip
                widgets.attempt("run", _to_train, task, chosen)
        if not widgets.say_refusal("run") and (
            told := st.session_state.pop("class_start_told", None)
        ):
            st.caption(told)


def show_task(task: Task) -> None:
    if task.words:
        st.markdown(lines_in_markdown(task.words))
    if trains_several(config := task.with_settings({})):
        medians = ", and counts with its median over the seeds" if config.replicates > 1 else ""
        st.caption(f"Every run trains {words.many(len(members(config)), 'network')}{medians}.")
    if task.goal is not None:
        st.markdown(f":material/flag: **{in_markdown(task.goal.words)}**")


def _label(word: str) -> str:
    return NOISE_TYPES[word].label if word in NOISE_TYPES else word


def _choose(free: Free, klass: Class, task: Task) -> Any:
    name = f"free_{klass.number}_{task.mark}_{free.name}"
    title, start = field(free.name)["title"], getattr(task.config, free.name)
    if name not in st.session_state and (free.among or free.name == "alpha"):
        st.session_state[name] = start
    if free.among:
        return st.segmented_control(title, free.among, format_func=_label, key=name, required=True)
    assert free.low is not None
    assert free.high is not None
    if free.name == "alpha":
        return st.slider(title, free.low, free.high, step=0.01, key=name)
    step = 1 if free.name in WHOLE else (free.high - free.low) / 20 or 1
    return number_field(title, name, start, whole=free.name in WHOLE, step=step, low=free.low,
                        high=free.high, help=f"{free.words}.")  # fmt: skip


def _start(store: Reader, number: int, chosen: dict[str, Any]) -> None:
    """Ask for the run as the class's task says now, whatever the page showed."""
    task = task_of(see_class(store, number, by=store.person))
    if task is None:
        raise BadInput("the task has been taken down in the meantime.")
    config = checked(task.with_settings(chosen).to_dict())
    began = time.time()
    run_id = client.submit(store, config, title=task.title)[0]
    st.session_state.class_start_told = (
        "That run exists already and counts for you too."
        if _show_to_class(store, run_id).created < began
        else "Your run is on its way. It appears in the picture when it ends."
    )


def _show_to_class(store: Reader, run_id: str) -> Run:
    """A run made for the class is for the class to see, also where new runs are private."""
    run = store.runs.get(run_id)
    if run.owner == store.person.id and run.visibility == "private":
        client.show_to(store, run_id, "lab")
    return run


def _to_train(task: Task, chosen: dict[str, Any]) -> None:
    settings = task.with_settings(chosen).to_dict()
    st.switch_page("pages/train.py", query_params=write_address(settings))
