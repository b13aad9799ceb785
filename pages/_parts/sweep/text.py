"""A sweep defined as TOML text, pasted or from a file."""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from pages._parts.form.made_anew import is_outdated, make_anew
from pages._parts.sweep.form import TOML, WIDGET, enter_toml, form, key, typed

LARGEST_FILE = 100_000  # bytes; a sweep is some hundred
HELP = (
    "`name`, `[base]` with settings that differ from the defaults, `[grid]` with lists of values "
    'or text like "1..5", and `[[runs]]` for a list of settings.'
)


def toml_text_area() -> None:
    """The text, and a file to take it from."""
    file = st.file_uploader(
        "TOML file", type=["toml", "txt"], key=key("file"), on_change=_read, args=(key("file"),)
    )
    said = st.session_state.get("sweep_file_said")
    if said and file is not None:
        st.error(in_markdown(said), icon=":material/block:")
    typed("toml", st.text_area, "Sweep as TOML", height=320, help=HELP)


def enter_mode(widget: str) -> None:
    """On coming to the text: it begins with what the form says."""
    if not is_outdated(widget) and st.session_state[widget] == TOML:
        enter_toml()
        make_anew(f"{WIDGET}toml")


def _read(widget: str) -> None:
    file = None if is_outdated(widget) else st.session_state[widget]
    st.session_state.pop("sweep_file_said", None)
    if file is None:
        return
    if file.size > LARGEST_FILE:
        st.session_state.sweep_file_said = (
            f"{file.name} has {file.size} bytes, at most {LARGEST_FILE} are read: a sweep is a few "
            "lines."
        )
        return
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        st.session_state.sweep_file_said = f"{file.name} is not text: a sweep's file is TOML."
        return
    form()["toml"] = text
    st.session_state[key("toml")] = text
