"""The price list as a table: what each method costs, by itself and over the controls."""

from __future__ import annotations

import streamlit as st

from hts.price.choose import Choice, title
from hts.price.methods import METHODS
from hts.price.price_row import medians, over
from hts.price.records import PRICED
from hts.shared_cache import SharedCache
from hts.studio.figures.words import greek
from pages._parts.price.words import COSTS, median_words
from pages._parts.shell import widgets

AGAINST = {"As measured": None, "Against no noise": "none", "Against Gaussian noise": "gaussian"}
NAMES = 225  # pixels; a table of a phone pins no column that takes more than 60 % of it
_rows: SharedCache[list[dict[str, str]]] = SharedCache(16)


def show_costs(choice: Choice) -> None:
    """A row for each method; differences are taken seed by seed."""
    st.header("What it costs", anchor="costs")
    st.caption(COSTS)
    against = st.segmented_control("Costs", list(AGAINST), default=next(iter(AGAINST)),
                                   required=True, key="costs", bind="query-params")  # fmt: skip
    control = AGAINST[against]
    rows = _rows.get((choice.key, control), lambda: _made(choice, control))
    widgets.table(
        rows,
        {"Method": st.column_config.TextColumn(width=NAMES, pinned=True)},
        height=560,
        key=f"costs_{control}",
        alt=f"Costs of {len(rows)} methods, {against.lower()}",
    )


def _made(choice: Choice, control: str | None) -> list[dict[str, str]]:
    rows = []
    for method in choice.methods:
        if method == control:
            continue
        block = choice.block(method, "nothing", PRICED)
        found = medians(block) if control is None else over(choice, method, control)
        name = greek(title(method)).replace(" noise,", ",")  # short enough to stay in view
        row = {"Method": name, "At": METHODS[block.method].said(block.value)}
        signed = control is not None
        for name, one in found.items():
            row[name] = "" if one is None else median_words(one, signed=signed)
        if control is None:
            row["time of a step, no noise = 1"] = f"{choice.found.step_times[block.method]:.2f}"
        rows.append(row)
    return rows
