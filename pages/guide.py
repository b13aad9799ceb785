"""Guide: what do heavy tails do, in four steps?"""

from __future__ import annotations

import streamlit as st

from pages._parts.guide.more import more
from pages._parts.guide.tour import tour
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Guide", "icon": "menu_book", "place": 60}

need_frame()
store = shared_store()

st.title("Heavy tails in four steps", anchor=False)
tour(store)
more(store)
