"""A result on the page Reproduce: claims, tables, what was run."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from hts.studio.reproduce.result import Reproduction, to_json
from hts.studio.reproduce.table import (
    MEASURES,
    Row,
    csv_text,
    noise_words,
    shape_words,
    spread_words,
)
from hts.studio.reproduce.words import missing_words
from hts.validate import capitalised
from pages._parts.reproduce import words
from pages._parts.reproduce.claim import claim_card

TALLEST = 560  # pixels


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
    _table(result.rows)
    _downloads(result)

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


def _downloads(result: Reproduction) -> None:
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


def _table(rows: Sequence[Row]) -> None:
    """One line per cell; columns can be sorted, found and copied."""
    st.dataframe(
        pd.DataFrame([_line(row) for row in rows]),
        hide_index=True,
        height=min(38 + 35 * len(rows), TALLEST),
        key="reproduce_table",
        column_config={
            "Noise": st.column_config.TextColumn(width=130, pinned=True),
            "α": st.column_config.NumberColumn(format="%g", width=60),
            "σ": st.column_config.NumberColumn(format="%g", width=70),
        },
        alt=f"Means over seeds of {len(rows)} settings",
    )


def _line(row: Row) -> dict[str, object]:
    return {
        "Noise": noise_words(row.cell),
        "α": row.cell.alpha,
        "σ": row.cell.sigma,
        "n": shape_words(row.cell),
        "Seeds": row.runs,
        "Diverged": row.diverged,
        "Steps": round(row.steps),
        **{capitalised(head): spread_words(row.measures[m]) for m, head in MEASURES.items()},
    }
