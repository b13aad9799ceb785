"""Pinning a task: one that is ready, a preset, what the Train page shows, or another teacher's."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from hts.config import CHOICES, RunConfig
from hts.runs.presets import PRESETS
from hts.studio.classroom.board import task_of
from hts.studio.classroom.free import NUMBERS, WHOLE, WORDS, Free
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.question import MEASURES, Question
from hts.studio.classroom.task import Goal, Task
from hts.studio.classroom.tasks import TASKS, task_of_preset
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.limits import need_size
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from hts.validate import BadInput, capitalised
from pages._parts.form.address import field
from pages._parts.form.settings import settings
from pages._parts.shell.number_field import needed_number

SOURCES = ("Ready", "Preset", "Train page", "File")
REACH = {"alpha": (1.2, 2.0), "seed": (1, 100)}  # where a range begins


@st.dialog("Pin a task", width="large", icon=":material/push_pin:")
def pin_dialog(store: Reader, klass: Class) -> None:
    """Choose, change, pin; the board begins anew."""
    start = _source(klass)
    if start is None:
        return
    try:
        task = _changed(start)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/block:")
        return
    _say_what_students_may_not(task)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Pin it", key="pin_now", type="primary", icon=":material/push_pin:"):
            _pin(store, klass, task)
        if klass.task is not None and st.button(
            "Pin nothing", key="pin_nothing", type="tertiary", icon=":material/keep_off:"
        ):
            _pin(store, klass, None)
        st.caption("The board starts empty; earlier runs stay with their owners.")


def _say_what_students_may_not(task: Task) -> None:
    """A task that is larger than the lab lets its members have could be started by nobody."""
    try:
        need_size(task.with_settings({}), current().limits["member"], "member")
    except BadInput as error:
        st.warning(
            f"Students could not start it: {in_markdown(error)}", icon=":material/group_off:"
        )


def _pin(store: Reader, klass: Class, task: Task | None) -> None:
    try:
        pin(store, klass.number, task, by=store.person)
    except BadInput as error:
        st.error(in_markdown(error))
        return
    st.rerun()


def _source(klass: Class) -> Task | None:
    source = st.segmented_control(
        "Start from", SOURCES, default=SOURCES[0], required=True, key="pin_source"
    )
    if source == "Ready":
        return st.selectbox("Task", TASKS, format_func=lambda t: t.title, key="pin_ready")
    if source == "Preset":
        preset = st.selectbox("Preset", PRESETS, format_func=lambda p: p.title, key="pin_preset")
        return task_of_preset(preset)
    if source == "Train page":
        st.caption("The current settings of the Train page, controls included.")
        try:
            return Task(title=klass.name, config=RunConfig.from_dict(dict(settings())))
        except BadInput as error:
            st.error(in_markdown(error))
            return None
    given = st.file_uploader("A task file (JSON), such as a lesson's", type="json", key="pin_file",
                             max_upload_size=1)  # fmt: skip
    if given is None:
        return task_of(klass)
    try:
        return Task.from_json(given.getvalue().decode("utf-8", "replace"))
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/block:")
        return None


def _changed(start: Task) -> Task:
    """The task with what is written below; raises `BadInput`."""
    of = start.mark
    title = st.text_input("Title", start.title, key=f"pin_title_{of}", max_chars=80)
    words = st.text_area("What to do", start.words, key=f"pin_words_{of}", max_chars=1000)
    free = _free(start, of)
    goal = _goal(start.goal, of)
    question = _question(start.question, of)
    return dataclasses.replace(
        start, title=title, words=words or "", free=free, goal=goal, question=question
    )


def _free(start: Task, of: str) -> tuple[Free, ...]:
    given = {free.name: free for free in start.free}
    names = st.multiselect(
        "Students may change", (*NUMBERS, *WORDS), list(given), key=f"pin_free_{of}",
        format_func=lambda name: field(name)["title"],
    )  # fmt: skip
    return tuple(_range(name, given.get(name), start.config, of) for name in names)


def _range(name: str, given: Free | None, config: RunConfig, of: str) -> Free:
    title, key = field(name)["title"], f"pin_{name}_{of}"
    if name in WORDS:
        among = CHOICES[name] if given is None else given.among
        chosen = st.multiselect(f"{title}: among", list(CHOICES[name]), list(among), key=key)
        return Free(name=name, among=tuple(chosen))
    now = getattr(config, name)
    low, high = REACH.get(name, (now, now)) if given is None else (given.low, given.high)
    whole = name in WHOLE
    more: dict[str, Any] = {"whole": whole, "step": 1 if whole else 0.05}
    left, right = st.columns(2)
    with left:
        lowest = needed_number(f"{title} from", f"{key}_low", min(low, now), **more)
    with right:
        highest = needed_number("to", f"{key}_high", max(high, now), **more)
    return Free(name=name, low=lowest, high=highest)


def _goal(given: Goal | None, of: str) -> Goal | None:
    if not st.toggle("A challenge: prune most", given is not None, key=f"pin_goal_{of}"):
        return None
    given = given or Goal()
    left, middle, right = st.columns(3)
    more: dict[str, Any] = {"low": 0, "high": 100}
    with left:
        points = needed_number("Lose at most (points)", f"pin_points_{of}", given.points, step=0.5,
                               **more)  # fmt: skip
    with middle:
        least = needed_number("Keep at least (%)", f"pin_least_{of}", given.least, step=5, **more,
                              help="Test accuracy after pruning: without this limit a network "
                              "that learned nothing counts, since it loses nothing.")  # fmt: skip
    with right:
        ratio = needed_number("Prune at least (%)", f"pin_ratio_{of}", given.ratio, step=5, **more,
                              help="0: as much as possible.")  # fmt: skip
    return Goal(points=points, least=least, ratio=ratio)


def _question(given: Question | None, of: str) -> Question | None:
    if not st.toggle("A question: predict, then reveal", given is not None, key=f"pin_ask_{of}"):
        return None
    given = given or Question(text="What do you expect?")
    text = st.text_input("Question", given.text, key=f"pin_question_{of}", max_chars=300)
    listed = st.text_area("Choices, one per line (none: a number)", "\n".join(given.choices),
                          key=f"pin_choices_{of}")  # fmt: skip
    choices = tuple(line.strip() for line in (listed or "").splitlines() if line.strip())
    if choices:
        known = choices.index(given.truth) if given.truth in choices else None
        true = st.selectbox("True is", choices, known, placeholder="left open",
                            key=f"pin_true_{of}")  # fmt: skip
        return Question(text=text, choices=choices, truth=true)
    unit, kind = st.columns(2)
    named = unit.text_input("Unit", given.unit, key=f"pin_unit_{of}", max_chars=12)
    options = ("", *MEASURES)
    measured = kind.selectbox(
        "True is", options, index=options.index(given.measured), key=f"pin_measured_{of}",
        format_func=lambda m: f"the class's median {MEASURES[m]}" if m else "a number I give",
    )  # fmt: skip
    number = None
    if not measured:
        told = given.truth if isinstance(given.truth, float) else None
        number = needed_number("The number", f"pin_number_{of}", told, optional=True,
                               placeholder="left open")  # fmt: skip
    return Question(text=text, unit=named or "", truth=number, measured=measured)
