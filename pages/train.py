"""Train: what happens to a network while it is trained with heavy-tailed noise?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, capitalised
from pages._parts.form.controls import experiment_controls
from pages._parts.form.numbers import refused_of
from pages._parts.form.settings import (
    key,
    read_page_address,
    say_what_was_ignored,
    settings,
    show_runs,
    shown_runs,
    write_page_address,
)
from pages._parts.form.submission import submit
from pages._parts.shell.frame import need_frame
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store
from pages._parts.train.run_page import show_run
from pages._parts.train.welcome import welcome

PAGE = {"title": "Train", "icon": "play_circle", "place": 10}

need_frame()
store = shared_store()

read_page_address(store)
say_what_was_ignored()

pressed = st.session_state.pop("start_now", False) and not refused_of(key)
if not st.context.is_embedded:
    with st.sidebar:
        pressed = experiment_controls(no_start(store)) or pressed
if pressed:
    try:
        show_runs(submit(store, settings()))
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")

run_id, beside = shown_runs()
if run_id is None:
    welcome(store)
else:
    try:
        show_run(store, run_id, beside)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
        show_runs(None)
        welcome(store)
write_page_address()
