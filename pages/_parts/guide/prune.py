"""Drag the pruning: first a prediction, then the slider over what becomes of the network."""

from __future__ import annotations

import streamlit as st

from hts.glossary import term
from hts.studio.report.prediction import QUESTION, Prediction
from hts.studio.store.store import Store
from pages._parts.board.views import Shown
from pages._parts.guide.live import live_figures
from pages._parts.report.predictions import predict, predicted

MIDDLE = 50


def prune(store: Store, shown: Shown) -> None:
    """The question, and once it is answered the figures."""
    if predicted(shown.main.run.id) is None:
        _ask(shown.main.run.id)
    else:
        live_figures(store, shown, "pruning", "norms", words=True)


def _ask(run_id: str) -> None:
    with st.form("predict"):
        st.markdown(f"**Before you look: {QUESTION[0].lower()}{QUESTION[1:]}**")
        noisy, free = st.columns(2)
        with noisy:
            st.slider("Noisy network", 0, 100, MIDDLE, format="%d %%", key="predict_noisy")
        with free:
            st.slider(
                term("noise-free-control").label, 0, 100, MIDDLE, format="%d %%", key="predict_free"
            )
        if st.form_submit_button("Show me", type="primary", key="predict_now"):
            said = st.session_state
            predict(run_id, Prediction(noisy=said.predict_noisy, noise_free=said.predict_free))
            st.rerun()
