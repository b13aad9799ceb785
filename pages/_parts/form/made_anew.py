"""Widgets that are made anew: under another key each time.

What a browser sends was set before the page was last shown whole, if somebody is quick.  A widget
that the page has set since would then say its old value again, as if it had just been chosen.
"""

from __future__ import annotations

import streamlit as st

AGAIN = "-"  # between a name and how often it was made anew


def widget_key(name: str) -> str:
    """The key under which the widget called ``name`` is on the page now."""
    times = _times().get(name, 0)
    return f"{name}{AGAIN}{times}" if times else name


def make_anew(name: str) -> None:
    """Let this widget start again from what it is given, whatever a browser still says of it."""
    if says(name):
        _times()[name] = _times().get(name, 0) + 1


def make_all_anew(start: str) -> None:
    """The same for every widget whose name begins so."""
    for key in [str(key) for key in st.session_state if str(key).startswith(start)]:
        make_anew(key.partition(AGAIN)[0])


def follow(name: str, value: object) -> None:
    """Let a widget show ``value``, anew where it says something else."""
    if says(name) and st.session_state[widget_key(name)] != value:
        make_anew(name)
    st.session_state[widget_key(name)] = value


def is_outdated(key: str) -> bool:
    """Whether the widget that had this key has another by now.

    For what is to happen ``on_change``: a browser that still has the old one says that it changed.
    """
    return widget_key(key.partition(AGAIN)[0]) != key


def says(name: str) -> bool:
    """Whether the widget is on the page and says something."""
    return widget_key(name) in st.session_state


def _times() -> dict[str, int]:
    """How often widgets were made anew."""
    times: dict[str, int] = st.session_state.setdefault("made_anew", {})
    return times
