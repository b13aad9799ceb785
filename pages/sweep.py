"""Sweep: how does what can be pruned depend on alpha, width, sigma and the rest?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.validate import BadInput, capitalised
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store
from pages._parts.sweep.address import asked, read_page_address, show_sweep, write_page_address
from pages._parts.sweep.define import define_sweep, on_cluster
from pages._parts.sweep.list import invitation, sweep_list
from pages._parts.sweep.page import sweep_page

PAGE = {"title": "Sweep", "icon": "grid_on", "place": 30}

need_frame()
store = shared_store()
read_page_address()
with st.sidebar:
    defined = define_sweep(store)
spec = defined or st.session_state.pop("sweep_now", None)
if spec is not None:
    away = defined is not None and on_cluster()
    try:
        show_sweep(client.submit_sweep(store, spec, on_cluster=away))
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")

shown = asked().get("sweep")
if shown is not None:
    try:
        sweep_page(store, shown)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
        show_sweep(None)
        shown = None
if shown is None:
    invitation()
sweep_list(store, shown)
write_page_address()
