"""Telling the address a page wrote itself from one that somebody else gave it.

A browser may send an address that was just replaced once more; such an echo is the page's own.
Back and Forward bring such addresses too, and are followed: the browser says which of the two it
is.  Which addresses become entries of its history is decided there (`page_head.js`).
"""

from __future__ import annotations

import time
from collections.abc import Collection

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

ECHO_SECONDS = 4.0  # how long a browser may still send an address that was just replaced
KEPT = 8


def went_back() -> bool:
    """Whether the page is shown because somebody pressed Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def made_anew(table: str) -> str:
    """A key for a table, another one each time somebody went back: its choice cannot be set."""
    times = st.session_state.get(f"{table}_times", 0) + went_back()
    st.session_state[f"{table}_times"] = times
    return f"{table}_{times}"


def begin_as_asked(key: str, options: Collection[str], *, first: str | None = None) -> None:
    """Set the widget ``key`` to what the address asks for, at first and after Back.

    ``first``: what it begins with otherwise, by default the first of ``options``.
    """
    if went_back() or st.session_state.get(key) not in options:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in options else first or next(iter(options))


def keep_as_asked(key: str, options: Collection[str], *, first: str | None = None) -> None:
    """Write what is chosen into the address; what it would begin with stands there if it did."""
    chosen = st.session_state[key]
    if key in st.query_params or chosen != (first or next(iter(options))):
        st.query_params[key] = chosen


def is_own(page: str, params: dict[str, str]) -> bool:
    """Whether these are as ``page`` wrote them last; so is an empty address on coming back.

    An address that Back or Forward leads to is none: the run before may have been cut short, after
    it had taken another address and before it wrote that.
    """
    written = st.session_state.get(_key(page))
    if not written or went_back():
        return False
    *former, (newest, _) = written
    recent = [old for old, left in former if time.monotonic() - left < ECHO_SECONDS]
    return not params or params == newest or params in recent


def write(page: str, params: dict[str, str]) -> None:
    written = st.session_state.setdefault(_key(page), [])
    if not written or written[-1][0] != params:
        if written:
            written[-1] = (written[-1][0], time.monotonic())  # when it was given up
        written.append((params, 0.0))
        del written[:-KEPT]
    if went_back() or dict(st.query_params) != params:  # the browser may have had another one since
        st.query_params.from_dict(params)


def _key(page: str) -> str:
    return f"written_{page}"
