"""The Class page of a student: the task, a prediction, one's own runs, and everybody's."""

from __future__ import annotations

import streamlit as st

from hts.config.arms import in_words
from hts.studio.classroom.board import task_of, truth
from hts.studio.classroom.lesson import predict
from hts.studio.classroom.question import Answer, Question
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.reader import Reader
from hts.studio.store.classes import Class
from hts.studio.store.run_row import Run
from pages._parts.board.views import noise_words
from pages._parts.classroom.live import TICK_SECONDS, Moment, again, moment, show_board, truth_words
from pages._parts.classroom.start import show_task, start_controls
from pages._parts.shell import widgets
from pages._parts.shell.number_field import as_text, number_field, typed_number

MOST_OWN = 6
STAGES = {
    "frozen": ("Frozen: the picture stands still while you talk about it.", ":material/ac_unit:"),
    "revealed": ("Revealed: what was predicted, and what is true.", ":material/visibility:"),
}


def student_view(store: Reader, klass: Class) -> None:
    task, now = task_of(klass), moment(store, klass)
    st.title(in_markdown(klass.name if task is None else task.title), anchor=False)
    if task is None:
        name = in_markdown(klass.name)
        st.caption(f"{name}: no task yet. It appears here when your teacher pins one.")
    else:
        st.caption(in_markdown(klass.name))
    left, right = st.columns([2, 3], gap="large")
    with left:
        if task is not None:
            show_task(task)
            if task.question is not None:
                prediction_box(store, klass, task.question, now.answers.get(store.person.id))
            start_controls(store, klass, task)
    with right:
        if klass.stage in STAGES:
            said, icon = STAGES[klass.stage]
            st.caption(f"{icon} {said}")
        st.fragment(run_every=TICK_SECONDS, key="class")(_tick)(store, klass.number, klass.revision)


def prediction_box(store: Reader, klass: Class, question: Question, mine: Answer | None) -> None:
    """The question with the answer so far; it can be changed until the class is frozen."""
    with st.container(border=True, key="prediction"):
        st.markdown(f":material/psychology_alt: **{in_markdown(question.text)}**")
        if klass.stage != "open":
            st.caption(
                f"You said: {'nothing' if mine is None else in_markdown(question.said(mine))}."
            )
            return
        task = task_of(klass)
        name = f"answer_{klass.number}_{task.mark if task else ''}"
        if name not in st.session_state and mine is not None:
            st.session_state[name] = mine if question.choices else as_text(mine)
        with st.form("predict", border=False):
            if question.choices:
                st.radio("Your answer", question.choices, index=None, key=name,
                         format_func=in_markdown,
                         label_visibility="collapsed")  # fmt: skip
            else:
                unit = f" in {in_markdown(question.unit)}" if question.unit else ""
                number_field(f"Your answer{unit}", name, optional=True)
            label = "Predict" if mine is None else "Change my answer"
            st.form_submit_button(
                label,
                icon=":material/check:",
                on_click=widgets.attempt,
                args=("predict", _predict, store, klass.number, question, name),
            )
        if not widgets.say_refusal("predict") and mine is not None:
            answer = in_markdown(question.said(mine))
            st.caption(f"You said {answer}; you may change it until it is frozen.")


def _predict(store: Reader, number: int, question: Question, name: str) -> None:
    answer = st.session_state[name] if question.choices else typed_number(name, optional=True)
    predict(store, number, answer, by=store.person)


def _tick(store: Reader, number: int, revision: int) -> None:
    klass = again(store, number, revision)
    now, person = moment(store, klass), store.person.id
    if now.looks:
        show_board(now, person=person, predictions=klass.stage == "revealed", key="class_board")
        task = task_of(klass)
        if klass.stage == "revealed" and task is not None and task.question is not None:
            found = truth(task, now.board)
            if found is not None:
                st.markdown(truth_words(task.question, found, now.board))
    else:
        st.info("Predict first: what the class has found is shown once you have answered.",
                icon=":material/psychology_alt:")  # fmt: skip
    own_runs(now, person)


def own_runs(now: Moment, person: str) -> None:
    """The latest runs of one person for this task, with what came of them."""
    entries = {entry.run.id: entry for entry in now.board.of(person)}
    others = [one.run for one in (*now.board.going, *now.board.lost) if person in one.people]
    runs = sorted([*(e.run for e in entries.values()), *others], key=lambda run: -run.created)
    runs = runs[:MOST_OWN]
    if not runs:
        return
    st.markdown("**Your runs**")
    for run in runs:
        entry = entries.get(run.id)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button("Open", key=f"class_open_{run.id}", icon=":material/open_in_full:",
                         type="tertiary"):  # fmt: skip
                st.switch_page("pages/train.py", query_params={"run": run.id})
            sigma = words.course(run.effective, "sigma")
            said = f"{noise_words(run)}, sigma {sigma}, {in_words(run.config)}: "
            if entry is None:
                said += _progress(run)
            else:
                said += f"{words.percent(entry.ratio)} of units go, "
                said += f"{words.percent(entry.before)} → {words.percent(entry.after)}"
                shared = len(entry.people) - 1
                if shared:
                    said += f", the same run as {shared} other{'s' * (shared > 1)}"
                if entry.met is not None:
                    said += " :green[meets the goal]" if entry.met else ", not within the goal"
            st.markdown(said, width="content")


def _progress(run: Run) -> str:
    state = run.outcome
    return f"training, {100 * run.progress:.0f} %" if state == "running" else state
