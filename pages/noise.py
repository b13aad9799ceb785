"""Noise: what does heavy-tailed noise look like, and why does it make weights compressible?"""

from __future__ import annotations

import streamlit as st

from pages._parts.board.live_board import live_board
from pages._parts.noise import board as boards
from pages._parts.noise import words
from pages._parts.noise.controls import noise_controls
from pages._parts.shell.frame import need_frame

PAGE = {"title": "Noise", "icon": "grain", "place": 70, "group": "Laboratory"}

FRAME = "path_frame"
TICK = 0.4  # seconds between two frames of the growing path


def growing_path(look: boards.Look) -> None:
    """One frame of the path; the timer ends with the last one."""
    before = st.session_state.get(FRAME, 0)
    frame = min(before + 1, boards.FRAMES)
    st.session_state[FRAME] = frame
    live_board(boards.path_board(look, boards.STEPS * frame // boards.FRAMES), key="noise_path")
    if before < frame == boards.FRAMES:
        st.rerun()


def play_again() -> None:
    """Let the path grow from its beginning."""
    st.session_state[FRAME] = 0


need_frame()
with st.sidebar:
    look = noise_controls()

st.title("What heavy-tailed noise looks like", anchor=False)
st.markdown(words.INTRO)
live_board(boards.laws_board(look), key="noise_laws")

st.space("small")
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.header("Added up", anchor=False)
    st.button("Play again", icon=":material/replay:", key="play", on_click=play_again)
growing = st.session_state.get(FRAME, 0) < boards.FRAMES
st.fragment(run_every=TICK if growing else None, key="path")(growing_path)(look)

st.header("As the noise of two weights of one unit", anchor=False)
clouds = boards.cloud_boards(look.alphas[0], look.seed)
for place, column in enumerate(st.columns(len(clouds))):
    with column:
        live_board(clouds[place], key=f"noise_cloud_{place}")

st.header("Averages that settle, or do not", anchor=False)
live_board(boards.moments_board(look.alphas, look.count, look.seed), key="noise_moments")

st.header("Known values", anchor=False)
st.caption(words.TABLE)
st.table(words.known_values(look.alphas), hide_index=True, border="horizontal")
