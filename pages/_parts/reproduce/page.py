"""The two parts of the page Reproduce: the paper's claims, and the price list."""

from __future__ import annotations

import streamlit as st

from hts.studio.store.store import Store
from pages._parts.reproduce import words
from pages._parts.reproduce.choose import apart, choose_results, progress, run_again
from pages._parts.reproduce.claim import show_claim
from pages._parts.reproduce.numbers import show_numbers
from pages._parts.reproduce.singles import show_singles


def show_claims(store: Store) -> None:
    """The paper's claims, one at a time."""
    with st.sidebar:
        reveal = st.toggle("Show every answer", key="answers", bind="query-params",
                           help="Without being asked what you expect.")  # fmt: skip
        sources = choose_results(store)
        with st.expander("Run it again", key="run_again", icon=":material/replay:"):
            run_again(store)
    st.markdown(words.INTRO)
    with st.expander("How a verdict is reached"):
        st.markdown(words.RULE)
    progress(store)
    if not sources:
        st.caption("There is no result yet. Run the protocol in the sidebar.")
        return
    apart(sources)
    show_claim(sources, reveal=reveal)
    show_singles(sources)
    show_numbers([source for source in sources if not source.theirs] or sources)
