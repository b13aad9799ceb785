"""Tails: how heavy is the tail of these weights, and may one say so at all?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput
from pages._parts.board.live_board import live_board
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store
from pages._parts.tails import board as boards
from pages._parts.tails import words
from pages._parts.tails.controls import tails_controls
from pages._parts.tails.sample import show_record, show_sample
from pages._parts.tails.source import Recorded

PAGE = {"title": "Tails", "icon": "trending_down", "place": 40}


need_frame()
with st.sidebar:
    chosen = tails_controls(shared_store())

st.title("How heavy is the tail?", anchor=False)
st.markdown(words.INTRO)
try:
    if chosen.looked_at is None:
        st.caption(words.EMPTY)
    else:
        st.markdown(chosen.looked_at.said)
        if isinstance(chosen.looked_at, Recorded):
            show_record(chosen.looked_at)
        else:
            show_sample(chosen.looked_at)
except BadInput as error:
    st.error(f"No estimate: {in_markdown(error)}", icon=":material/block:")
if chosen.course is not None:
    st.header("Through training", anchor=False)
    st.markdown(words.COURSE)
    live_board(boards.course_board(chosen.course), key="tails_course")
