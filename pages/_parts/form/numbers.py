"""Settings that are numbers: what their fields say, and what was refused there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages._parts.form.address import DEFAULTS, field
from pages._parts.shell.number_field import refused, typed_number

NUMBERS: dict[str, dict[str, bool]] = {
    name: {"whole": isinstance(default, int), "optional": default is None}
    for name, default in DEFAULTS.items()
    if not isinstance(default, bool | str)
}


def take(values: dict[str, Any], name: str, widget: str) -> None:
    """Take over what the widget of a setting says, unless it was refused."""
    if name not in NUMBERS:
        values[name] = st.session_state[widget]
    elif not refused(widget, **NUMBERS[name]):
        values[name] = typed_number(widget, **NUMBERS[name])


def refused_of(widget: Callable[[str], str]) -> str:
    """What is wrong with the first number that was refused, or ""; ``widget``: key by setting."""
    for name, kind in NUMBERS.items():
        if wrong := refused(widget(name), **kind):
            return f"{field(name)['title']}: {wrong}"
    return ""
