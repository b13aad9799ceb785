"""The Noise page without a browser: its story, its settings, and what it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_tells_its_story(open_page, said):
    page = open_page("noise")
    assert not page.exception
    assert page.slider(key="alpha").value == 1.75
    told = said(page)
    for heading in ("What heavy-tailed noise looks like", "Added up", "Averages", "Known values"):
        assert heading in told


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.3, 2.0])
def test_every_kind_of_alpha_is_shown(open_page, alpha):
    page = open_page("noise")
    page.slider(key="alpha").set_value(alpha)
    page.slider(key="beside").set_value(alpha)  # twice the same law is shown once
    page.segmented_control(key="density").set_value("Logarithmic")
    page.segmented_control(key="tail").set_value("Linear")
    page.run()
    assert not page.exception


def test_the_path_grows_to_its_end_and_again(open_page):
    page = open_page("noise")
    from pages._parts.noise.board import FRAMES

    for _ in range(FRAMES + 2):
        page.run()
    assert page.session_state["path_frame"] == FRAMES
    page.button(key="play").click().run()
    assert page.session_state["path_frame"] == 1
    assert not page.exception


def test_the_known_values_are_known():
    from pages._parts.noise.words import chance, known_values

    gaussian, cauchy = known_values([2.0, 1.0, 2.0])
    assert gaussian["Density at 0"] == "0.2821"
    assert gaussian["Upper quartile"] == "0.9539"  # sqrt(2) 0.6745
    assert gaussian["Variance"] == "2"
    assert (cauchy["Density at 0"], cauchy["Upper quartile"], cauchy["C"]) == (
        "0.3183", "1.0000", "0.3183",
    )  # fmt: skip
    assert (cauchy["Mean"], cauchy["Variance"]) == ("undefined", "undefined")
    told = [chance(p).replace("\u202f", " ") for p in (0.036, 2e-12, 0.0)]
    assert told == ["3.6 %", "2 · 10⁻¹²", "0"]


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys, pages._parts.noise.board as b\n"
    code += "b.laws_board(b.Look((1.5, 1.0, 2.0), 1000, 1, True, True)); b.cloud_boards(1.5, 1)\n"
    code += "b.moments_board((1.5, 1.0, 2.0), 1000, 1); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
