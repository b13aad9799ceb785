"""Reproduce: which of the paper's claims hold when they are run again?"""

from __future__ import annotations

import streamlit as st

from pages._parts.reproduce import words
from pages._parts.reproduce.answers import show_result
from pages._parts.reproduce.source import choose_result, progress, run_again
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Reproduce", "icon": "replay", "place": 90, "group": "Laboratory"}


need_frame()
store = shared_store()
with st.sidebar:
    result = choose_result(store)
    reveal = st.toggle("Show every answer", key="answers", bind="query-params",
                       help="Without being asked what you expect.")  # fmt: skip
    with st.expander("Run it again", key="run_again", icon=":material/replay:"):
        run_again(store)

st.title("Does it reproduce?", anchor=False)
st.markdown(words.INTRO)
with st.expander("How a verdict is reached"):
    st.markdown(words.RULE)
progress(store)
if result is None:
    st.caption("There is no result yet: run the protocol, in the sidebar.")
else:
    show_result(result, reveal=reveal)
