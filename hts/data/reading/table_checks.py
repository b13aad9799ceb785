"""What every table of the user's own must satisfy: its columns, its label, its classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hts.data.reading.dialect import LABEL_NAMES, Layout
from hts.validate import BadInput, choice

LARGEST_CLASSES = 1000
LARGEST_HELD = 3 * 2**29  # bytes: the file, the values as read and as the network takes them
INDEX_NAMES = ("Unnamed: 0", "__index_level_0__")  # of columns without a name, by pandas
_WHOLE = re.compile(r"0|-?[1-9]\d{0,99}", re.A)
_COUNTING = re.compile(r"[+-]?\d+([.,]0+)?", re.A)
_NUMBER = re.compile(r"\D{0,3}(\d[\d.,' ]*|[.,]\d+)([eE][+-]?\d+)?\D{0,3}", re.A)
_FRACTIONS = 20  # so many different labels that are no whole numbers are a measurement, not classes


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """What a file holds: features and one label text per row."""

    features: Sequence[np.ndarray] | np.ndarray  # columns (rows,), or (rows, columns)
    labels: Sequence[str]
    columns: Sequence[str]  # names of the features
    label: str  # name of the label column
    place: Callable[[int], str]  # row -> where it stands in the file, e.g. "line 7"
    absent: Collection[str] = ("", "nan")  # labels that are missing, in lower case
    default_label: bool = True  # the column taken when nobody names one
    dropped: tuple[str, ...] = ()
    test_from: int | None = None  # rows from here on are the file's own test set

    def block(self, columns: slice) -> np.ndarray:
        """Some of the features, (rows, columns) float64."""
        if isinstance(self.features, np.ndarray):
            return self.features[:, columns].astype(np.float64)
        return np.column_stack(self.features[columns])


def some(items: Sequence[str], limit: int = 5) -> str:
    """The first few ``items``, and how many more there are."""
    rest = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + rest


def fits(rows: int, columns: int, file: int, each: int = 8) -> None:
    """Raise `BadInput` for a table that takes too much memory; ``each``: bytes a value as read."""
    if (held := file + rows * columns * (each + 4)) > LARGEST_HELD:
        raise BadInput(
            f"the table of {rows:,} rows and {columns:,} columns would take {held / 2**20:,.0f} MB "
            f"of memory, at most {LARGEST_HELD / 2**20:,.0f} MB are accepted: take fewer rows or "
            "columns."
        )


def assembled(
    layout: Layout,
    label: str | int | None,
    read: Callable[[Collection[int]], list[Any]],
    place: Callable[[int], str],
) -> Table:
    """The table whose columns ``read(texts)`` gives, those numbered in ``texts`` as texts.

    Left out are an index (a first column without a name whose values all differ, and are whole
    numbers or texts) and columns without name and content.
    """
    names = [layout.name(k) for k in range(len(layout.names))]
    if repeated := [repr(name) for name, count in Counter(names).items() if count > 1]:
        raise BadInput(
            f"the header names {some(repeated)} more than once: the label column could not be told "
            "from the others. Give every column its own name."
        )
    nameless = {k for k in range(len(names)) if not layout.names[k]}
    doubtful = {k for k in nameless if not any(row[k].strip() for row in layout.rows if row[k:])}
    index = layout.dialect.index_column
    if index is None:
        doubtful |= nameless & {0}
        doubtful |= {k for k, name in enumerate(names) if name in INDEX_NAMES}
    elif index != "none":
        choice("index column", index, names, why="the table has no other columns")
        doubtful.add(names.index(index))
    usable = [k for k in range(len(names)) if k not in doubtful]
    position, default = _label(names, usable, layout, label)
    doubtful -= {position}
    columns = read({position, *doubtful})
    if not len(columns[position]):
        raise BadInput("the table has no rows under its header: a network learns from examples.")
    others = [c for k, c in enumerate(columns) if k not in {position, *doubtful}]
    gone = {k: why for k in doubtful if (why := _left_out(names[k], columns[k], others, layout))}
    if doubtful - set(gone):
        columns = read({position, *gone})
    features = [k for k in range(len(names)) if k != position and k not in gone]
    return Table(
        features=[columns[k] for k in features],
        labels=[cell.strip() for cell in columns[position]],
        columns=[names[k] for k in features],
        label=names[position],
        place=place,
        absent=layout.dialect.absent,
        default_label=default,
        dropped=tuple(gone[k] for k in sorted(gone)),
    )


def _left_out(name: str, cells: Sequence[str], others: Sequence[np.ndarray], layout: Layout) -> str:
    """What the column ``cells`` is called if it is no feature, else nothing."""
    if name == layout.dialect.index_column:
        return f"{name} (index)"
    if not any(map(str.strip, cells)):
        return f"{name} (empty)"
    numbers = sum(layout.dialect.number(cell) is not None for cell in cells)
    whole = all(map(_COUNTING.fullmatch, map(str.strip, cells)))
    if not others or len(set(cells)) < len(cells) or (numbers and not whole):
        return ""
    if not layout.dialect.header:  # it may be a feature like the others
        if whole and not 0 <= min(map(float, cells)) <= max(map(float, cells)) < 10 * len(cells):
            return ""
        if any((c % 1 == 0).all() and len(np.unique(c)) == len(c) for c in others):
            return ""
    elif _WHOLE.fullmatch(cells[0].strip()):
        first = int(cells[0])
        if all(cell.strip() == str(k) for k, cell in enumerate(cells, first)):
            return "row numbers"
    return "row index"


def _label(
    names: Sequence[str], usable: Sequence[int], layout: Layout, label: str | int | None
) -> tuple[int, bool]:
    """Position of the label column, and whether it is the one taken by default."""
    lower = [name.lower() for name in names]
    usual = [lower.index(name) for name in LABEL_NAMES if name in lower]
    default = usual[0] if usual and layout.dialect.header else [0, *usable][-1]
    if label is None:
        return default, True
    wanted = str(label).strip()
    position = default
    if wanted in names or wanted.lower() in lower:
        position = names.index(wanted) if wanted in names else lower.index(wanted.lower())
    elif not wanted.removeprefix("-").isdecimal():
        shown = names if len(names) <= 20 else [*names[:10], "...", *names[-9:]]
        choice("label column", label, shown, why="the table has no other columns")
    elif -len(names) <= int(wanted) < len(names):
        position = int(wanted) % len(names)
    else:
        raise BadInput(
            f"label column {wanted} does not exist: the table has {len(names)} columns, counted "
            f"from 0 to {len(names) - 1}."
        )
    return position, position == default


def classes(table: Table) -> dict[str, str]:
    """The class of every label text, in the order of the classes; raises `BadInput`.

    A label is text.  Only where all are whole numbers in one spelling, as pandas writes 0.0 and
    numpy 0.000e+00, they lose it.  Whole numbers are ordered by value.
    """
    counts, name = Counter(table.labels), table.label
    absent = {text for text in counts if text.lower() in table.absent}
    if absent:
        rows = [table.place(row) for row, text in enumerate(table.labels) if text in absent][:6]
        raise BadInput(
            f"{sum(counts[text] for text in absent)} labels are missing in column {name!r} "
            f"({some(rows)}): every row needs its class. Fill them in, delete the rows, or say "
            "what stands for a missing value."
        )
    found = _spelled(list(counts)) or {text: text for text in counts}
    whole = all(map(_WHOLE.fullmatch, found.values()))
    found = dict(sorted(found.items(), key=lambda one: int(one[1]) if whole else one[1]))
    names, rare = list(found.values()), [found[text] for text in found if counts[text] < 2]
    many = len(names) > _FRACTIONS
    measured = many and 2 * len(rare) > len(names) if whole else many or bool(rare)
    if measured and all(map(_NUMBER.fullmatch, names)):
        raise BadInput(
            f"column {name!r} looks continuous, not like classes: {len(names)} different values, "
            f"such as {some(names, 3)}. Name another label column, or put the values into classes "
            "first; networks here classify."
        )
    if len(names) > LARGEST_CLASSES:
        raise BadInput(
            f"column {name!r} has {len(names)} different labels, at most {LARGEST_CLASSES} are "
            "accepted: this looks like a measurement or an identifier. Name another label column."
        )
    if len(names) == 1:
        raise BadInput(
            f"column {name!r} holds one class only ({names[0]!r}): there is nothing to tell apart."
        )
    if rare and table.test_from is None:
        raise BadInput(
            f"{len(rare)} classes have fewer than 2 examples ({some(rare)}): each needs one to "
            "learn from and one to test on. Leave them out or merge them."
        )
    return found


def _spelled(texts: Sequence[str]) -> dict[str, str]:
    """The whole numbers of ``texts`` if they spell them all in one way that gives them back."""
    plain = [text.replace(",", ".") for text in texts]
    places = [re.fullmatch(r"-?\d+\.(\d+)(e[+-]\d\d+)?", text) for text in plain]
    if not all(places):
        return {}
    form = f".{len(places[0][1])}{'e' if places[0][2] else 'f'}"  # type: ignore[index]
    whole = [f"{float(text):.0f}" for text in plain]
    right = all(f"{float(one):{form}}" == text for one, text in zip(whole, plain, strict=True))
    return dict(zip(texts, whole, strict=True)) if right else {}
