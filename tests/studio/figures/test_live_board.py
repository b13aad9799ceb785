"""What the live board hands to the browser, and where the browser finds its scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hts.studio.figures.run.board import board, encode_board
from hts.studio.figures.view import beside
from pages._parts.board import live_board
from pages._parts.shell.served import address

SERVED = Path(live_board.__file__).parent / "served"

SCRIPT = """
import streamlit as st
from pages._parts.board.live_board import live_board
live_board(st.session_state.payload, key="board")
"""


def shown(payload):
    """What the component of a script run is given, as JSON."""
    page = AppTest.from_string(SCRIPT)
    page.session_state.payload = payload
    page.run()
    assert not page.exception
    (element,) = [node for node in page.main.children.values() if node.type == "bidi_component"]
    return json.loads(element.proto.bytes)


def test_a_board_and_its_text_are_shown_alike(main, twin):
    payload = board(beside(main, twin), pruned=0.3)
    given = shown(payload)
    assert given == shown(encode_board(payload))
    assert given["board"]["cards"][0]["title"] == "Decision regions"


def test_scripts_are_named_relative_to_the_page_and_not_sent_with_every_update(main):
    given = shown(board(beside(main), pruned=0.3))
    assert given["script"] == address("board.js")
    assert given["plotly"]["small"] == address("plotly.js")
    for place in (given["script"], given["plotly"]["small"], given["plotly"]["whole"]):
        assert not place.startswith("/")
    assert len(live_board._START) < 1500


@pytest.mark.parametrize("name", sorted(path.name for path in SERVED.iterdir()))
def test_nothing_is_fetched_from_elsewhere(name):
    text = (SERVED / name).read_text(encoding="utf-8")
    text = text.replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert "http://" not in text
    assert "https://" not in text
    assert "innerHTML" not in text
    assert len(text.splitlines()) <= 300
