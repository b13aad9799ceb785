"""A field for a number: what is typed is taken and shown as understood, or refused in words.

A browser's own number field takes another number instead, in silence: ``1e4`` is 1, ``2,5`` is 25.
"""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.typed_number import as_typed, decimal_mark, read_number
from hts.validate import BadInput

Typed = int | float | str | None
"""A number, None where nothing is typed, or the text where it was refused."""


def number_field(
    label: str,
    key: str,
    start: Typed = None,
    *,
    whole: bool = False,
    step: float = 1,
    low: float = -math.inf,
    high: float = math.inf,
    optional: bool = False,
    width: Any = "stretch",
    **more: Any,
) -> Any:
    """What is typed, as `Typed`; a refusal stands under the field.

    ``step``: by how much the arrow keys change it (`page_head.js`).
    """
    limits: dict[str, Any] = {"whole": whole, "low": low, "high": high, "optional": optional}
    if key in st.session_state:
        if is_number(value := _read(key, **limits)[0]):
            st.session_state[key] = as_text(value)
    elif "bind" in more:
        more["value"] = as_text(start)
    else:
        st.session_state[key] = as_text(start)
    with st.container(gap="xsmall", width=width):
        st.text_input(
            label, key=key, autocomplete=f"section-by-{step:g} transaction-amount", **more
        )
        value, wrong = _read(key, **limits)
        if wrong and not more.get("disabled"):
            st.markdown(f":small[:red[{in_markdown(wrong)}]]")
    return value


def kept_number(label: str, key: str, start: float, **more: Any) -> Any:
    """The same where a number is always needed: the last one that was taken."""
    value = number_field(label, key, start, **more)
    if is_number(value):
        st.session_state[f"{key}_taken"] = value
    return st.session_state.get(f"{key}_taken", start)


def needed_number(label: str, key: str, start: Typed, **more: Any) -> Any:
    """The same where the page cannot go on without one: raises `BadInput` in place of a refusal."""
    value = number_field(label, key, start, **more)
    if isinstance(value, str):
        raise BadInput(f"{label} needs a number.")
    return value


def typed_number(
    key: str,
    *,
    whole: bool = False,
    low: float = -math.inf,
    high: float = math.inf,
    optional: bool = False,
) -> Any:
    """What the field with this key says; raises `BadInput`."""
    text = st.session_state[key] or ""
    if not text.strip():
        if optional:
            return None
        raise BadInput("A number is needed here.")
    value = read_number(text, whole=whole, mark=decimal_mark(st.context.locale))
    if value < low:
        raise BadInput(f"{as_text(value)} is too small: at least {as_text(low)}.")
    if value > high:
        raise BadInput(f"{as_text(value)} is too large: at most {as_text(high)}.")
    return value


def refused(key: str, **limits: Any) -> str:
    """What is wrong with what the field with this key says; empty where nothing is, or no field."""
    return _read(key, **limits)[1] if key in st.session_state else ""


def is_number(value: object) -> bool:
    return isinstance(value, int | float)


def as_text(value: Typed) -> str:
    """What a field shows."""
    if value is None or isinstance(value, str):
        return value or ""
    return as_typed(value, decimal_mark(st.context.locale))


def _read(key: str, **limits: Any) -> tuple[Typed, str]:
    try:
        return typed_number(key, **limits), ""
    except BadInput as error:
        return st.session_state[key] or "", str(error)
