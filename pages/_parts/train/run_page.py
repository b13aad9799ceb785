"""A run on the Train page: heading, what can be done, and the live figures."""

from __future__ import annotations

import os

import streamlit as st

from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.waiting import waiting
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from pages._parts.board.live import Places, live_view
from pages._parts.board.view_state import LATEST
from pages._parts.board.views import data_title, sentence_about, settings_line
from pages._parts.form.settings import write_page_address
from pages._parts.shell.ownership import whose
from pages._parts.train.run_actions import actions, outcome

QUEUE_SECONDS = 3.0
MOMENTS_SECONDS = 10.0  # how often the moments to look back to are counted anew


def show_run(store: Store, run_id: str, beside: str | None) -> None:
    """The run with its twin, or with ``beside``; raises `UnknownRun`."""
    views = _views(store, run_id, beside)
    runs = [view.run for view in views]
    title, buttons = st.columns([3, 2], vertical_alignment="bottom")
    with title:
        st.header(f"{data_title(runs[0].config.data)}, {sentence_about(runs)}", anchor=False)
        st.caption(settings_line(runs[0]))
    framed = st.context.is_embedded  # inside another page there is only something to look at
    if not framed:
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            actions(store, runs)
    outcome(runs[0])
    if runs[0].state == "queued":
        st.fragment(run_every=QUEUE_SECONDS, key="queue")(_queue)(store, run_id)
    if not framed:
        whose(store, runs[0])
    for note in dict.fromkeys(view.note for view in views if view.note):
        st.caption(note)
    top = st.container(key="top")
    read_out = _looking(store, views[0])
    live_view(store, views, Places(top, read_out, st.container(key="figures")))


def _queue(store: Store, run_id: str) -> None:
    """Where the run stands in the queue, for as long as it is there."""
    scheduler = scheduler_status(store)
    slots = planned(os.environ).slots if scheduler is None else scheduler.slots
    wait = waiting(store, run_id, slots)
    if wait is not None and (wait.place > 1 or wait.seconds):
        st.caption(wait.words())


def _views(store: Store, run_id: str, beside: str | None) -> list[View]:
    tail = store.tail
    main = tail.view(run_id)
    other = beside or main.run.twin
    if other is None or other == run_id:
        return [main]
    try:
        return [main, tail.view(other)]
    except UnknownRun as error:
        st.warning(f"Nothing is laid over this run: {error}", icon=":material/link_off:")
        return [main]


def _looking(store: Store, view: View) -> st.delta_generator.DeltaGenerator:
    """What is pruned, which moment and layer are shown, Freeze; returns the read-out's place."""
    layers = view.snapshot.layers if view.snapshot else []
    if len(layers) > 1:
        pruning, time, which, hold = st.columns(
            [4, 4, 3, 2], vertical_alignment="top", gap="medium"
        )
        with which:
            _layer([layer.name for layer in layers])
    else:
        st.session_state.pop("layer", None)
        pruning, time, hold = st.columns([5, 5, 2], vertical_alignment="top", gap="medium")
    with pruning:
        st.slider(
            "Pruning ratio",
            0,
            100,
            value=None if "removed" in st.session_state else 50,
            step=1,
            format="%d %%",
            key="removed",
            help="Units of smallest norm to remove, without retraining.",
            on_change=_refresh,
        )
        read_out = st.container(key="read_out")
    with time:
        live = view.run.active and not st.session_state.get("freeze")
        every = MOMENTS_SECONDS if live else None
        st.fragment(run_every=every, key="moments")(_moments)(store, view.run.id)
    with hold:
        st.toggle("Freeze", key="freeze", help="Hold the figures still; training goes on.")
    return read_out


def _layer(names: list[str]) -> None:
    """Which of several layers the weight figures show."""
    if st.session_state.get("layer") not in range(len(names)):
        st.session_state.layer = 0
    st.selectbox(
        "Layer",
        range(len(names)),
        format_func=names.__getitem__,
        key="layer",
        help="Whose weights the figures show. Pruning removes units from every layer.",
        on_change=_refresh,
    )


def _moments(store: Store, run_id: str) -> None:
    """Back to a kept snapshot; more of them come while the run goes on."""
    steps = store.series.snapshot_steps(run_id)
    if st.session_state.get("look_back") not in (*steps, LATEST):
        st.session_state.look_back = LATEST
    st.select_slider(
        "Moment",
        [*steps, LATEST],
        format_func=lambda step: "latest" if step == LATEST else f"step {step}",
        key="look_back",
        help="Drag back through the kept snapshots of this training; the twin follows.",
        on_change=_refresh,
        disabled=not steps,
    )


def _refresh() -> None:
    write_page_address()
    st.rerun("live")
