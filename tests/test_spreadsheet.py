"""Cells that are text stay text in a spreadsheet; numbers stay numbers."""

from __future__ import annotations

import pytest

from hts.spreadsheet import cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-A1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "-1+cmd|' /C calc'!A0"]
)
def test_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["-1.5", "+3", "-1e-5", "-inf", "a=b", "hidden-1", "", None, -2, 0.5]
)
def test_everything_else_stays(value):
    assert cell(value) is value
