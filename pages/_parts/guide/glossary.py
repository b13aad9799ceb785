"""The words of the first screen, each with its definition: by pointer, by keyboard and by touch."""

from __future__ import annotations

import streamlit as st

WORDS = {
    "Unit": "One hidden neuron: it multiplies the inputs by its weights, adds them up and applies "
    "a nonlinearity.",
    "Column": "The incoming weights of one unit. Removing the unit removes its column.",
    "Squared norm": r"The sum of all squared weights, $\lVert W \rVert^2 = \sum_{ij} w_{ij}^2$.",
    "Squared error": "The share of the squared norm that is lost when columns are removed, "
    r"$\lVert W - W_{\mathrm{pruned}} \rVert^2 / \lVert W \rVert^2$. A tenth is the usual limit "
    "here.",
    "Tail index": r"How fast large weights become rare, $P(|w| > x) \sim C\,x^{-\alpha}$, "
    "estimated from the weights. Alpha is what you set for the noise.",
    "Control": "The same run with one thing changed, here Gaussian noise or none: what the control "
    "shows too is not the work of heavy tails.",
}


def glossary() -> None:
    """A row of the words; each has a button that tells what it means."""
    with st.container(horizontal=True, gap="small"):
        for word, meaning in WORDS.items():
            st.caption(word, help=meaning, width="content")
