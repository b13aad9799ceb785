"""The table of runs with seeds folded: one row per settings, medians with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.paired.median import Median
from hts.studio.catalogue.columns import MEASURED, Column
from hts.studio.catalogue.listing import Folded
from hts.studio.figures import words
from hts.studio.store.store import Store
from pages._parts.board.views import data_title
from pages._parts.runs.table import setting_cells, setting_columns
from pages._parts.shell import widgets

_SAID = {"data", "noise", "alpha", "seed", "replicates"}  # by other columns


def folded_table(
    store: Store,
    groups: Sequence[Folded],
    numbers: Sequence[Sequence[int]],
    differ: Sequence[Column],
) -> list[int]:
    """Show the groups; returns the ``numbers`` of the runs in the selected ones."""
    settings = [column for column in differ if column.name not in _SAID]
    shown = [name for name in MEASURED if any(name in group.medians for group in groups)]
    rows = [
        {
            "Dataset": data_title(group.config.data),
            "Noise": words.injected_briefly(group.config),
            "Seeds": len(group.seeds),
            "Runs": len(group.runs),
            **{_head(name): _words(group.medians.get(name), name) for name in shown},
            **setting_cells(group.config, settings),
        }
        for group in groups
    ]
    chosen = widgets.table(
        rows,
        {
            "Dataset": st.column_config.TextColumn(width=90),
            "Noise": st.column_config.TextColumn(width=130),
            **setting_columns(settings),
            **{_head(name): st.column_config.TextColumn(width=150) for name in shown},
        },
        key=f"groups_{hash(tuple(map(tuple, numbers)))}",
        on_select="rerun",
        selection_mode="multi-row",
        height=560,
        alt="Table of runs with seeds folded, medians with intervals: "
        + "; ".join(f"{row['Noise']}: {row['Seeds']} seeds" for row in rows[:20]),
    )
    picked = [numbers[place] for place in chosen.selection.rows if place < len(numbers)]
    return [number for group in picked for number in group]


def _head(name: str) -> str:
    column = MEASURED[name]
    return column.title + (f", {column.unit}" if column.unit else "")


def _words(of: Median | None, name: str) -> str:
    """``94.2 (93.1 to 95.0)``; of one seed the number alone."""
    if of is None:
        return "–"
    say = words.alpha if name == "tail_index" else f"{{:.{MEASURED[name].digits}f}}".format
    return say(of.median) + (f" ({say(of.low)} to {say(of.high)})" if of.n > 1 else "")
