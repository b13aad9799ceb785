"""Which class the Class page shows, and whether to a room: ``?class=3&view=projector``.

``?code=...``, which a teacher passes on, fills in the form to join; whoever is in that class
already is shown it.
"""

from __future__ import annotations

import streamlit as st

from hts.studio.lab.access import classes_of
from hts.studio.lab.reader import Reader
from hts.studio.store.classes import Class
from pages._parts.shell.frame import on_projector

CHOSEN = "class_number"


def read_page_address(store: Reader) -> None:
    named = st.query_params.get("class", "")
    if named.isascii() and named.isdigit() and len(named) < 10:
        st.session_state[CHOSEN] = int(named)
    code = st.query_params.get("code")
    for klass in classes_of(store, by=store.person) if code else ():
        if klass.code == code:
            st.session_state[CHOSEN] = klass.number
            del st.query_params["code"]


def asked() -> int | None:
    """The class asked for, by its number."""
    return st.session_state.get(CHOSEN)


def ask(number: int | None) -> None:
    st.session_state[CHOSEN] = number
    if number is None:
        st.query_params.pop("class", None)
    else:
        st.query_params["class"] = str(number)


def write_page_address(klass: Class | None) -> None:
    said = {} if klass is None else {"class": str(klass.number)}
    if on_projector():
        said["view"] = "projector"
    elif code := st.query_params.get("code"):
        said["code"] = code
    if dict(st.query_params) != said:
        st.query_params.from_dict(said)


def here() -> str:
    """The address of this page, without what it is asked."""
    return (st.context.url or "").split("?")[0]
