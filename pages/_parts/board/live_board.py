"""`live_board`: figures and numbers that change in place, in one component.

`st.plotly_chart` builds a chart anew at every change of its data: blank frames, and zoom and
legend choices lost.  This component keeps its nodes and calls ``Plotly.react``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from hts.studio.figures.card import Card
from pages._parts.board.plotly_file import pdf_url, plotly_url

_HERE = Path(__file__).resolve().parent

_component = st.components.v2.component(
    "hts_live_board",
    html='<div class="hts-board"></div>',
    css=(_HERE / "live_board.css").read_text(encoding="utf-8"),
    js=(_HERE / "live_board.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def live_board(
    payload: bytes | dict[str, Any], *, key: str, on_pick: Callable[[Any], None] | None = None
) -> None:
    """Show a board; with the same ``key`` it changes in place.

    ``payload`` is what `hts.studio.figures.run.board.board` returns, or its JSON from
    `hts.studio.figures.run.board.encode_board`: text made once serves every viewer of a run.
    ``on_pick`` is called with the ``customdata`` of a point that was clicked in a card with
    ``pick``.
    """

    def picked() -> None:
        pick = st.session_state[key].pick
        if pick and on_pick is not None:
            on_pick(pick["at"])

    text = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    urls = msgspec.json.encode({"plotly": plotly_url(), "pdf": pdf_url()})
    data = urls[:-1] + b',"board":' + text + b"}"
    _component(key=key, data=data, on_pick_change=picked if on_pick else None)


def figure_cards(*cards: Card, key: str) -> None:
    """Show cards of `hts.studio.figures` outside a live view, themed alike and side by side."""
    live_board({"cards": cards}, key=key)
