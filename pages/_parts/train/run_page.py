"""A run on the Train page: heading, what can be done, and the live figures."""

from __future__ import annotations

import os
from collections.abc import Sequence

import streamlit as st

from hts.glossary import term
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.waiting import waiting
from hts.studio.store.store import Store
from pages._parts.board.live import Places, live_view
from pages._parts.board.told import told_when_it_ends
from pages._parts.board.view_state import ALL, LATEST
from pages._parts.board.views import (
    Shown,
    beside_words,
    heading,
    look_up,
    settings_line,
)
from pages._parts.form.settings import write_page_address
from pages._parts.report.predictions import report_button
from pages._parts.shell.ownership import whose
from pages._parts.train.run_actions import actions, outcome
from pages._parts.train.steering import changes, steer

QUEUE_SECONDS = 3.0
MOMENTS_SECONDS = 10.0  # how often the moments to look back to are counted anew


def show_run(store: Store, run_id: str, beside: str | None) -> None:
    """The run with its controls, or with ``beside``; raises `UnknownRun`."""
    shown = look_up(store, run_id, beside)
    if shown.lost:
        st.warning(in_markdown(shown.lost), icon=":material/link_off:")
    with st.container(gap="xsmall"):
        _head(store, shown)
        top = st.container(key="top")
        read_out = _looking(store, shown)
    live_view(store, shown, beside, Places(top, read_out, st.container(key="figures")))


def _head(store: Store, shown: Shown) -> None:
    """What it is, what can be done with it, and what there is to know."""
    run = shown.main.run
    title, buttons = st.columns([4, 3], vertical_alignment="center")
    with title:
        st.title(in_markdown(heading(run)), anchor=False)
    framed = st.context.is_embedded  # inside another page there is only something to look at
    if not framed:
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            going = any(view.run.active for view in shown.runs)
            told_when_it_ends(run.id, heading(run), run.outcome, going=going)
            steer(store, run)
            actions(store, [view.run for view in shown.runs], shown.networks[0].run.id)
    others = [name for _, name, _ in shown.arms[1:]]
    said, leads = st.columns([5, 1], vertical_alignment="center")
    with said:
        told = filter(None, [beside_words(run, others), settings_line(run)])
        st.caption(in_markdown(" · ".join(told)))
    if not framed:
        with leads:
            report_button(run.id)
    outcome(run)
    if run.state == "queued":
        st.fragment(run_every=QUEUE_SECONDS, key="queue")(_queue)(store, run.id)
    if not framed:
        whose(store, run)
        changes(store, run)
    for note in dict.fromkeys(view.note for view in shown.runs if view.note):
        st.caption(in_markdown(note))


def _queue(store: Store, run_id: str) -> None:
    """Where the run stands in the queue, for as long as it is there."""
    scheduler = scheduler_status(store)
    slots = planned(os.environ).slots if scheduler is None else scheduler.slots
    wait = waiting(store, run_id, slots)
    if wait is not None and (wait.place > 1 or wait.seconds):
        st.caption(in_markdown(wait.words()))


def _looking(store: Store, shown: Shown) -> st.delta_generator.DeltaGenerator:
    """What is pruned, which seed, moment and layer are shown; returns the read-out's place."""
    run = shown.main.run
    snapshot = shown.networks[0].snapshot
    names = [layer.name for layer in snapshot.layers] if snapshot else []
    seeds = range(run.config.seed, run.config.seed + run.config.replicates)
    choices = [(_layer, names, "layer"), (_seed, seeds, "picked")]
    wanted = [(choose, among) for choose, among, _ in choices if len(among) > 1]
    for _, among, key in choices:
        if len(among) < 2:
            st.session_state.pop(key, None)
    # On a phone columns stand below each other: the slider right above what it changes.
    *places, time, hold, pruning = st.columns(
        [*([2] * len(wanted)), 3.5, 3.2, 6.5], vertical_alignment="top", gap="small"
    )
    for place, (choose, among) in zip(places, wanted, strict=True):
        with place:
            choose(among)
    with pruning:
        st.slider(
            term("pruned-share").label,
            0,
            100,
            value=None if "removed" in st.session_state else 50,
            step=1,
            format="%d %%",
            key="removed",
            help=term("pruned-share").help,
            on_change=_refresh,
        )
    with time:
        live = run.active and not st.session_state.get("freeze")
        every = MOMENTS_SECONDS if live else None
        st.fragment(run_every=every, key="moments")(_moments)(store, run.id)
    with hold:
        st.toggle("Freeze", key="freeze", help="Hold the figures still; training goes on.")
    return st.container(key="read_out")


def _seed(seeds: Sequence[int]) -> None:
    """All seeds together, or one alone."""
    if st.session_state.get("picked") not in seeds:
        st.session_state.picked = ALL
    st.selectbox(
        "Seed",
        [ALL, *seeds],
        format_func=lambda seed: f"all {len(seeds)}" if seed == ALL else str(seed),
        key="picked",
        help="Look at one seed alone, with its controls. Everything else still shows all seeds.",
        on_change=_refresh,
    )


def _layer(names: Sequence[str]) -> None:
    """Which of several layers the weight figures show."""
    if st.session_state.get("layer") not in range(len(names)):
        st.session_state.layer = 0
    st.selectbox(
        "Layer",
        range(len(names)),
        format_func=lambda place: names[place],
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
        help="Drag back through the kept snapshots of this training; the controls follow.",
        on_change=_refresh,
        disabled=not steps,
    )


def _refresh() -> None:
    write_page_address()
    st.rerun("live")
