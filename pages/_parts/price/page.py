"""The price list on the page Reproduce: the front, the costs, claims of other papers."""

from __future__ import annotations

import functools

import streamlit as st

from hts.price.files import text
from hts.price.tables import TABLES
from hts.studio.store.store import Store
from pages._parts.price import words
from pages._parts.price.claims import show_claims_of_others
from pages._parts.price.costs import show_costs
from pages._parts.price.front import show_front
from pages._parts.price.source import choose_list, run_here
from pages._parts.reproduce.numbers import downloads
from pages._parts.shell import widgets


def show_prices(store: Store) -> None:
    """Dataset, figure, tables and files."""
    st.markdown(words.INTRO)
    choice = choose_list(store)
    run_here(store)
    if choice is None:
        return
    show_front(choice)
    show_costs(choice)
    show_claims_of_others(choice)
    st.header("The whole list", anchor=False)
    widgets.to_copy(choice.found.made.command)
    st.caption(words.made_words(choice))
    name = f"price-list-{choice.found.settings.data}.json"
    downloads(
        {table: functools.partial(rows, choice) for table, rows in TABLES.items()},
        {name: functools.partial(text, choice.found)},
        key=choice.key,
    )
