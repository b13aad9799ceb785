"""What a visitor has predicted of their runs: kept in the session, and in addresses."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import streamlit as st

from hts.studio.report.prediction import Prediction, prediction_of
from hts.validate import BadInput

KEY = "predictions"


def predicted(run_id: str | None) -> Prediction | None:
    """What was said of this run."""
    return st.session_state.get(KEY, {}).get(run_id)


def predict(run_id: str, prediction: Prediction) -> None:
    """Keep it for this visit."""
    st.session_state.setdefault(KEY, {})[run_id] = prediction


def read_prediction(run_id: str | None, params: Mapping[str, str]) -> None:
    """Take over what an address says; one that cannot be used says nothing."""
    with contextlib.suppress(BadInput):
        found = prediction_of(params)
        if run_id is not None and found is not None:
            predict(run_id, found)


def address_of(run_id: str) -> dict[str, str]:
    """Query parameters for pages about this run."""
    found = predicted(run_id)
    return {"run": run_id} | ({} if found is None else found.to_address())


def report_button(run_id: str) -> None:
    """Leads to the page "What I did"."""
    if st.button(
        "What I did",
        key="do_report",
        type="tertiary",
        icon=":material/description:",
        help="Settings, figures, numbers and methods of this run on one page, to print or share.",
    ):
        st.switch_page("pages/report.py", query_params=address_of(run_id))
