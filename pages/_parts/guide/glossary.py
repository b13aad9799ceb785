"""The words of the first screen, each with its definition: by pointer, by keyboard and by touch."""

from __future__ import annotations

import streamlit as st

from hts.glossary import term

WORDS = ("unit", "column", "squared-norm", "squared-error", "tail-index", "control")


def glossary() -> None:
    """A row of the words; each has a button that tells what it means."""
    with st.container(horizontal=True, gap="small"):
        for word in map(term, WORDS):
            st.caption(word.label, help=word.help, width="content")
