"""The app: its frame and its pages.  Start it with ``streamlit run app.py``.

Streamlit imports this file once for the server, and runs it for every visit of a page.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages._parts.shell.door import Door
from pages._parts.shell.entrance import enter
from pages._parts.shell.frame import FRAMED, navigation, to_look_at
from pages._parts.shell.given_files import OnDisk
from pages._parts.shell.icons import Icons
from pages._parts.shell.metrics import serve_metrics
from pages._parts.shell.notices import say_what_is_wrong
from pages._parts.shell.page_head import PageHead
from pages._parts.shell.policy import Policy
from pages._parts.shell.served import Served
from pages._parts.shell.server import open_store, settle_memory, shared_store, whole_store
from pages._parts.shell.share import share
from pages._parts.shell.trouble import say_trouble

ICON = str(Path(__file__).parent / "pages" / "_parts" / "shell" / "icon.svg")
"""A file of ours: the browser would fetch a named one from Google."""


def visit() -> None:
    """One page in its frame."""
    st.set_page_config(
        page_title="Heavy-Tailed SGD Studio",
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state="collapsed" if to_look_at() else 340,
    )
    st.session_state[FRAMED] = True
    page = navigation()
    open_store()
    say_what_is_wrong(whole_store())
    settle_memory()
    enter()
    page.run()
    if not to_look_at():
        share(shared_store())


if __name__ == "__main__":
    visit()
else:
    serve_metrics()
    guards = [Middleware(one) for one in (Served, Icons, Policy, PageHead, Door, OnDisk)]
    app = st.App(__file__, middleware=guards, on_script_error=say_trouble)
