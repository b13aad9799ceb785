"""How the pinned task will go with a class: tried on this machine before the lesson."""

from __future__ import annotations

import os
import time
from typing import Any

import streamlit as st

from hts.records import decode
from hts.studio.classroom.task import Task
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.rehearsal import BUSY_PERCENT, MOST_STUDENTS, Rehearsal, to_try
from hts.studio.lab.reader import Reader
from hts.studio.store.classes import Class
from pages._parts.board.side_progress import follow
from pages._parts.shell import widgets
from pages._parts.shell.number_field import is_number, number_field

ASKED = "rehearsal_asked"  # by the mark of the task


def rehearsal(store: Reader, klass: Class, task: Task) -> None:
    """A number of students, a button, and what came of it."""
    with st.expander("How long will it take?", icon=":material/timer:"):
        st.caption(
            "Some of the runs that students may ask for are trained now, with as many at a time "
            "as the lab has slots. Their results are not kept."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            students = number_field("Students", "rehearse_students", _students(store, klass),
                                    whole=True, low=1, high=MOST_STUDENTS, width=140)  # fmt: skip
            widgets.button("Rehearse", "timer", "rehearse_now", _ask, store, task, students,
                           disabled=not is_number(students))  # fmt: skip
        widgets.say_refusal("rehearse")
        asked = st.session_state.get(ASKED, {}).get(task.mark)
        if asked is not None:
            _show(store, asked)


def _students(store: Reader, klass: Class) -> int:
    """Who is there; before anybody is, who may be."""
    return len(store.classes.mates(klass.number)) or klass.seats


def _ask(store: Reader, task: Task, students: int) -> None:
    status, configs = scheduler_status(store), task.variants(students)
    plan = planned(os.environ) if status is None else status
    asked = {
        "tried": [config.to_dict() for config in to_try(configs, plan.slots)],
        "students": students,
        "runs": len(configs),
        "slots": plan.slots,
        "threads": plan.threads,
        "at": int(time.time()),  # what is asked again is tried again
    }
    side.ask(store, None, "rehearse", asked)
    st.session_state[ASKED] = {task.mark: asked}


def _show(store: Reader, asked: dict[str, Any]) -> None:
    found = side.ask(store, None, "rehearse", asked, start=False)
    if found.state == "working":
        follow(store, None, "rehearse", asked, key="rehearsal")
    elif found.state == "done":
        _say(decode(found.path.read_bytes(), Rehearsal))
    else:
        st.error(in_markdown(found.says), icon=":material/block:")


def _say(found: Rehearsal) -> None:
    st.markdown(f"**{in_markdown(found.words)}**")
    st.markdown(in_markdown(found.advice))
    if found.measured < 1:
        st.caption(f"Estimated from {100 * found.measured:.0f} % of the steps of the runs tried.")
    if found.busy > BUSY_PERCENT:
        st.caption(
            f"Other programs used {found.busy:.0f} % of the CPU beforehand; "
            "without them runs are faster."
        )
