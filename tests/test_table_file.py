"""Tables as files: whatever a cell holds, rows stay rows and columns stay columns."""

from __future__ import annotations

import csv
import io
import math
import sys

import pyarrow.parquet as pq
import pytest

from hts.table_file import FORMATS, table_bytes
from hts.validate import BadInput

ROWS = [
    {"a|b": "x|y\nz", "50 %": math.inf, "n_1": None},
    {"a|b": r"\{~^<>&#$}", "50 %": math.nan, "n_1": 3},
]


def test_markdown_has_a_line_a_row_and_no_more_columns():
    lines = table_bytes(ROWS, ".md").decode().splitlines()
    assert lines[0] == r"| a\|b | 50 % | n_1 |"
    assert lines[2] == r"| x\|y z | ∞ | – |"
    assert len(lines) == 4


def test_latex_escapes_every_mark_that_means_something_to_it():
    lines = table_bytes(ROWS, ".tex").decode().splitlines()
    assert lines[2] == r"a|b & 50 \% & n\_1 \\"
    assert lines[4] == r"x|y z & $\infty$ & -- \\"
    marks = r"\textbackslash{}\{\~{}\^{}\textless{}\textgreater{}\&\#\$\}"
    assert lines[5] == rf"{marks} & -- & 3 \\"


def test_csv_and_parquet_give_back_what_was_written():
    read = list(csv.reader(io.StringIO(table_bytes(ROWS, ".csv").decode())))
    assert read == [list(ROWS[0]), ["x|y\nz", "inf", ""], [r"\{~^<>&#$}", "nan", "3"]]
    found = pq.read_table(io.BytesIO(table_bytes(ROWS, ".parquet"))).to_pylist()
    assert found[0] == ROWS[0]
    assert math.isnan(found[1]["50 %"])


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_without_rows_has_columns_or_is_refused(ending):
    with pytest.raises(BadInput, match="at least one row"):
        table_bytes([], ending)
    named = table_bytes([], ending, columns=["a", "b"])
    if ending == ".parquet":
        assert pq.read_table(io.BytesIO(named)).column_names == ["a", "b"]
    else:
        assert "a" in named.decode()


def test_without_pyarrow_a_parquet_file_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadInput, match=r"pip install pyarrow, or .*\[tables\]"):
        table_bytes([{"a": 1}], ".parquet")


def test_numbers_for_people_have_four_digits_and_no_power_of_ten():
    rows = [{"n": 10871.3}, {"n": -math.inf}, {"n": 0.0123456}]
    assert table_bytes(rows, ".md").decode().splitlines()[2:] == [
        "| 10870 |", "| -∞ |", "| 0.01235 |"
    ]  # fmt: skip
    assert r"-$\infty$ \\" in table_bytes(rows, ".tex").decode()
    assert table_bytes(rows, ".csv").decode().split()[1:] == ["10871.3", "-inf", "0.0123456"]
