"""Widgets of a page under test that may have been made anew (`pages._parts.form.made_anew`)."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def now(page: AppTest, name: str) -> str:
    """The key that the widget called ``name`` has now."""
    times = page.session_state["made_anew"].get(name, 0) if "made_anew" in page.session_state else 0
    return f"{name}-{times}" if times else name
