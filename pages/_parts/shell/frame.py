"""The pages there are, and that they are always run inside the app's frame."""

from __future__ import annotations

import sqlite3

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hts.validate import BadInput
from pages._parts.shell.pages import Page, pages
from pages._parts.shell.server import person_here

FRAMED = "framed"


def navigation() -> StreamlitPage:
    """The navigation on top of every page; returns the page asked for."""
    groups: dict[str, list[StreamlitPage]] = {}
    for page in pages():
        if not page.admin or is_admin():
            groups.setdefault(page.group, []).append(_page(page))
    return st.navigation(groups, position="hidden" if to_look_at() else "top")


def on_projector() -> bool:
    """The page is shown to a room: large, without anything to press."""
    return st.query_params.get("view") == "projector"


def to_look_at() -> bool:
    """There is nothing but the picture: for a room, or within another page."""
    return on_projector() or st.context.is_embedded


def is_admin() -> bool:
    """Whether this person may see the Admin page; False while it cannot be told."""
    try:
        return person_here().may_everything
    except (BadInput, OSError, sqlite3.Error):  # which the page itself will explain
        return False


def _page(page: Page) -> StreamlitPage:
    """The first page is the one that opens without an address."""
    is_first = page is pages()[0]
    return st.Page(
        page.path, title=page.title, icon=f":material/{page.icon}:", default=is_first,
        url_path=None if is_first else page.path.stem,
        visibility="hidden" if page.hidden else "visible",
    )  # fmt: skip


def need_frame() -> None:
    """Have app.py run around the page.

    Until a server process has seen `st.navigation` once, Streamlit takes the files in ``pages/``
    for an app of its older kind and runs the one that is asked for alone.
    """
    if not st.session_state.get(FRAMED):
        navigation()
        st.rerun()
