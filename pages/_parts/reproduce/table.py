"""The table of a reproduction on a page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from hts.studio.reproduce.table import (
    MEASURES,
    Row,
    noise_words,
    shape_words,
    spread_words,
)
from hts.validate import capitalised

TALLEST = 560  # pixels


def show_table(rows: Sequence[Row]) -> None:
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
    cell = row.cell
    shown: dict[str, object] = {
        "Noise": noise_words(cell),
        "α": cell.alpha,
        "σ": cell.sigma,
        "n": shape_words(cell),
        "Seeds": row.runs,
        "Diverged": row.diverged,
        "Steps": round(row.steps),
    }
    for name, head in MEASURES.items():
        shown[capitalised(head)] = spread_words(row.measures[name])
    return shown
