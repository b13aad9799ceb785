"""Telling the address a page wrote itself from one that somebody else gave it.

A browser may send an address that was just replaced once more; such an echo is the page's own.
"""

from __future__ import annotations

import time

import streamlit as st

ECHO_SECONDS = 4.0  # how long a browser may still send an address that was just replaced
KEPT = 8


def is_own(page: str, params: dict[str, str]) -> bool:
    """Whether these are as ``page`` wrote them last; so is an empty address on coming back."""
    written = st.session_state.get(_key(page))
    if not written:
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
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)


def _key(page: str) -> str:
    return f"written_{page}"
