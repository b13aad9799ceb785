"""`live_board`: figures and numbers that change in place, in one component.

`st.plotly_chart` builds a chart anew at every change of its data: blank frames, and zoom and
legend choices lost.  This component keeps its nodes and calls ``Plotly.react``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import streamlit as st

from hts.studio.figures import plotly_js
from hts.studio.figures.card import Card
from pages._parts.shell.served import address

# Streamlit sends this along with every update; the script that does the work is fetched once.
_START = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".hts-board");
  if (!root || !data) return undefined;
  const given = JSON.parse(new TextDecoder().decode(data));
  const place = new URL(given.script, document.baseURI).href;
  const show = ({ fill }) => root.isConnected && fill(root, given, setTriggerValue);
  if (window.htsBoard?.place === place) show(window.htsBoard);  // at once: nothing moves
  else import(place).then(show).catch((error) => {
    console.error("hts live board:", error);
    root.textContent = "The figures could not be loaded; reload the page to try again.";
    root.dataset.filled = "";
  });
  // Also called when a newer update overtakes this one: only a board that left the page closes.
  return () => setTimeout(() => { if (!root.isConnected) root.board?.close(); }, 0);
}
"""

_component = st.components.v2.component(
    "hts_live_board", html='<div class="hts-board"></div>', js=_START, isolate_styles=False
)


@cache
def _places() -> bytes:
    """Where the browser finds the script of boards and plotly.js, relative to the page."""
    plotly = {
        "small": address("plotly.js"),
        "whole": address("plotly_whole.js"),
        "traces": plotly_js.TRACES,
        "lacks": plotly_js.LACKS,
    }
    return msgspec.json.encode({"plotly": plotly, "script": address("board.js")})


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
    data = _places()[:-1] + b',"board":' + text + b"}"
    _component(key=key, data=data, on_pick_change=picked if on_pick else None)


def figure_cards(*cards: Card, key: str) -> None:
    """Show cards of `hts.studio.figures` outside a live view, themed alike and side by side."""
    live_board({"cards": cards}, key=key)
