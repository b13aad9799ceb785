"""What I did: what was set, changed, expected and found in a run, on one page?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, capitalised
from pages._parts.report.page import show_account
from pages._parts.report.predictions import address_of, read_prediction
from pages._parts.shell import own_address
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "What I did", "icon": "description", "place": 95, "hidden": True}

need_frame()
store = shared_store()

params = dict(st.query_params)
if not own_address.is_own("report", params):
    st.session_state.report_run = params.get("run")
    read_prediction(st.session_state.report_run, params)
run_id = st.session_state.get("report_run")
if run_id is None:
    st.title("What I did", anchor=False)
    st.info("Open a run and press **What I did** there.", icon=":material/description:")
else:
    try:
        show_account(store, run_id)
        own_address.write("report", address_of(run_id))
    except BadInput as error:
        st.title("What I did", anchor=False)
        st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
