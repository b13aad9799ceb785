"""Watched training: what does somebody's own training loop do to the tails of its layers?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.watching.seen import watches_of
from hts.validate import BadInput, capitalised
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store
from pages._parts.watched.page import show_watched
from pages._parts.watched.table import NONE_YET, watched_table

PAGE = {"title": "Watched training", "icon": "visibility", "place": 25, "hidden": True}

need_frame()
watch_id = st.query_params.get("id")
try:
    watches = watches_of(shared_store())
    if watch_id is None:
        st.title("Watched trainings", anchor=False)
        if not watched_table(watches):
            st.markdown(NONE_YET)
    else:
        show_watched(shared_store(), watches.get(watch_id))
except BadInput as error:
    st.title("Watched training", anchor=False)
    st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
