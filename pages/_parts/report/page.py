"""The account of a run on a page: tables, figures, methods and sources, and the file of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.report.account import Table, account
from hts.studio.report.file import account_file, figures
from hts.studio.report.formula import markdown
from hts.studio.store.store import Store
from pages._parts.board.live_board import figure_cards
from pages._parts.board.views import ensemble_view, look_up
from pages._parts.report.predictions import predicted
from pages._parts.shell.widgets import download, to_copy


def show_account(store: Store, run_id: str) -> None:
    """Everything about the run as it stands; raises `UnknownRun`."""
    shown = look_up(store, run_id)
    view = ensemble_view(shown, [None] * len(shown.networks))
    told = account(store, shown.main.run, view, predicted(run_id))
    cards = figures(view)
    st.title(in_markdown(told.title), anchor=False)
    st.markdown(in_markdown(told.summary))
    st.markdown("\n".join(f"- {in_markdown(said)}" for said in told.found))
    with st.container(horizontal=True):
        download(
            "One file, to print or pass on",
            lambda: account_file(told, cards),
            f"{run_id}-what-i-did.html",
            "get_account",
            help="HTML that opens offline and prints on A4.",
            width="content",
        )
        if st.button("Back to the run", icon=":material/arrow_back:", key="back_to_run"):
            st.switch_page("pages/train.py", query_params={"run": run_id})
    *first, settings = told.tables
    for table in first:
        show_table(table)
    figure_cards(*cards, key="account_figures")
    st.header("Methods", anchor=False)
    for text in told.methods:
        st.markdown(markdown(text))
    st.header("References", anchor=False)
    st.markdown("\n".join(f"- {one.said}" for one in told.references))
    to_copy("\n\n".join(one.bibtex for one in told.references))
    show_table(settings)


def show_table(table: Table) -> None:
    st.subheader(in_markdown(table.title), anchor=False)
    rows = [[in_markdown(cell) for cell in row] for row in table.rows]
    st.table(pd.DataFrame(rows, columns=list(table.head)), hide_index=True, alt=table.title)
