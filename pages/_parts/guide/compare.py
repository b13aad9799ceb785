"""Compare: the difference to the controls in words, its price, and the prediction beside it."""

from __future__ import annotations

import streamlit as st

from hts.studio.report.account import beside_controls, main_sentences, outcome_of
from hts.studio.report.prediction import SHARE
from hts.studio.store.store import Store
from pages._parts.board.views import Shown, ensemble_view
from pages._parts.guide.live import live_figures
from pages._parts.report.page import show_table
from pages._parts.report.predictions import predicted, report_button


def compare(store: Store, shown: Shown) -> None:
    """What the controls tell of the run as it stands."""
    run = shown.main.run
    arms = ensemble_view(shown, [None] * len(shown.networks)).arms
    if run.active:
        st.caption("Still training: these are the figures so far.")
    st.markdown("\n".join(f"- {text}" for text in main_sentences(arms)))
    figure, prices = st.columns([4, 3], gap="large")
    with figure:
        live_figures(store, shown, "difference", removed=round(100 * SHARE))
    with prices:
        if len(arms) > 1:
            show_table(beside_controls(arms))
        said = predicted(run.id)
        if said is not None:
            show_table(outcome_of(said, arms))
    with st.container(horizontal=True):
        report_button(run.id)
        if st.button("Open the run", key="tour_open", icon=":material/open_in_full:"):
            st.switch_page("pages/train.py", query_params={"run": run.id})
