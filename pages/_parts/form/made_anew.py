"""Widgets that are made anew while the browser still has them as they were.

A page that is pressed on before it has been shown whole is begun again, and the browser then says
what it still has: the widgets as they were set before they were made anew.
"""

from __future__ import annotations

from typing import Any

import streamlit as st


def make_anew(key: str) -> None:
    """Let the widget with this key start again from what it is given."""
    if key in st.session_state:
        _outdated()[key] = st.session_state.pop(key)


def says(key: str) -> bool:
    """Whether the widget says something, and not what it was set to before it was made anew."""
    if key not in st.session_state:
        return False
    old = key in _outdated() and _outdated()[key] == st.session_state[key]
    if old:
        del st.session_state[key]
    return not old


def shown_whole() -> None:
    """The last line of a page with such widgets: now the browser has them as they are."""
    _outdated().clear()


def _outdated() -> dict[str, Any]:
    """What widgets were set to before they were made anew."""
    outdated: dict[str, Any] = st.session_state.setdefault("outdated", {})
    return outdated
