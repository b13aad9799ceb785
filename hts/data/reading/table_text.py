"""Reading a text table by pyarrow: features as numbers, labels as text.

Where a feature is not plainly a number all cells are read as text and held against the grammar of
the file, which names line and column of what is wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from hts.data.reading.dialect import Dialect, find, grammar
from hts.data.reading.table_checks import Table, assembled, fits, some
from hts.validate import BadInput

_HEAD = 2**15  # bytes that decide how the file is written
_WIDE = 2**24  # the same, and bytes read at a time, where those are a few lines only


def _head(raw: bytes, size: int) -> str:
    """The first ``size`` bytes, in whole lines."""
    head = raw[:size]
    if len(head) < len(raw):
        head = head[: 1 + max(head.rfind(b"\n"), head.rfind(b"\r"))]
    return head.decode()


class TextTable:
    """The table in the text ``raw``; raises `BadInput` where it is none."""

    text = True

    def __init__(self, raw: bytes, told: Dialect) -> None:
        self.told = told
        raw, encoding = _utf8(raw, told.encoding)
        few = raw[:_HEAD].count(b"\n") + raw[:_HEAD].count(b"\r") < 20
        self._at_a_time = _WIDE if few else 2**20
        self.layout = find(_head(raw, _WIDE if few else _HEAD), replace(told, encoding=encoding))
        self._whole = few or len(raw) <= _HEAD
        fits(1 + (raw.count(b"\n") or raw.count(b"\r")), len(self.layout.names), len(raw))
        dialect = self.layout.dialect
        quoted = f"{dialect.separator} {dialect.quote}".encode()
        if dialect.separator == " ":
            raw = re.sub(rb"(?m)^ +| +(?=[ \r\n])", b"", raw)
        elif quoted in raw:
            raw = raw.replace(quoted, quoted.replace(b" ", b""))
        self._raw = raw

    @property
    def _dialect(self) -> Dialect:
        return self.layout.dialect

    def read(self, label: str | int | None) -> Table:
        """The whole table; raises `BadInput` that says what is wrong, and where."""
        if self.layout.question:
            raise BadInput(self.layout.question)
        try:
            return assembled(self.layout, label, self._columns, self._place)
        except pa.ArrowInvalid:  # what the first rows decided does not hold below
            if self._whole:
                raise
            known = replace(self.told, encoding=self._dialect.encoding, quote=self._dialect.quote,
                            separator=self._dialect.separator)  # fmt: skip
            self.layout, self._whole = find(_head(self._raw, _WIDE), known), True
            return self.read(label)

    def _columns(self, texts: Collection[int]) -> list[Any]:
        """Lists of text for the columns ``texts``, float64 arrays for the others."""
        try:
            if self._dialect.thousands:
                raise pa.ArrowInvalid
            columns = self._read(texts)
        except pa.ArrowInvalid:
            deque(self._rows(), 0)  # names what no grammar could mend
            if not self._whole:
                raise
            self._at_a_time = min(len(self._raw) + 1, 2**31 - 1)
            columns = self._read(range(len(self.layout.names)))
            columns = self._numbers(columns, texts)
        found = [c.to_pylist() if k in texts else _array(c) for k, c in enumerate(columns)]
        blank = np.array([not cell.strip() for cell in found[min(texts)]], bool)
        for k, column in enumerate(found if blank.any() else []):
            blank &= [not c.strip() for c in column] if k in texts else np.isnan(column)
        if blank.any():
            found = [np.asarray(column)[~blank] for column in found]
            found = [c.tolist() if k in texts else c for k, c in enumerate(found)]
        for k in texts:
            for row, cell in enumerate(found[k]):
                if "\n" in cell and self._raw.count(str(self._dialect.quote).encode()) % 2:
                    raise BadInput(f"{self._place(row)}: a quotation mark is not closed.")
        return found

    def _read(self, texts: Collection[int]) -> list[pa.ChunkedArray]:
        dialect, own = self._dialect, str(self._dialect.separator) + " \t"
        types = {
            str(k): pa.string() if k in texts else pa.float64()
            for k in range(len(self.layout.names))
        }
        return pyarrow.csv.read_csv(
            pa.py_buffer(self._raw),
            pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=self._at_a_time,
                skip_rows=self.layout.skip,
                column_names=list(types),
            ),
            pyarrow.csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char=dialect.quote,
                newlines_in_values=str(dialect.quote).encode() in self._raw,
                invalid_row_handler=lambda row: "error" if _table_row(row.text, own) else "skip",
            ),
            pyarrow.csv.ConvertOptions(
                column_types=types,
                decimal_point=dialect.decimal,
                null_values=[f(w) for w in dialect.absent for f in (str, str.upper, str.title)],
            ),
        ).columns

    def _numbers(self, columns: list[Any], texts: Collection[int]) -> list[Any]:
        dialect, wrong = self._dialect, []
        absent = pa.array(sorted(dialect.absent))
        pattern = f"^(?:{grammar(str(dialect.decimal), str(dialect.thousands)).pattern})$"
        for k in sorted(set(range(len(self.layout.names))) - set(texts)):
            cells = pc.utf8_trim_whitespace(columns[k])
            cells = pc.if_else(pc.is_in(pc.utf8_lower(cells), absent), None, cells)
            bad = pc.fill_null(pc.invert(pc.match_substring_regex(cells, pattern)), False)
            if count := pc.sum(bad).as_py():
                row = pc.index(bad, True).as_py()
                wrong.append(
                    f"{self.layout.name(k)!r} ({cells[row].as_py()[:30]!r} in {self._place(row)}; "
                    f"{count} of {len(cells)} rows)"
                )
            elif not wrong:
                plain = pc.replace_substring(cells, dialect.thousands or ",", "")
                plain = pc.replace_substring(plain, dialect.decimal, ".")
                columns[k] = plain.cast(pa.float64())
        if wrong:
            raise BadInput(
                f"{len(wrong)} feature columns are not numeric: {some(wrong)}. Encode them as "
                f"numbers, delete them or name another label column. ({dialect.words()})"
            )
        return columns

    def _rows(self) -> Iterator[int]:
        """The line of every row that is not blank."""
        lines = io.TextIOWrapper(io.BytesIO(self._raw), "utf-8", newline="")
        skip, width = self.layout.skip, len(self.layout.names)
        reader = self._dialect.rows(islice(lines, skip, None), strict=True)
        try:
            for row in reader:
                if len(row) == width and any(map(str.strip, row)):
                    yield skip + reader.line_num
                elif len(row) != width and _table_row("".join(row), " \t"):
                    raise BadInput(
                        f"line {skip + reader.line_num} has {len(row)} cells, the table has "
                        f"{width} columns: every row needs as many. A separator inside a cell "
                        f"must be in quotation marks. ({self._dialect.words()})"
                    )
        except csv.Error as error:
            raise BadInput(
                f"line {skip + reader.line_num} cannot be read: {error}. A quotation mark may not "
                "be closed."
            ) from None

    def _place(self, row: int) -> str:
        return f"line {next(islice(self._rows(), row, None))}"


def _array(column: pa.ChunkedArray) -> np.ndarray:
    """As ``to_numpy`` has it, but pandas is imported for missing values only."""
    full = pc.fill_null(column, np.nan) if column.null_count else column
    return np.concatenate([np.from_dlpack(chunk) for chunk in full.chunks] or [np.empty(0)])


def _table_row(text: str, own: str) -> bool:
    """Whether a row of another width is more than a comment or separators (in ``own``)."""
    return bool(text.strip(own + "\r\n")) and not text.startswith("#")


def _utf8(raw: bytes, encoding: str | None) -> tuple[bytes, str]:
    """``raw`` in UTF-8, without a byte order mark, and the encoding it had."""
    found = encoding or "utf-8"
    if encoding is None and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = "utf-16"
    elif encoding is None and (zeros := raw[:_HEAD].count(0)) > 9:
        found = "utf-16-be" if raw[:_HEAD:2].count(0) > zeros / 2 else "utf-16-le"
    try:
        text = raw.decode(found)
    except LookupError:
        raise BadInput(f"there is no text encoding {encoding!r}; utf-8 is one.") from None
    except UnicodeDecodeError as error:
        known = {c for c in raw.decode("utf-8", "surrogateescape") if c > "\x7f"}
        if encoding is not None or found != "utf-8" or min(known) < "\udc80":
            line = raw.count(b"\n", 0, error.start) + 1
            raise BadInput(
                f"line {line} is not {found} text: byte 0x{raw[error.start]:02x} is no character "
                "of it. Say how the file is written, such as --encoding cp1252."
            ) from None
        found = "cp1252"
        text = raw.decode(found, "replace")
    if "\0" in text:
        raise BadInput("the file is no table, it holds binary data: export it as CSV.")
    if not (text[:99].strip("\ufeff \t\r\n") or text.strip()):
        raise BadInput("the file is empty: a table with a header and rows of numbers is needed.")
    return (raw if found == "utf-8" else text.encode()).removeprefix(b"\xef\xbb\xbf"), found
