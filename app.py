"""The app: its frame and its pages.  Start it with ``streamlit run app.py``."""

from __future__ import annotations

import streamlit as st

from pages._shared.server import open_store, settle_memory

st.set_page_config(
    page_title="Heavy-Tailed SGD Studio",
    page_icon=":material/ssid_chart:",
    layout="wide",
    initial_sidebar_state=340,
)

pages = [
    st.Page("pages/train.py", title="Train", icon=":material/play_circle:", default=True),
    st.Page("pages/runs.py", title="Runs", icon=":material/table_rows:", url_path="runs"),
    st.Page("pages/guide.py", title="Guide", icon=":material/menu_book:", url_path="guide"),
]
page = st.navigation(pages, position="top")
open_store()
settle_memory()
page.run()
