"""The Theory page without a browser: shipped results, questions before answers, no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hts.theory import files
from hts.theory.records import RESULTS

ROOT = Path(__file__).resolve().parent.parent.parent
THERE = [name for name in RESULTS if files.shipped(name)]


def test_the_answer_comes_after_the_guess(open_page, said):
    page = open_page("theory")
    assert not page.exception
    assert said(page).count("Choose, and the answer appears.") == len(RESULTS)
    page.segmented_control(key="expect_chaos").set_value("10 times").run()
    assert "As you expected." in said(page)
    page.segmented_control(key="expect_euler").set_value("Divides it by √2").run()
    assert "Seen instead: Halves it." in said(page)
    assert not page.exception


def test_every_shipped_result_is_shown_with_its_command_and_numbers(open_page, said):
    page = open_page("theory", answers="true")
    assert not page.exception
    told = said(page)
    assert THERE
    for name in THERE:
        found = files.read(name, files.shipped(name))
        assert found.made.command in told
        assert found.made.command.startswith(f"python -m hts theory {name}")
        for claim in found.claims:
            assert claim.says.replace("alpha", "α") in told
    if "limit" in THERE:
        page.select_slider(key="time").set_value("0").run()
        assert not page.exception


def test_without_results_the_command_is_named(open_page, said, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SHIPPED", tmp_path)
    page = open_page("theory", answers="true")
    assert not page.exception
    assert "run `python -m hts theory chaos`" in said(page)


@pytest.mark.parametrize("name", THERE)
def test_shipped_results_hold_what_they_claim(name):
    found = files.read(name, files.shipped(name))
    assert all(claim.passed is not False for claim in found.claims)


def test_the_page_works_without_torch():
    code = "import sys, pages._shared.theory_board; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip().endswith("False")
