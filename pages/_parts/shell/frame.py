"""The pages there are, and that they are always run inside the app's frame."""

from __future__ import annotations

import sqlite3

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hts.validate import BadInput
from pages._parts.shell.server import person_here

FRAMED = "framed"


def navigation() -> StreamlitPage:
    """The navigation on top of every page; returns the page asked for."""
    pages = {
        "": [
            _page("Train", "play_circle", default=True),
            _page("Runs", "table_rows"),
            _page("Sweep", "grid_on"),
            _page("Tails", "trending_down"),
            _page("Compress", "compress"),
            _page("Guide", "menu_book"),
        ],
        "Laboratory": [
            _page("Noise", "grain"),
            _page("Theory", "functions"),
            _page("Reproduce", "replay"),
        ],
        "Together": [_page("Class", "school")],
    }
    if is_admin():
        pages["Together"].append(_page("Admin", "admin_panel_settings"))
    return st.navigation(pages, position="hidden" if to_look_at() else "top")


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


def _page(title: str, icon: str, *, default: bool = False) -> StreamlitPage:
    """The page of the file that has the title's name, at the address of that name."""
    name = title.lower()
    address = None if default else name
    return st.Page(
        f"pages/{name}.py", title=title, icon=f":material/{icon}:", url_path=address,
        default=default,
    )  # fmt: skip


def need_frame() -> None:
    """Have app.py run around the page.

    Until a server process has seen `st.navigation` once, Streamlit takes the files in ``pages/``
    for an app of its older kind and runs the one that is asked for alone.
    """
    if not st.session_state.get(FRAMED):
        navigation()
        st.rerun()
