"""Where the sample comes from: a known law, a run, or a file."""

from __future__ import annotations

import streamlit as st

from hts.studio.store.store import Store
from pages._parts.tails.law import law_controls
from pages._parts.tails.run import run_controls
from pages._parts.tails.source import Chosen
from pages._parts.tails.upload import upload_controls

SOURCES = ("Known law", "Run", "File")


def tails_controls(store: Store) -> Chosen:
    """The sidebar's controls and what they choose."""
    source = st.segmented_control(
        "Estimate on", SOURCES, default=SOURCES[0], required=True, key="source",
        bind="query-params", width="stretch",
    )  # fmt: skip
    if source != "Run" and "run" in st.query_params:
        del st.query_params["run"]
    if source != "File" and "file" in st.query_params:
        del st.query_params["file"]
    if source == "Run":
        return run_controls(store)
    return upload_controls(store) if source == "File" else law_controls()
