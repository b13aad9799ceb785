"""A few live figures of the tour's run; they end moving with the run."""

from __future__ import annotations

import streamlit as st

from hts.glossary import term
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from pages._parts.board.live_board import live_board
from pages._parts.board.payloads import payload
from pages._parts.board.views import Shown, look_up

TICK_SECONDS = 1.0
HALF = 50  # percent removed where the slider begins


def live_figures(
    store: Store, shown: Shown, *figures: str, removed: int | None = None, words: bool = False
) -> None:
    """``figures`` by name with ``removed`` percent of units pruned, under a slider if not said.

    ``words``: with the sentences about that share.
    """
    every = TICK_SECONDS if shown.main.run.active else None
    body = st.fragment(run_every=every, key="tour")(_tick)
    body(store, shown.main.run.id, _shape(shown), figures, removed, words)


def _tick(
    store: Store,
    run_id: str,
    shape: tuple[object, ...],
    figures: tuple[str, ...],
    removed: int | None,
    words: bool,
) -> None:
    try:
        shown = look_up(store, run_id)
    except UnknownRun:  # deleted by another viewer
        st.rerun()
    if _shape(shown) != shape:
        st.rerun()
    if removed is None:
        removed = st.slider(
            term("pruned-share").label, 0, 100, HALF, format="%d %%", key="guide_removed"
        )
    made = payload(store, shown, removed=removed, look_back=None, only=figures)
    live_board(made.top, key="tour_top")
    if words:
        st.markdown("  \n".join(f":small[{line}]" for line in made.read_out))
    live_board(made.figures, key="tour_figures")


def _waits(shown: Shown) -> bool:
    return any(view.snapshot is None for view in shown.networks)


def _shape(shown: Shown) -> tuple[object, ...]:
    """What the rest of the step shows of the run."""
    run = shown.main.run
    return run.state, run.message, _waits(shown)
