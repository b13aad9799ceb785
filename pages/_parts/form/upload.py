"""Taking in the viewer's own table."""

from __future__ import annotations

import streamlit as st

from hts.data import info
from hts.data.reading.own_table import register_table
from hts.validate import BadInput
from pages._parts.form.settings import key, settings
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store


def own_table() -> None:
    """Upload a table and choose it as the dataset; a table that cannot be used is explained."""
    st.markdown("**Your own table**")
    st.caption(
        "CSV or NPZ, one row per example. The label is the column named label, class, target or "
        "y, else the last one. Features are standardised; a fifth of the rows is kept for testing."
    )
    no = no_start(shared_store())
    file = st.file_uploader(
        "Table",
        type=["csv", "tsv", "txt", "npz"],
        key="table_file",
        label_visibility="collapsed",
        disabled=no is not None,
        help=no,
    )
    st.text_input("Label column", placeholder="found by its name", key="table_label")
    st.button(
        "Use this table",
        disabled=file is None or no is not None,
        key="table_use",
        on_click=_take,
        width="stretch",
    )
    said = st.session_state.get("table_said")
    if said is not None and file is not None and said[0] == file.file_id:
        _, good, text = said
        (st.success if good else st.error)(text)


def _take() -> None:
    file = st.session_state.table_file
    label = st.session_state.table_label.strip() or None
    try:
        name = register_table(file, filename=file.name, label=label)
    except BadInput as error:
        st.session_state.table_said = (file.file_id, False, str(error))
        return
    settings()["data"] = name
    st.session_state.pop(key("data"), None)
    known = info(name)
    text = (
        f"{known.title} is chosen: {known.train} training and {known.test} test examples of "
        f"{known.inputs} inputs in {known.classes} classes. {known.sentence}"
    )
    st.session_state.table_said = (file.file_id, True, text)
