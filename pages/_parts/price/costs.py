"""The price list as a table: what each method costs, by itself and over the controls."""

from __future__ import annotations

import math

import streamlit as st

from hts.estimates import rounded
from hts.paired.median import Median
from hts.price.choose import Choice, title
from hts.price.methods import METHODS
from hts.price.price_row import medians, over
from hts.price.records import PRICED
from hts.shared_cache import SharedCache
from pages._parts.price.words import COSTS
from pages._parts.reproduce.words import greek
from pages._parts.shell import widgets

AGAINST = {"As measured": None, "Against no noise": "none", "Against Gaussian noise": "gaussian"}
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
        {"Method": st.column_config.TextColumn(width=300, pinned=True)},
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
        row = {"Method": greek(title(method)), "At": METHODS[block.method].said(block.value)}
        row |= {name: _said(one, signed=control is not None) for name, one in found.items()}
        if control is None:
            row["time of a step, no noise = 1"] = f"{choice.found.step_times[block.method]:.2f}"
        rows.append(row)
    return rows


def _said(found: Median | None, *, signed: bool) -> str:
    if found is None:
        return ""
    middle, low, high = (_number(v, signed=signed) for v in (found.median, found.low, found.high))
    return f"{middle} ({low} to {high})"


def _number(value: float, *, signed: bool) -> str:
    if math.isnan(value):
        return "–"  # halfway between who came to the target and who did not
    if math.isinf(value):
        return "never" if not signed else f"{value:+}"
    return rounded(value, 3, signed=signed and value != 0)
