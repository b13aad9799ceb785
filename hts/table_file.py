"""Rows of plain values as a file for papers and other programs: CSV, Parquet, LaTeX or Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hts.estimates import rounded
from hts.extras import missing
from hts.spreadsheet import cell
from hts.validate import BadInput, choice

_IN_LATEX = str.maketrans({
    **{mark: f"\\{mark}" for mark in "&%$#_{}"}, "\\": r"\textbackslash{}", "^": r"\^{}",
    "~": r"\~{}", "<": r"\textless{}", ">": r"\textgreater{}", "−": "$-$", "–": "--",
    "∞": r"$\infty$",
})  # fmt: skip
FORMATS = (".csv", ".parquet", ".tex", ".md")


def table_bytes(
    rows: Sequence[Mapping[str, Any]], ending: str, *, columns: Sequence[str] = ()
) -> bytes:
    """``rows``, of the same columns each, as a file with this ``ending``; see `FORMATS`.

    ``columns``: their names, for a table that may have no rows.  Raises `BadInput` for a table that
    has neither.
    """
    choice("a table's ending", ending, FORMATS)
    if not rows and not columns:
        raise BadInput("a table needs at least one row, got none.")
    columns = list(columns or rows[0])
    values = [[row[name] for name in columns] for row in rows]
    if ending == ".parquet":
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise missing("a Parquet file", "pyarrow", extra="tables") from None

        to = io.BytesIO()
        pq.write_table(pa.table({name: [row[name] for row in rows] for name in columns}), to)
        return to.getvalue()
    if ending == ".csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([columns, *([cell(value) for value in row] for row in values)])
        return text.getvalue().encode()
    write = _latex if ending == ".tex" else _markdown
    return write(columns, values).encode()


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    said = [[_said(v, "–").replace("|", r"\|") for v in row] for row in (columns, *rows)]
    lines = [said[0], ["---"] * len(columns), *said[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _latex(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A ``tabular`` with rules of booktabs."""
    lines = [r"\begin{tabular}{" + "l" * len(columns) + "}", r"\toprule"]
    body = [" & ".join(map(_escaped, columns)) + r" \\", r"\midrule"]
    body += [" & ".join(_escaped(value) for value in row) + r" \\" for row in rows]
    return "\n".join([*lines, *body, r"\bottomrule", r"\end{tabular}", ""])


def _said(value: object, none: str) -> str:
    if value is None or value != value:  # None and NaN
        return none
    if not isinstance(value, float):
        return " ".join(str(value).split())
    return rounded(value, 4).replace("inf", "∞")


def _escaped(value: object) -> str:
    return _said(value, "--").translate(_IN_LATEX)
