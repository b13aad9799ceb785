"""Compress: how much of a trained network can go, by which criterion, and what changes then?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput
from pages._parts.board.live_board import live_board
from pages._parts.board.views import data_title, noise_words, settings_line
from pages._parts.compress.board import boards, read_out
from pages._parts.compress.controls import START, choose_level, choose_look, choose_run
from pages._parts.compress.export import exports
from pages._parts.compress.runs import finished_runs, heavy_tailed, measured, no_runs, other_seeds
from pages._parts.compress.side_by_side import choose_beside, side_by_side
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Compress", "icon": "compress", "place": 50}

need_frame()
store = shared_store()
runs = finished_runs(store, st.query_params.get("run"))

if not runs:
    no_runs()
    st.stop()

with st.sidebar:
    run = choose_run(runs, heavy_tailed(runs))
    beside = choose_beside(store, run, runs)
    look = choose_look(run)

st.title(f"{in_markdown(data_title(run.config.data))}, {noise_words(run)}", anchor=False)
st.caption(in_markdown(settings_line(run)))
try:
    record = measured(store, run, look.scope)
except BadInput as error:
    st.error(in_markdown(error), icon=":material/block:")
    st.stop()
if record is None:
    side_by_side(store, run, beside, look, START / 100)
    st.stop()

place = choose_level(record)
found, how = read_out(record, look, place)
st.markdown(found)
st.caption(how)
side_by_side(store, run, beside, look, record.views_at[place])
spread = other_seeds(store, run, record, look)
curves, weights = boards(record, look, place, spread)
live_board(curves, key="compress_curves")
st.header("What goes, and what changes", anchor=False)
live_board(weights, key="compress_weights")
st.header("Take it with you", anchor=False)
exports(store, run, record, look, place)
