"""Guide: what is this, and where does one begin?"""

from __future__ import annotations

import streamlit as st

from hts.runs.presets import PRESETS
from hts.validate import BadInput
from pages._parts.board.live_board import figure_cards
from pages._parts.form.address import twin_kind
from pages._parts.form.settings import show_runs
from pages._parts.form.submission import submit
from pages._parts.guide import text as prose
from pages._parts.guide.energy_figure import removed_energy_card
from pages._parts.shell.frame import need_frame
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store

need_frame()
store = shared_store()

st.title("Why heavy tails make networks compressible", anchor=False)
words, figure = st.columns([5, 6], gap="large")
with words:
    st.markdown(prose.WHAT)
    st.markdown(prose.HOW_TO_READ_THE_STORY)
with figure:
    figure_cards(removed_energy_card().payload(), key="story")

st.header("Try this", anchor=False)
st.caption("Each starts a run at once, here on this computer, and takes you to it.")
no = no_start(store)
for place, column in enumerate(st.columns(len(prose.TRY))):
    preset = next(preset for preset in PRESETS if preset.name == prose.TRY[place])
    with column, st.container(border=True, height="stretch"):
        st.markdown(f"**{preset.title}**")
        st.caption(preset.sentence)
        if st.button(
            "Start",
            icon=":material/play_arrow:",
            key=f"try_{preset.name}",
            disabled=no is not None,
            help=no,
        ):
            try:
                run_id = submit(store, preset.config.to_dict(), twin_kind(preset))
            except BadInput as error:
                st.error(str(error))
            else:
                show_runs(run_id)
                st.switch_page("pages/train.py", query_params={"run": run_id})

left, right = st.columns(2, gap="large")
with left:
    st.header("The alphas", anchor=False)
    st.markdown(prose.ALPHAS)
    st.header("The noise types", anchor=False)
    st.markdown(prose.NOISE)
with right:
    st.header("How to read each figure", anchor=False)
    st.markdown(prose.FIGURES)
    st.header("The pages", anchor=False)
    st.markdown(prose.PAGES)
