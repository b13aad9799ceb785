"""Which runs are listed and in which order: what is typed and chosen above the table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.studio.catalogue.columns import COLUMNS
from hts.studio.catalogue.listing import Asked
from hts.studio.catalogue.query import EXAMPLE, conditions
from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, capitalised

HELP = (
    f"Words look into names, tags, notes, run ids and datasets. Comparisons name a column: "
    f"`{EXAMPLE}`. `|` stands between values of which one will do, `none` for a missing one. "
    f"Columns: {', '.join(COLUMNS)}."
)


def asked_for(of: Sequence[str] | None) -> tuple[Asked, bool]:
    """The runs asked for, and whether seeds are folded; the address names both."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="list_controls"):
        where = st.text_input(
            "Filter", key="where", placeholder=EXAMPLE, help=HELP, bind="query-params", width=420
        )
        sort = st.selectbox(
            "Sort by", list(COLUMNS), format_func=_title, key="sort", bind="query-params",
            width=220,
            help="Sorts all runs. A click on a column's head sorts the runs of this page.",
        )  # fmt: skip
        up = st.toggle("Smallest first", key="up", bind="query-params")
        fold = st.toggle(
            "Fold seeds", key="fold", bind="query-params",
            help="One row for runs that differ only in their seeds: medians over seeds, in "
            "brackets the interval of the median (95 %; below six seeds their whole range).",
        )  # fmt: skip
    try:
        conditions(where)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/filter_alt_off:")
        where = ""
    return Asked(where=where, sort=sort, down=not up, of=of), fold


def _title(name: str) -> str:
    return COLUMNS[name].title
