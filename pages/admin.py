"""Admin: what goes on in this lab, who has what of it, and is it well?"""

from __future__ import annotations

import streamlit as st

from pages._parts.admin import board
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import person_here, whole_store

PAGE = {
    "title": "Admin",
    "icon": "admin_panel_settings",
    "place": 110,
    "group": "Together",
    "admin": True,
}

REFRESH_SECONDS = 2.0

need_frame()
here = person_here()
if not here.may_everything:
    st.error("This page is for the admins of the lab.", icon=":material/block:")
    st.stop()
store = whole_store()
heading, switch = st.columns([4, 1], vertical_alignment="bottom")
heading.title("Admin", anchor=False)
with switch:
    board.drain_switch(store)
st.fragment(run_every=REFRESH_SECONDS, key="admin")(board.now)(store, here)
st.subheader("People", anchor=False)
board.people(store)
with st.expander("Audit log"):
    board.audit(store)
with st.expander("Log of the scheduler"):
    board.log(store)
