"""Compress: how much of a trained network can go, by which criterion, and what changes then?"""

from __future__ import annotations

import streamlit as st

from hts.validate import BadInput
from pages._parts.board.live_board import live_board
from pages._parts.board.views import data_title, noise_words, settings_line
from pages._parts.compress.board import boards, read_out
from pages._parts.compress.controls import choose_level, choose_look, choose_run
from pages._parts.compress.export import exports
from pages._parts.compress.runs import finished_runs, measured, other_seeds
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

need_frame()
store = shared_store()
runs = finished_runs(store, st.query_params.get("run"))

if not runs:
    st.title("How much of a network can go", anchor=False)
    st.markdown(
        "Take units, weights or singular values out of a trained network and watch what is left "
        "of its accuracy; then take the smaller network with you."
    )
    st.caption("There is no finished run yet.")
    if st.button("Train one", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")
    st.stop()

with st.sidebar:
    run = choose_run(runs)
    if run is not None:
        look = choose_look(run)
if run is None:
    st.stop()

st.title(f"{data_title(run.config.data)}, {noise_words(run)}", anchor=False)
st.caption(settings_line(run))
try:
    record = measured(store, run, look.scope)
except BadInput as error:
    st.error(str(error), icon=":material/block:")
    st.stop()
if record is None:
    st.stop()

place = choose_level(record)
found, how = read_out(record, look, place)
st.markdown(found)
st.caption(how)
spread = other_seeds(store, run, record, look)
curves, weights = boards(record, look, place, spread)
live_board(curves, key="compress_curves")
st.header("What goes, and what changes", anchor=False)
live_board(weights, key="compress_weights")
st.header("Take it with you", anchor=False)
exports(store, run, record, look, place)
