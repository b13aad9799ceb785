"""Naming, tagging and starring the selected runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.studio.catalogue.listing import tags
from hts.studio.jobs.annotations import LONGEST_NOTE, annotate
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from pages._parts.shell import widgets


def annotations(store: Store, runs: Sequence[Run], no: str | None) -> None:
    """A form for one run's name, note, tags and star, or the tags and stars of several."""
    label, icon = "Name, tags", ":material/sell:"
    if not runs or no:
        st.button(label, icon=icon, disabled=True, help=no, key="sel_annotate")
        return
    with st.popover(label, icon=icon, key="annotate"):
        _form(store, runs)


def _form(store: Store, runs: Sequence[Run]) -> None:
    one = runs[0] if len(runs) == 1 else None
    common = [tag for tag in runs[0].tags if all(tag in run.tags for run in runs)]
    with st.form(f"annotate_{hash(tuple(run.id for run in runs))}", border=False):
        name = st.text_input("Name", one.title, max_chars=200) if one else None
        given = st.multiselect(
            "Tags", sorted({*tags(store), *common}), common, accept_new_options=True,
            placeholder="type a new one",
        )  # fmt: skip
        note = st.text_area("Note", one.notes, max_chars=LONGEST_NOTE) if one else None
        star = st.checkbox("Star", all(run.star for run in runs))
        if st.form_submit_button("Save", type="primary"):
            for run in runs:
                kept = [tag for tag in run.tags if tag not in common]
                if not widgets.attempt(
                    "sel", annotate, store, run.id, name=name, note=note, tags=[*kept, *given],
                    star=star,
                ):  # fmt: skip
                    break
            st.rerun()
