"""The live view of a run: one fragment that feeds two boards and changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from pages._parts.board.live_board import live_board
from pages._parts.board.payloads import Payload, payload
from pages._parts.board.view_state import LATEST

TICK_SECONDS = 1.0
FIRST_TICK_SECONDS = 0.4  # until there is something to see


@dataclass(frozen=True)
class Places:
    """Where on the page the fragment writes."""

    top: DeltaGenerator
    read_out: DeltaGenerator
    figures: DeltaGenerator


def live_view(store: Store, views: Sequence[View], places: Places) -> None:
    """Show the run and keep it moving while it is active and not frozen."""
    frozen = bool(st.session_state.get("freeze"))
    active = any(view.run.active for view in views)
    every = FIRST_TICK_SECONDS if views[0].snapshot is None else TICK_SECONDS
    ids = [view.run.id for view in views]
    body = st.fragment(run_every=every if active and not frozen else None, key="live")(_tick)
    body(store, ids, _shape(views), frozen, places)


def _tick(
    store: Store, ids: list[str], shape: tuple[object, ...], frozen: bool, places: Places
) -> None:
    try:
        views = [store.tail.view(run_id) for run_id in ids]
    except UnknownRun:  # deleted by another viewer
        st.rerun()
    if _shape(views) != shape:
        st.rerun()
    shown = _payload(store, views, frozen)
    with places.top:
        live_board(shown.top, key="board_top")
    with places.read_out:
        st.caption(shown.read_out)
    with places.figures:
        live_board(shown.figures, key="board_figures")


def _payload(store: Store, views: Sequence[View], frozen: bool) -> Payload:
    step = st.session_state.get("look_back", LATEST)
    removed = int(st.session_state.get("removed", 50))
    layer = int(st.session_state.get("layer", 0))
    choices = (tuple(view.run.id for view in views), removed, step, layer)
    held = st.session_state.get("frozen")
    if frozen and held and held[0] == choices:
        return held[1]
    made = payload(
        store,
        views[0],
        views[1] if len(views) > 1 else None,
        removed=removed,
        look_back=None if step == LATEST else int(step),
        layer=layer,
    )
    st.session_state.frozen = (choices, made) if frozen else None
    return made


def _shape(views: Sequence[View]) -> tuple[object, ...]:
    """What the rest of the page shows of the runs: when it changes, the page is run anew."""
    return tuple(
        (view.run.state, view.run.want, view.run.message, view.note, view.snapshot is None)
        for view in views
    )
