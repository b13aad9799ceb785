"""How a text table is written: decided once for the whole file from its first rows, or told.

Every separator and quotation mark, and every pair of decimal and thousands marks, is tried on those
rows; what gives all of them one width and the most numbers is taken.  Where two readings give the
same cells different values nothing is taken: the person is asked.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from typing import Any

from hts.validate import BadInput

MISSING = ("na", "n/a", "nan", "<na>", "null", "#n/a", "?")
LABEL_NAMES = ("label", "class", "target", "y")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
THOUSANDS = {"": "none", ".": "point", ",": "comma", "'": "'", "’": "’", " ": "space",
             "\xa0": "fixed space", "\u202f": "narrow space"}  # fmt: skip
_COMMENT = re.compile(r"\s*(#|%|//)+(.*)", re.S)
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*')
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a table is written; None is what is to be found."""

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    decimal: str | None = None
    thousands: str | None = None  # "" for none
    header: bool | None = None  # whether the first row names the columns
    index_column: str | None = None  # name of a column to leave out; "none" keeps all
    missing: tuple[str, ...] | None = None  # in any case; an empty cell always is

    def __post_init__(self) -> None:
        for name in ("separator", "quote", "decimal", "thousands"):
            mark = getattr(self, name)
            if mark is not None and len(mark) != 1 and (name, mark) != ("thousands", ""):
                raise BadInput(f"the {name} mark of a table is one character, got {mark!r}.")
        if self.decimal is not None and self.decimal == self.thousands:
            raise BadInput(f"{self.decimal!r} cannot be the decimal and the thousands mark.")

    @cached_property
    def absent(self) -> frozenset[str]:
        """What stands for a missing value, in lower case."""
        words = MISSING if self.missing is None else self.missing
        return frozenset({"", *(word.strip().lower() for word in words)})

    def number(self, cell: str) -> float | None:
        """``cell`` as a number, or None: one grammar for header, features and labels."""
        cell = cell.strip()
        if not grammar(self.decimal or ".", self.thousands or "").fullmatch(cell):
            return None
        plain = cell.replace(self.thousands, "") if self.thousands else cell
        return float(plain.replace(self.decimal or ".", "."))

    def rows(self, lines: Iterable[str], *, strict: bool = False) -> Any:
        """A `csv.reader` of ``lines``."""
        return csv.reader(lines, delimiter=self.separator or ",", quotechar=self.quote or '"',
                          skipinitialspace=True, strict=strict)  # fmt: skip

    def words(self) -> str:
        """How the table is written, for a person."""
        mark = self.separator or ","
        thousands = f"thousands {_name(self.thousands)}, " if self.thousands else ""
        return (
            f"separator {SEPARATORS.get(mark, repr(mark))}, decimal {_name(self.decimal)}, "
            f"{thousands}{'with' if self.header else 'no'} header, encoding {self.encoding}"
        )


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What was found; ``question`` must be answered before the file can be read."""

    dialect: Dialect
    names: list[str]  # "" where there is none
    rows: list[list[str]]  # the first ones under the header
    skip: int  # lines before them
    question: str = ""

    def name(self, column: int) -> str:
        return self.names[column] or f"column {column + 1}"

    def kept(self) -> dict[str, Any]:
        """The dialect, and the same in words; None is what is asked about."""
        dialect = {
            name: None if f"--{name}" in self.question else value
            for name, value in asdict(self.dialect).items()
        }
        return {"dialect": dialect} | ({} if self.question else {"read": self.dialect.words()})


def _name(mark: str | None) -> str:
    return THOUSANDS.get(mark or "", repr(mark))


@cache
def grammar(decimal: str, thousands: str) -> re.Pattern[str]:
    """What a number is: no words, no underscores, no hexadecimal."""
    point, group = re.escape(decimal), re.escape(thousands)
    plain = rf"(?:\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
    grouped = rf"|[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{point}\d*)?" if thousands else ""
    return re.compile(f"[+-]?(?:{plain}{grouped})", re.A)


def find(head: str, told: Dialect) -> Layout:
    """The layout of the text that begins with ``head``, whole lines; raises `BadInput`."""
    lines = list(io.StringIO(head, newline=""))
    start, comment = 0, None
    while start < len(lines):
        if hint := _SEP_LINE.fullmatch(lines[start]):
            told = replace(told, separator=told.separator or hint[1])
        elif lines[start].strip() and not (comment := _COMMENT.match(lines[start])):
            break
        start += 1
    tried = [
        _tried(replace(told, separator=separator, quote=quote), lines[start:])
        for separator in ([told.separator] if told.separator else SEPARATORS)
        for quote in ([told.quote] if told.quote else "\"'" if "'" in head else '"')
    ]
    score, dialect, numbered, question = max(tried, key=lambda one: one[0])
    if score == 0:
        raise BadInput(
            "the file is no table with several columns: no comma, semicolon, tab, bar or space "
            f"separates anything in its first line ({''.join(lines[start:])[:60].strip()!r}). "
            "Feature columns and a label column are needed."
        )
    rows = [row for _, row in numbered]
    header, unsure = (told.header, "") if told.header is not None else _header(rows, dialect)
    names = [""] * len(rows[0])
    if header:
        start, names = start + numbered[0][0], rows.pop(0)
    elif comment and told.header is None:  # "# u v label", as numpy writes it
        above: list[str] = next(dialect.rows([comment[2].strip()]), [])
        if len(above) == len(names) and {*map(dialect.number, above)} == {None}:
            header, names, unsure = True, above, ""
    return Layout(
        dialect=replace(dialect, header=header),
        names=[name.strip() for name in names],
        rows=rows,
        skip=start,
        question=question or unsure,
    )


def _tried(told: Dialect, lines: Sequence[str]) -> tuple[float, Dialect, list, str]:
    """Score, dialect, rows with the lines they end at, and question of one way of reading."""
    reader = told.rows(lines)
    numbered = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    widths = Counter(len(row) for _, row in numbered)
    width, most = widths.most_common(1)[0] if widths else (0, 0)
    if width < 2:
        return 0.0, told, numbered, ""
    dialect, question = _marks(told, [row for _, row in numbered])
    worth, others = 0.0, set(SEPARATORS) - {" "} | {told.quote}
    number = grammar(str(dialect.decimal), str(dialect.thousands)).fullmatch
    for _, row in numbered:
        for cell in map(str.strip, row):
            if number(cell) or cell.lower() in dialect.absent:
                worth += 1
            elif told.separator != " " and others.isdisjoint(cell):
                worth += 0.5
    share = most / len(numbered)
    return share * worth / sum(len(row) for _, row in numbered), dialect, numbered, question


def _marks(told: Dialect, rows: Sequence[Sequence[str]]) -> tuple[Dialect, str]:
    """``told`` with decimal and thousands mark, and what to ask where they are not certain."""
    body = rows[1:] or rows  # the first may be a header
    columns = [[cell.strip() for cell in column] for column in zip(*body, strict=False)]
    marked = [
        [c for c in column if not c.strip("+-").isdecimal() and c.lower() not in told.absent]
        for column in columns
    ]
    used = set().union(*itertools.chain(*marked))
    readings = [
        (decimal, thousands)
        for thousands in (THOUSANDS if told.thousands is None else [told.thousands])
        for decimal in (told.decimal or (",." if told.separator != "," and "," in used else ".,"))
        if decimal != thousands and used.issuperset(thousands)
    ] or [(told.decimal or ".", told.thousands or "")]
    reads = {
        one: [[c for c in column if grammar(*one).fullmatch(c)] for column in marked]
        for one in readings
    }
    whole = {
        one: sum(len(c) == len(m) > 0 for c, m in zip(read, marked, strict=True))
        for one, read in reads.items()
    }
    decimal, thousands = max(
        readings, key=lambda one: (whole[one], not one[1], sum(map(len, reads[one])))
    )
    dialect = replace(told, decimal=decimal, thousands=thousands)
    cells = [c for column in reads[decimal, thousands] for c in column]
    if told.decimal is not None or told.thousands is not None or not cells:
        return dialect, ""
    mark = thousands or decimal
    if thousands:  # space and apostrophe mark thousands only; 1.428,5 and 1.428.000 prove it
        grouped = [c for c in cells if thousands in c]
        certain = thousands not in ".," or any(c.count(mark) > 1 or decimal in c for c in grouped)
    else:
        rival = grammar("," if decimal == "." else ".", decimal).fullmatch
        certain = not all(map(rival, cells)) or (
            decimal == "."  # 1.428 is asked about beside 975 only
            and (told.separator == "," or not _mixed(columns, cells))
        )
    if certain:
        return dialect, ""
    example = next(c for c in cells if mark in c)
    plain = example.replace(mark, "")
    return dialect, (
        f"{example!r} can mean {plain} (a {_name(mark)} for thousands) or a fraction (a decimal "
        f"{_name(mark)}): choose the mark (--thousands or --decimal)."
    )


def _mixed(columns: Sequence[Sequence[str]], cells: Sequence[str]) -> bool:
    """Whether a column has some of ``cells`` and whole numbers without a mark."""
    return any(
        not set(cells).isdisjoint(column) and any(map(str.isdecimal, column)) for column in columns
    )


def _header(rows: Sequence[Sequence[str]], dialect: Dialect) -> tuple[bool, str]:
    """Whether the first row names columns, and what to ask where that is not certain."""
    first, below = rows[0], list(zip(*rows[1:], strict=False))
    texts = [k for k, cell in enumerate(first) if dialect.number(cell) is None]
    named = [k for k in texts if first[k].strip().lower() not in dialect.absent]
    if len(texts) == len(first):
        return True, ""
    if all(first[k].strip().lower() in LABEL_NAMES for k in named) and named:
        return True, ""
    below += [()] * (len(first) - len(below))
    new = [k for k in named if first[k] not in below[k]]
    if any(dialect.number(cell) is not None for k in new for cell in below[k]):
        return True, ""
    values = [float(dialect.number(cell) or 0) for k, cell in enumerate(first) if k not in texts]
    steps = {b - a for a, b in itertools.pairwise(values)}
    if any(v % 1 for v in values) or any(first[k] in below[k] for k in texts):
        return False, ""
    fractions = any((dialect.number(c) or 0) % 1 for column in below for c in column)
    counting = steps == {1} and values[0] in (0, 1)
    certain = fractions or (texts and counting) or (counting and len(first) > 9)
    if (named or counting) and certain and len(first) > 2:
        return True, ""
    fresh = not any(cell in column for cell, column in zip(first, below, strict=True))
    if not (named or counting or (fresh and len(first) > 2 and len(steps - {0}) == 1)):
        return False, ""
    return False, (
        f"the first row reads {', '.join(first[:9])}: these may be the names of the columns or a "
        "row of data. Say which, by --header or --no-header."
    )
