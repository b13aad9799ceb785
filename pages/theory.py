"""Theory: do the theorems happen, and how fast?"""

from __future__ import annotations

import streamlit as st

from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store
from pages._parts.theory.topic import topic_card
from pages._parts.theory.words import INTRO, TOPICS

PAGE = {"title": "Theory", "icon": "functions", "place": 80, "group": "Laboratory"}


need_frame()
store = shared_store()
with st.sidebar:
    reveal = st.toggle("Show every answer", key="answers", bind="query-params",
                       help="Without being asked what you expect.")  # fmt: skip
st.title("Watch the theorems happen", anchor=False)
st.markdown(INTRO)
for topic_name in TOPICS:
    topic_card(store, topic_name, reveal=reveal)
