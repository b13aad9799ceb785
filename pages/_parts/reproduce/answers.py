"""A result on the page Reproduce: claims, tables, what was run."""

from __future__ import annotations

import streamlit as st

from hts.studio.reproduce.equal_share import NO_CURVES, gap_words
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
from pages._parts.shell import widgets

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
    widgets.table(
        [_line(row) for row in result.rows],
        {
            "Noise": st.column_config.TextColumn(width=130, pinned=True),
            "α": st.column_config.NumberColumn(format="%g", width=60),
            "σ": st.column_config.NumberColumn(format="%g", width=70),
        },
        height=TALLEST,
        key="reproduce_table",
        alt=f"Means over seeds of {len(result.rows)} settings",
    )
    with st.container(horizontal=True, gap="small"):
        for label, ending, make in (
            ("Runs (CSV)", "csv", lambda: csv_text(result.runs)),
            ("Everything (JSON)", "json", lambda: to_json(result)),
        ):
            widgets.download(label, make, f"reproduction.{ending}", f"get_{ending}",
                             width="content")  # fmt: skip

    st.header("At equal pruned share", anchor="equal-share")
    _equal_share(result)
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


def _equal_share(result: Reproduction) -> None:
    """Heavy-tailed noise against no noise and Gaussian noise with as many units removed."""
    if not result.compared:
        st.caption(NO_CURVES)
        return
    st.caption(
        "Points of test accuracy against the control of the same seed with as many units removed: "
        "median over seeds, its interval, and in how many seeds the noise is ahead."
    )
    widgets.table(
        [
            {
                "Noise": noise_words(one.cell),
                "α": one.cell.alpha,
                "σ": one.cell.sigma,
                "n": shape_words(one.cell),
                "Against": one.control,
                **{f"{100 * at.share:g} % removed": gap_words(at) for at in one.shares},
            }
            for one in result.compared
        ],
        {"Noise": st.column_config.TextColumn(width=80, pinned=True)},
        key="reproduce_equal_share",
        alt=f"Differences to controls of {len(result.compared)} comparisons",
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
