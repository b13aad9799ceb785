"""Train: what happens to a network while it is trained with heavy-tailed noise?"""

from __future__ import annotations

import contextlib

import streamlit as st

from hts.validate import BadInput
from pages._parts.board.views import twin_choice
from pages._parts.form.controls import experiment_controls
from pages._parts.form.settings import (
    fill,
    ignored_words,
    read_page_address,
    settings,
    show_runs,
    shown_runs,
    twin,
    write_page_address,
)
from pages._parts.form.submission import submit
from pages._parts.shell.frame import need_frame
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store
from pages._parts.train.run_page import show_run
from pages._parts.train.welcome import welcome

need_frame()
store = shared_store()

address = read_page_address()
if address is not None and address.run is not None and not address.named:
    with contextlib.suppress(BadInput):  # said below, where the run would be
        fill(store.get(address.run).config.to_dict(), twin_choice(store, address.run))

if ignored := ignored_words():
    listed = "\n".join(f"- {text}" for text in ignored)
    st.warning(f"Part of the address was ignored:\n{listed}", icon=":material/link_off:")

pressed = st.session_state.pop("start_now", False)
if not st.context.is_embedded:
    with st.sidebar:
        pressed = experiment_controls(no_start(store)) or pressed
if pressed:
    try:
        show_runs(submit(store, settings(), twin()))
    except BadInput as error:
        st.error(str(error), icon=":material/block:")

run_id, beside = shown_runs()
if run_id is None:
    welcome(store)
else:
    try:
        show_run(store, run_id, beside)
    except BadInput as error:
        st.error(f"{str(error)[:1].upper()}{str(error)[1:]}", icon=":material/search_off:")
        show_runs(None)
        welcome(store)
write_page_address()
