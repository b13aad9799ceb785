"""Below the tour: more runs to try, and what words, figures and pages mean."""

from __future__ import annotations

import streamlit as st

from hts.studio.store.store import Store
from pages._parts.guide import text
from pages._parts.guide.glossary import glossary
from pages._parts.guide.try_presets import try_presets


def more(store: Store) -> None:
    """Definitions at once, the rest when it is opened."""
    glossary()
    with st.expander("More", icon=":material/menu_book:"):
        st.markdown(text.WHAT)
        try_presets(store)
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader("The alphas", anchor=False)
            st.markdown(text.ALPHAS)
            st.subheader("The noise types", anchor=False)
            st.markdown(text.NOISE)
        with right:
            st.subheader("How to read the figures", anchor=False)
            st.markdown(text.FIGURES)
            st.subheader("The pages", anchor=False)
            st.markdown(text.PAGES)
