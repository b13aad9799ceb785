"""One page of the runs that were asked for, with what can be done with them."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from hts.studio.catalogue.listing import Asked, differing, fold, folded, listed, runs_of
from hts.studio.figures import words
from hts.studio.store.run_row import ENDED, State
from hts.studio.store.store import Store
from pages._parts.runs.folded import folded_table
from pages._parts.runs.selection import selection_actions
from pages._parts.runs.table import runs_table
from pages._parts.runs.take import take_all

ROWS = 50  # of a page
GOING: tuple[State, ...] = tuple(state for state in get_args(State) if state not in ENDED)


def listing(store: Store, asked: Asked, *, folds: bool) -> None:
    """The table, its pages and its buttons."""
    found = listed(store, asked)
    groups = folded(store, found.numbers, asked) if folds else []
    there = len(groups) if folds else len(found)
    pages = max(1, -(-there // ROWS))
    if st.session_state.get("list_asked") != (asked, folds):  # another question: its first page
        st.session_state.list_asked, st.session_state.list_page = (asked, folds), 1
    page = st.session_state.list_page = min(max(1, st.session_state.get("list_page", 1)), pages)
    place = (page - 1) * ROWS
    differ = differing(store, found.numbers)
    if folds:
        shown = [fold(store, group) for group in groups[place : place + ROWS]]
        chosen = runs_of(store, folded_table(store, shown, groups[place : place + ROWS], differ))
    else:
        runs = runs_of(store, found.numbers[place : place + ROWS])
        ids = runs_table(store, runs, differ)
        chosen = [run for run in runs if run.id in ids]
    with st.container(horizontal=True, vertical_alignment="center", key="list_pages"):
        st.caption(_said(place, there, found.among, folds=folds), width="content")
        if pages > 1:
            st.pagination(pages, key="list_page", width=380)
    selection_actions(store, chosen)
    take_all(store, found.numbers, groups)


def goes_on(store: Store, asked: Asked) -> bool:
    """Whether anything may change by itself."""
    return any(run.active for run in store.runs.list(states=GOING, of=asked.of))


def _said(place: int, there: int, among: int, *, folds: bool) -> str:
    """``51 to 100 of 812 runs; 10 000 without the filter``."""
    if not there:
        return f"No run matches; there are {words.many(among, 'run')} without the filter."
    count = f"{words.many(there, 'group')} of seeds" if folds else words.many(there, "run")
    if there > ROWS:
        last = words.count(min(place + ROWS, there))
        count = f"{words.count(place + 1)} to {last} of {count}"
    less = not folds and there < among
    return f"{count}; {words.count(among)} without the filter." if less else f"{count}."
