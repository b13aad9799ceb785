"""A bell: the browser tells, with a notification and a sound, that a run or a sweep has ended."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).resolve().parent

_component = st.components.v2.component(
    "hts_told",
    html='<button type="button" class="hts-told" title="While this page is open, the browser shows '
    'a notification and makes a sound when it ends."></button>',
    css=(_HERE / "told.css").read_text(encoding="utf-8"),
    js=(_HERE / "told.js").read_text(encoding="utf-8"),
)


def told_when_it_ends(what: str, title: str, state: str, *, going: bool) -> None:
    """Show the bell; what was seen going on and does no more is told of, if that is wished for."""
    _component(
        key="told",
        data={
            "id": what, "title": title, "state": state, "going": going,
            "off": "Tell me at the end", "on": "You will be told",
        },
    )  # fmt: skip
