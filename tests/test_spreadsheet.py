"""Cells that are text stay text in a spreadsheet; numbers stay numbers."""

from __future__ import annotations

import csv
import io

import pytest

from hts.price import files as price_files
from hts.price import tables as price_tables
from hts.price.choose import Choice
from hts.reproduce import result as reproduce_result
from hts.reproduce import tables as reproduce_tables
from hts.spreadsheet import cell
from hts.table_file import table_bytes
from hts.theory import files as theory_files
from hts.theory import tables as theory_tables


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+A1", "-A1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "-1+cmd|' /C calc'!A0",
        "-3 (-8 to +A1), 9 of 20", "-3 (-8 to +2), 9 of 20+A1", "-3 (SUM(A1) to 2)", "-3 (2)",
        "-3 (-8 to +2)\n=A1", "-3 (-8 to +2), 9 of 20\n",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value",
    ["-1.5", "+3", "-1e-5", "-inf", "a=b", "hidden-1", "", None, -2, 0.5, "-3 (-8 to +2), 9 of 20",
     "+8.3 (+6.1 to +11.0), 20 of 20", "-0.1 (-inf to +1e-5)"],
)  # fmt: skip
def test_everything_else_stays(value):
    assert cell(value) is value


def stored():
    """A result of each kind that comes with the program, with the tables there are of it."""
    price, theory = price_files.shipped("digits"), theory_files.shipped("chaos")
    quick = next(path for path in reproduce_result.shipped() if path.stem == "quick")
    yield reproduce_tables.TABLES, reproduce_result.load(quick)
    yield price_tables.TABLES, Choice(price_files.read(price))
    yield theory_tables.TABLES, theory_files.read("chaos", theory)


def test_no_cell_of_a_table_of_ours_is_changed():
    for tables, result in stored():
        for name, rows in tables.items():
            made = list(rows(result))
            read = list(csv.reader(io.StringIO(table_bytes(made, ".csv").decode())))
            assert not [text for row in read for text in row if text.startswith("'")], name
