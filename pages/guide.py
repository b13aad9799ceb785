"""Guide: what is this, and where does one begin?"""

from __future__ import annotations

import streamlit as st

from pages._parts.guide import text as prose
from pages._parts.guide.glossary import glossary
from pages._parts.guide.pure_noise import SENTENCE, pure_noise
from pages._parts.guide.try_presets import try_presets
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Guide", "icon": "menu_book", "place": 60}

need_frame()
store = shared_store()

st.title("Why heavy tails make networks compressible", anchor=False)
words, figure = st.columns([5, 6], gap="large")
with words:
    st.markdown(prose.WHAT)
    st.markdown(SENTENCE)
    glossary()
with figure:
    pure_noise("guide")

try_presets(store)

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
