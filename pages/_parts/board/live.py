"""The live view of a run: one fragment that feeds two boards and changes nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from pages._parts.board.live_board import live_board
from pages._parts.board.payloads import Payload, payload
from pages._parts.board.view_state import ALL, LATEST
from pages._parts.board.views import Shown, look_up

TICK_SECONDS = 1.0
FIRST_TICK_SECONDS = 0.4  # until there is something to see


@dataclass(frozen=True)
class Places:
    """Where on the page the fragment writes."""

    top: DeltaGenerator
    read_out: DeltaGenerator
    figures: DeltaGenerator


def live_view(store: Store, shown: Shown, beside: str | None, places: Places) -> None:
    """Show the run and keep it moving while it is active and not frozen."""
    frozen = bool(st.session_state.get("freeze"))
    active = any(view.run.active for view in shown.runs)
    every = FIRST_TICK_SECONDS if shown.networks[0].snapshot is None else TICK_SECONDS
    body = st.fragment(run_every=every if active and not frozen else None, key="live")(_tick)
    body(store, shown.main.run.id, beside, _shape(shown), frozen, places)


def _tick(
    store: Store,
    run_id: str,
    beside: str | None,
    shape: tuple[object, ...],
    frozen: bool,
    places: Places,
) -> None:
    try:
        shown = look_up(store, run_id, beside)
    except UnknownRun:  # deleted by another viewer
        st.rerun()
    if _shape(shown) != shape:
        st.rerun()
    made = _payload(store, shown, frozen)
    with places.top:
        live_board(made.top, key="board_top")
    with places.read_out:
        st.markdown("  \n".join(f":small[{line}]" for line in made.read_out))
    with places.figures:
        live_board(made.figures, key="board_figures")


def _payload(store: Store, shown: Shown, frozen: bool) -> Payload:
    look = st.session_state
    step, picked = look.get("look_back", LATEST), look.get("picked", ALL)
    choices = {
        "removed": int(look.get("removed", 50)),
        "look_back": None if step == LATEST else int(step),
        "layer": int(look.get("layer", 0)),
        "picked": None if picked == ALL else int(picked),
    }
    key = (tuple(view.run.id for view in shown.runs), choices)
    held = look.get("frozen")
    if frozen and held and held[0] == key:
        return held[1]
    made = payload(store, shown, **choices)
    look.frozen = (key, made) if frozen else None
    return made


def _shape(shown: Shown) -> tuple[object, ...]:
    """What the rest of the page shows of the runs: when it changes, the page is run anew."""
    states = [
        (view.run.state, view.run.want, view.run.message, view.run.steered, view.run.wishes,
         view.note)
        for view in shown.runs
    ]  # fmt: skip
    return (*states, *(view.snapshot is None for view in shown.networks))
