"""The pages there are, and that they are always run inside the app's frame."""

from __future__ import annotations

import sqlite3

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hts.validate import BadInput
from pages._shared.server import person_here

FRAMED = "framed"


def navigation() -> StreamlitPage:
    """The navigation on top of every page; returns the page asked for."""
    pages = [
        st.Page("pages/train.py", title="Train", icon=":material/play_circle:", default=True),
        st.Page("pages/runs.py", title="Runs", icon=":material/table_rows:", url_path="runs"),
        st.Page("pages/sweep.py", title="Sweep", icon=":material/grid_on:", url_path="sweep"),
        st.Page("pages/tails.py", title="Tails", icon=":material/trending_down:", url_path="tails"),
        st.Page(
            "pages/compress.py",
            title="Compress",
            icon=":material/compress:",
            url_path="compress",
        ),
        st.Page("pages/class.py", title="Class", icon=":material/school:", url_path="class"),
        st.Page("pages/theory.py", title="Theory", icon=":material/functions:", url_path="theory"),
        st.Page("pages/noise.py", title="Noise", icon=":material/grain:", url_path="noise"),
        st.Page(
            "pages/reproduce.py", title="Reproduce", icon=":material/replay:", url_path="reproduce"
        ),
        st.Page("pages/guide.py", title="Guide", icon=":material/menu_book:", url_path="guide"),
    ]
    if is_admin():
        admin = ":material/admin_panel_settings:"
        pages.append(st.Page("pages/admin.py", title="Admin", icon=admin, url_path="admin"))
    return st.navigation(pages, position="hidden" if on_projector() else "top")


def on_projector() -> bool:
    """The page is shown to a room: large, without anything to press."""
    return st.query_params.get("view") == "projector"


def is_admin() -> bool:
    """Whether this person may see the Admin page; False while it cannot be told."""
    try:
        return person_here().may_everything
    except (BadInput, OSError, sqlite3.Error):  # which the page itself will explain
        return False


def need_frame() -> None:
    """Have app.py run around the page.

    Until a server process has seen `st.navigation` once, Streamlit takes the files in ``pages/``
    for an app of its older kind and runs the one that is asked for alone.
    """
    if not st.session_state.get(FRAMED):
        navigation()
        st.rerun()
