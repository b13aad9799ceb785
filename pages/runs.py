"""Runs: which runs are there, how did they go, and how do they differ?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.studio.store.store import Store
from pages._parts.form.address import read_compare
from pages._parts.runs.comparison import comparison
from pages._parts.runs.selection import confirm_deletion, selection_actions
from pages._parts.runs.table import runs_table
from pages._parts.shell.frame import need_frame
from pages._parts.shell.ownership import scope_choice
from pages._parts.shell.server import shared_store

PAGE = {"title": "Runs", "icon": "table_rows", "place": 20}

MOST_ROWS = 500


def table(store: Store, active: bool, asked: list[str], of: Sequence[str] | None) -> None:
    """The table with its buttons; refreshes itself while something is going on."""
    runs = store.runs.list(limit=MOST_ROWS, of=of)
    elsewhere = "to_delete" in st.session_state or _asked() != asked  # shown outside this table
    if elsewhere or not runs or active != any(run.active for run in runs):
        st.rerun()
    chosen = runs_table(store, runs)
    selection_actions(store, [run for run in runs if run.id in chosen])


def _asked() -> list[str]:
    return read_compare(st.query_params.get("compare"))


need_frame()
store = shared_store()
confirm_deletion(store)
asked = _asked()
if asked:
    comparison(store, asked)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Runs", anchor=False)
    of = scope_choice(store, "runs_of")
runs = store.runs.list(limit=MOST_ROWS, of=of)
if runs:
    active = any(run.active for run in runs)
    st.fragment(run_every=2.0 if active else None, key="runs")(table)(store, active, asked, of)
elif of is not None and store.runs.list(limit=1):
    st.caption("You have no runs yet. Switch to Everyone to see others'.")
else:
    st.markdown("Every training run is kept here, to be opened, compared, repeated or downloaded.")
    st.caption("No runs yet.")
    if st.button("Train the first one", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")
