"""Reading a CSV table: separator, header and label column are found, nothing is guessed silently.

Python's own csv module and float(): 1e5 rows of 50 numbers take about three seconds, and every
cell that is not a number can be named, which the fast readers of whole files cannot do.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from hts.data.reading.table_checks import LARGEST_VALUES, MISSING, Table, some
from hts.validate import BadInput, choice

LABEL_NAMES = ("label", "class", "target", "y")

_SEPARATORS = (",", ";", "\t")
_SAMPLE = 2**16  # bytes looked at to find the separator
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*")
_NOT_CSV = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x93NUMPY": "a single NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"PAR1": "a Parquet file",
    b"<": "a web page or XML",
    b"{": "JSON",
    b"[": "JSON",
}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the file is written."""

    separator: str
    decimal_comma: bool
    header: list[str] | None = None

    def number(self, cell: str) -> float | None:
        """``cell`` as a number, or None."""
        try:
            return float(cell.replace(",", ".") if self.decimal_comma else cell)
        except ValueError:
            return None


def read_csv(handle: BinaryIO, label: str | int | None) -> Table:
    """The table in ``handle``, UTF-8 text; raises `BadInput` that says what is wrong, and where.

    ``label``: name of the label column, or its position counted from 0 (from the end if
    negative); without it a column named label, class, target or y, else the last one.
    """
    layout = _layout(_sample(handle))
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    try:
        return _read(text, layout, label)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"the file is not UTF-8 text: byte 0x{error.object[error.start]:02x} is no character "
            "of it. Save it as CSV with the encoding UTF-8."
        ) from None
    finally:
        text.detach()  # the caller's file stays open


def _sample(handle: BinaryIO) -> str:
    handle.seek(0)
    start = handle.read(_SAMPLE)
    handle.seek(0)
    if not start.strip():
        raise BadInput("the file is empty: a table with a header and rows of numbers is needed.")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("the file is UTF-16 text: save it as CSV with the encoding UTF-8.")
    for magic, kind in _NOT_CSV.items():
        if start.lstrip().startswith(magic):
            raise BadInput(
                f"the file is no CSV, it looks like {kind}: export the table as CSV (UTF-8)."
            )
    if b"\0" in start:
        raise BadInput("the file is no CSV, it holds binary data: export the table as CSV (UTF-8).")
    return start.decode("utf-8-sig", errors="replace")


def _layout(sample: str) -> Layout:
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(lines) > 1 and len(sample) >= _SAMPLE // 4:
        lines.pop()  # it may be cut
    lines = lines[:20]
    best, chosen = (-1, 0), None
    for separator in _SEPARATORS:
        try:
            rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
        except csv.Error:
            continue
        comma = separator == ";" and any(_DECIMAL_COMMA.fullmatch(c) for r in rows for c in r)
        layout = Layout(separator=separator, decimal_comma=comma)
        widest = max(len(row) for row in rows)
        numeric = sum(layout.number(cell) is not None for row in rows for cell in row)
        if widest > 1 and (numeric, widest) > best:
            best, chosen = (numeric, widest), (layout, rows)
    if chosen is None:
        raise BadInput(
            "the file is no CSV with several columns: no comma, semicolon or tab separates "
            f"anything in its first line ({lines[0][:60]!r}). Feature columns and a label column "
            "are needed."
        )
    layout, rows = chosen
    if not _is_header(layout, rows):
        return layout
    return replace(layout, header=[name.strip() for name in rows[0]])


def _is_header(layout: Layout, rows: list[list[str]]) -> bool:
    """Whether the first row names columns.

    It does if one of its cells is text above a number, if no cell is a number, or if its text
    cells are all usual names of a label column.
    """
    first = rows[0]
    texts = [k for k, cell in enumerate(first) if layout.number(cell) is None]
    if not texts:
        return False
    if len(texts) == len(first):
        return True
    if len(rows) > 1 and len(rows[1]) == len(first):
        above_number = [layout.number(rows[1][k]) is not None for k in texts]
        named = [first[k].strip() for k in texts if first[k].strip().lower() not in MISSING]
        if named and any(above_number):
            return True
    return all(first[k].strip().lower() in LABEL_NAMES for k in texts)


def _label_column(columns: list[str], label: str | int | None, named: bool) -> tuple[int, bool]:
    """Position of the label column, and whether it is the one taken by default."""
    lower = [name.lower() for name in columns]
    usual = [lower.index(name) for name in LABEL_NAMES if name in lower] if named else []
    default = usual[0] if usual else len(columns) - 1
    if label is None:
        return default, True
    if isinstance(label, str) and label not in columns and label.strip().lower() in lower:
        label = columns[lower.index(label.strip().lower())]
    if isinstance(label, str) and label not in columns and label.lstrip("-").isdigit():
        label = int(label)
    if isinstance(label, int):
        if not -len(columns) <= label < len(columns):
            raise BadInput(
                f"label column {label} does not exist: the table has {len(columns)} columns, "
                f"counted from 0 to {len(columns) - 1}."
            )
        position = label % len(columns)
    else:
        shown = columns if len(columns) <= 20 else [*columns[:10], "...", *columns[-9:]]
        if label not in columns:
            choice("label column", label, shown, why="the table has no other columns")
        position = columns.index(label)
    return position, position == default


def _columns(layout: Layout, first: list[str]) -> list[str]:
    if layout.header is None:
        return [f"column {k + 1}" for k in range(len(first))]
    repeated = sorted({name for name in layout.header if name and layout.header.count(name) > 1})
    if repeated:
        raise BadInput(
            f"the header names {some([repr(name) for name in repeated])} more than once: the label "
            "column could not be told from the others. Give every column its own name."
        )
    return [name or f"column {k + 1}" for k, name in enumerate(layout.header)]


def _rows(text: io.TextIOWrapper, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank."""
    reader = csv.reader(text, delimiter=layout.separator, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise BadInput(
            f"line {reader.line_num} cannot be read as CSV: {error}. A quotation mark may not be "
            "closed."
        ) from None


def _read(text: io.TextIOWrapper, layout: Layout, label: str | int | None) -> Table:
    rows = _rows(text, layout)
    if layout.header is not None:
        next(rows)
    values, lines, labels = array("d"), array("q"), list[str]()
    texts: dict[int, tuple[int, str]] = {}  # cells that are no numbers, by column: count, first
    columns: list[str] = []
    position, default = 0, True
    for line, row in rows:
        if not columns:
            columns = _columns(layout, row)
            position, default = _label_column(columns, label, layout.header is not None)
        if len(row) != len(columns):
            if not any(cell.strip() for cell in row):
                continue
            raise BadInput(
                f"line {line} has {len(row)} cells, the table has {len(columns)} columns: every "
                "row needs as many. A separator inside a cell must be in quotation marks."
            )
        labels.append(row.pop(position))
        lines.append(line)
        if layout.decimal_comma:
            row = [cell.replace(",", ".") for cell in row]
        try:
            values.extend(list(map(float, row)))
        except ValueError:
            for column, cell in enumerate(row):
                number = layout.number(cell)
                if number is None and cell.strip().lower() not in MISSING:
                    count, first = texts.get(column, (0, f"{cell.strip()[:30]!r} in line {line}"))
                    texts[column] = (count + 1, first)
                values.append(np.nan if number is None else number)
        if len(values) > LARGEST_VALUES:
            raise BadInput(
                f"the table holds more than {LARGEST_VALUES:,} numbers: that is more than a table "
                "can hold here. Take fewer rows or columns."
            )
    if not labels:
        raise BadInput("the table has no rows under its header: a network learns from examples.")
    name = columns.pop(position)
    if texts:
        parts = [
            f"{columns[column]!r} ({first}; {count} of {len(labels)} rows)"
            for column, (count, first) in sorted(texts.items())
        ]
        raise BadInput(
            f"{len(parts)} feature columns are not numeric: {some(parts)}. Encode them as numbers "
            f"or delete them; the label column is {name!r}, if it should be another one name it."
        )
    table = Table(
        features=np.frombuffer(values, np.float64).reshape(len(labels), len(columns)),
        labels=labels,
        columns=columns,
        label=name,
        place=lambda row: f"line {lines[row]}",
        default_label=default,
    )
    x = table.features
    nameless = layout.header is not None and layout.header[0] in ("", "Unnamed: 0")
    if nameless and x.shape[1] > 1 and (np.diff(x[:, 0]) == 1).all():  # pandas numbers its rows
        return replace(table, features=x[:, 1:], columns=columns[1:], dropped=("row numbers",))
    return table
