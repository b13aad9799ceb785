"""A result on the page Reproduce: claims, tables, what was run."""

from __future__ import annotations

import streamlit as st

from hts.studio.reproduce.result import Reproduction, to_json
from hts.studio.reproduce.table import csv_text
from hts.studio.reproduce.words import missing_words
from pages._parts.reproduce import words
from pages._parts.reproduce.claim import claim_card
from pages._parts.reproduce.table import show_table


def show_result(result: Reproduction, *, reveal: bool) -> None:
    """Claims, table, the released code's scales, what was run and on what."""
    st.caption(words.made_words(result))
    for claim in result.claims:
        claim_card(result, claim, reveal=reveal)

    st.header("Why these sigmas", anchor=False)
    st.latex(words.SIGMA_EQUATION)
    st.markdown(words.sigma_words(result))
    st.header("All numbers", anchor=False)
    st.caption("Means over seeds ± standard deviations.")
    show_table(result.rows)
    downloads(result)

    if result.deviations:
        st.header("The released code's noise", anchor="released")
        st.markdown(words.RELEASED)
        st.table(words.released_rows(result.deviations), hide_index=True, border="horizontal")
        st.caption("Points, means over seeds with 95 % intervals. Cells of the table above marked "
                   "“as released”.")  # fmt: skip
    st.header("What was run", anchor=False)
    st.markdown(f"{result.protocol.says}\n\n{words.data_words(result)}")
    left = list(missing_words(result))
    if left:
        with st.expander(f"Not run: {len(left)} cells of the protocol"):
            st.markdown("\n".join(f"- {line}" for line in left))


def downloads(result: Reproduction) -> None:
    """Every run, as a table or as the file that the command writes."""
    with st.container(horizontal=True, gap="small"):
        for label, ending, mime, make in (
            ("Runs (CSV)", "csv", "text/csv", lambda: csv_text(result.runs)),
            ("Everything (JSON)", "json", "application/json", lambda: to_json(result)),
        ):
            st.download_button(
                label, make, file_name=f"reproduction.{ending}", mime=mime, on_click="ignore",
                key=f"get_{ending}", icon=":material/download:",
            )  # fmt: skip
