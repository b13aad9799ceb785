"""Runs: which runs are there, how did they go, and how do they differ?"""

from __future__ import annotations

import streamlit as st

from hts.studio.catalogue.listing import Asked
from hts.studio.store.store import Store
from pages._parts.form.address import read_compare
from pages._parts.runs.ask import asked_for
from pages._parts.runs.comparison import comparison
from pages._parts.runs.listing import goes_on, listing
from pages._parts.runs.selection import confirm_deletion
from pages._parts.shell.frame import need_frame
from pages._parts.shell.ownership import scope_choice
from pages._parts.shell.server import shared_store
from pages._parts.watched.section import watched_trainings

PAGE = {"title": "Runs", "icon": "table_rows", "place": 20}


def table(store: Store, active: bool, compared: list[str], asked: Asked, folds: bool) -> None:
    """The table with its buttons; refreshes itself while something is going on."""
    elsewhere = "to_delete" in st.session_state or _compared() != compared  # shown outside of it
    if elsewhere or active != goes_on(store, asked):
        st.rerun()
    listing(store, asked, folds=folds)


def _compared() -> list[str]:
    return read_compare(st.query_params.get("compare"))


need_frame()
store = shared_store()
confirm_deletion(store)
compared = _compared()
if compared:
    comparison(store, compared)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Runs", anchor=False)
    of = scope_choice(store, "runs_of")
watched_trainings(store)
if store.runs.list(limit=1, of=of):
    asked, folds = asked_for(of)
    active = goes_on(store, asked)
    body = st.fragment(run_every=2.0 if active else None, key="runs")(table)
    body(store, active, compared, asked, folds)
elif of is not None and store.runs.list(limit=1):
    st.caption("You have no runs yet. Switch to Everyone to see others'.")
else:
    st.markdown("Every training run is kept here, to be opened, compared, repeated or downloaded.")
    st.caption("No runs yet.")
    if st.button("Train the first one", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")
