"""What several pages are built of: buttons that may be refused, tables, cards, downloads."""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, capitalised

PERCENT_DONE: Any = st.column_config.ProgressColumn(
    min_value=0, max_value=100, format="%d %%", width=110, help="Steps or runs done, of all."
)
ROW = 33  # pixels, as `st.dataframe` draws them at the theme's font size
SINCE: Any = st.column_config.DatetimeColumn(format="distance", width=115)


def to_copy(text: str) -> None:
    """Text to take along as it is.  A click selects all; ``st.code`` loads 500 kB to colour it."""
    st.html(f'<pre class="hts-copy" tabindex="0">{html.escape(text)}</pre>')


def local_time() -> Any:
    """A column of moments as the clock of whoever looks had them."""
    return st.column_config.DatetimeColumn(
        format="YYYY-MM-DD HH:mm:ss", timezone=st.context.timezone, width=150
    )


def button(
    label: str,
    icon: str,
    key: str,
    action: Callable[..., object],
    *args: object,
    no: str | None = None,
    help: str | None = None,  # noqa: A002  (Streamlit's name for it)
    disabled: bool = False,
    **more: Any,
) -> None:
    """A button that does ``action(*args)``.  ``no``: why this person may not press it.

    A refusal is said where the page calls `say_refusal` with the part of ``key`` before its ``_``.
    """
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:",
        on_click=attempt,
        args=(key.partition("_")[0], action, *args),
        disabled=disabled or no is not None,
        help=no or help,
        **more,
    )


def attempt(place: str, action: Callable[..., object], *args: object, **more: object) -> bool:
    """Do it, and return whether that went; what `BadInput` says waits for `say_refusal`."""
    try:
        action(*args, **more)
    except BadInput as error:
        st.session_state[f"refused_{place}"] = capitalised(error)
        return False
    return True


def say_refusal(place: str) -> bool:
    """Say why the last `attempt` at ``place`` was refused, once; returns whether it was."""
    said = st.session_state.pop(f"refused_{place}", None)
    if said is not None:
        st.error(in_markdown(said))
    return said is not None


def filled(rows: Sequence[Mapping[str, object]], *names: str) -> list[dict[str, object]]:
    """``rows`` without those of the columns ``names`` that every row leaves empty."""
    empty = {name for name in names if not any(row[name] for row in rows)}
    return [{key: value for key, value in row.items() if key not in empty} for row in rows]


def table(
    rows: Sequence[Mapping[str, object]],
    columns: Mapping[str, Any],
    *,
    alt: str,
    height: int = 400,
    **more: Any,
) -> Any:
    """One line per row, at most ``height`` pixels high; returns what `st.dataframe` does."""
    fits = ROW * (1 + len(rows)) <= height
    return st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content" if fits else height,
        column_config=dict(columns),
        alt=alt,
        **more,
    )


def state_column(states: Mapping[str, tuple[str, str]], width: int) -> Any:
    """A column of states, each of ``states`` a title and its colour."""
    colours = dict(states.values())
    return st.column_config.MultiselectColumn(
        options=list(colours), color=list(colours.values()), width=width
    )


def cards(shown: Sequence[tuple[str, str, str]]) -> None:
    """Cards beside each other, each an icon, a title and what it says."""
    for column, (icon, title, text) in zip(st.columns(len(shown)), shown, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f":material/{icon}: **{title}**")
            st.caption(f"{capitalised(text)}.")


def download(label: str, make: Any, name: str, key: str, **more: Any) -> None:
    """A button that downloads what ``make`` is or gives as the file ``name``."""
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mimetypes.guess_type(name)[0] or "application/octet-stream",
        on_click="ignore",
        key=key,
        **{"icon": ":material/download:", "width": "stretch", **more},
    )
