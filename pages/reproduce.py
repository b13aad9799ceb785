"""Reproduce: which of the paper's claims hold when they are run again, and what do they cost?"""

from __future__ import annotations

import streamlit as st

from pages._parts.price.page import show_prices
from pages._parts.reproduce.page import show_claims
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Reproduce", "icon": "replay", "place": 90, "group": "Laboratory"}
PARTS = {"The paper's claims": show_claims, "Price list": show_prices}


need_frame()
store = shared_store()
st.title("Does it reproduce?", anchor=False)
part = st.segmented_control(
    "Part", list(PARTS), default=next(iter(PARTS)), required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
PARTS[part](store)
