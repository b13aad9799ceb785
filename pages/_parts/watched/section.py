"""Trainings of other programs beside the runs, for those who may see them."""

from __future__ import annotations

import streamlit as st

from hts.studio.store.store import Store
from hts.studio.watching.seen import sees_watched, watches_of
from pages._parts.watched.table import watched_table

EVERY_SECONDS = 5.0


def watched_trainings(store: Store) -> None:
    """A table of them, which moves while one trains; nothing where there are none."""
    if not sees_watched(store):
        return
    watches = watches_of(store)
    if not watches.list(limit=1):
        return
    going = bool(watches.list(active=True))
    with st.expander("Watched trainings", expanded=True, icon=":material/visibility:"):
        body = st.fragment(run_every=EVERY_SECONDS if going else None, key="watched")(_table)
        body(store)


def _table(store: Store) -> None:
    watched_table(watches_of(store))
