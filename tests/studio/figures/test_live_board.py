"""What the live board hands to the browser, and where the browser finds plotly.min.js."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import plotly
import pytest
from streamlit.testing.v1 import AppTest

from hts.studio.figures.run.board import board, encode_board
from hts.studio.figures.view import beside

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


def test_plotly_comes_from_the_installed_package(main):
    url = shown(board(beside(main), pruned=0.3))["plotly"]
    assert url.startswith("/component/pages._parts.board.plotly_file.plotly_file/plotly.min.js")
    assert url.endswith(f"?v={plotly.__version__}")
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert len(gzip.compress(file.read_bytes(), 5)) < 2_000_000


def test_the_script_and_style_of_the_board_stay_small():
    # Streamlit sends them along with every update.
    from pages._parts.board import live_board

    folder = Path(live_board.__file__).parent
    size = sum((folder / name).stat().st_size for name in ("live_board.js", "live_board.css"))
    assert size < 25_000


@pytest.mark.parametrize("name", ["live_board.js", "live_board.css"])
def test_nothing_is_fetched_from_elsewhere(name):
    from pages._parts.board import live_board

    text = (Path(live_board.__file__).parent / name).read_text(encoding="utf-8")
    text = text.replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert "http://" not in text
    assert "https://" not in text
    assert "innerHTML" not in text
