"""A page of one's own.

HTS_PAGES=examples/own_pages streamlit run app.py
"""

import streamlit as st

from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Mine", "icon": "star", "place": 15}

need_frame()
st.title("A page of my own", anchor=False)
st.metric("Runs", len(shared_store().runs.list()))
