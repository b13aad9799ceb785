"""What every table of the user's own must satisfy, and how its columns become inputs.

A `Table` is what a reader found in a file; the functions here turn labels into class numbers and
features into standardised inputs, or say what is wrong, where, and what to do about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hts.validate import BadInput

LARGEST_CLASSES = 1000
LARGEST_VALUES = 10**8  # numbers in a table, 800 MB while it is being read
_FRACTIONS = 20  # so many different labels that are no whole numbers are a measurement, not classes

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """The content of a file: features (rows, columns) float64 and one label text per row."""

    features: np.ndarray
    labels: Sequence[str]
    columns: Sequence[str]  # names of the feature columns
    label: str  # name of the label column
    place: Callable[[int], str]  # row -> where it stands in the file, e.g. "line 7"
    default_label: bool = True  # the column taken when nobody names one
    dropped: tuple[str, ...] = ()
    test_from: int | None = None  # rows from here on are the file's own test set


def some(items: Sequence[str], limit: int = 5) -> str:
    """The first few ``items``, and how many more there are."""
    rest = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + rest


def encode(table: Table) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class numbers (rows,) int64 and names of the classes; raises `BadInput`.

    Whole numbers are ordered by value, other labels as text.
    """
    labels = [text.strip() for text in table.labels]
    name = table.label
    if not labels:
        raise BadInput("the table has no rows: a network learns from examples.")
    missing = [table.place(row) for row, text in enumerate(labels) if text.lower() in MISSING]
    if missing:
        raise BadInput(
            f"{len(missing)} labels are missing in column {name!r} ({some(missing)}): every row "
            "needs its class. Fill them in or delete the rows."
        )
    counts = Counter(labels)
    numbers = _numbers(counts)
    if numbers is not None and all(value.is_integer() for value in numbers.values()):
        labels = [str(int(numbers[text])) for text in labels]
        counts = Counter(labels)
        names = sorted(counts, key=int)
    else:
        names = sorted(counts)
        if numbers is not None and len(counts) > _FRACTIONS:
            raise BadInput(
                f"column {name!r} looks continuous, not like classes: {len(counts)} different "
                f"values, such as {some(names, 3)}. Name another label column, or put the values "
                "into classes first; networks here classify."
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
    rare = [text for text in names if counts[text] < 2]
    if rare and table.test_from is None:
        raise BadInput(
            f"{len(rare)} classes have fewer than 2 examples ({some(rare)}): each needs one to "
            "learn from and one to test on. Leave them out or merge them."
        )
    number = {text: k for k, text in enumerate(names)}
    y = np.array([number[text] for text in labels], np.int64)
    if table.test_from is not None:
        _own_split(y, names, table.test_from)
    return y, tuple(names)


def _numbers(counts: Counter[str]) -> dict[str, float] | None:
    try:
        values = {text: float(text) for text in counts}
    except ValueError:
        return None
    return values if all(np.isfinite(value) for value in values.values()) else None


def _own_split(y: np.ndarray, names: Sequence[str], test_from: int) -> None:
    train, test = set(y[:test_from].tolist()), set(y[test_from:].tolist())
    if len(train) < 2 or not test:
        raise BadInput(
            f"the training part holds {len(train)} classes and the test part {len(y) - test_from} "
            "examples: at least two classes to learn and one example to test on are needed."
        )
    unseen = [names[k] for k in sorted(test - train)]
    if unseen:
        raise BadInput(
            f"classes {some(unseen)} are only in the test part: a network cannot know a class it "
            "never saw."
        )


def finite(table: Table) -> None:
    """Raise `BadInput` that counts and places features that are missing, NaN or infinite."""
    wrong = ~np.isfinite(table.features)
    count = int(wrong.sum())
    if count == 0:
        return
    rows, columns = np.nonzero(wrong)
    first = [
        f"{table.place(int(r))}, column {table.columns[int(c)]!r}"
        for r, c in zip(rows[:3], columns[:3], strict=True)
    ]
    names = [f"{table.columns[int(c)]!r}" for c in np.unique(columns)]
    raise BadInput(
        f"{count} feature values are missing, NaN or infinite, in {len(names)} columns "
        f"({some(names)}); first: {'; '.join(first)}. Training needs numbers: fill them in, or "
        "delete those rows or columns."
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """Standardised inputs and what was done to get them."""

    x_train: np.ndarray  # (train, inputs) float32
    x_test: np.ndarray
    mean: np.ndarray  # (inputs,) float64, of the training examples
    sd: np.ndarray
    columns: tuple[str, ...]  # the features that are used
    constant: tuple[str, ...]  # the features left out because they never change


def standardise(table: Table, train: np.ndarray, test: np.ndarray) -> Inputs:
    """Inputs ``(x - mean) / sd`` with mean and sd of the rows ``train``, per column.

    A column that is constant there carries nothing and is left out, except one of ones, which is
    kept as it is: the networks here have no biases, and such a column is one.
    """
    x = table.features[train]
    with np.errstate(over="ignore", invalid="ignore"):
        mean, sd = x.mean(axis=0), x.std(axis=0)
    large = ~(np.isfinite(mean) & np.isfinite(sd))
    if large.any():
        names = [table.columns[int(c)] for c in np.flatnonzero(large)]
        raise BadInput(
            f"columns {some(names)} hold numbers too large to standardise: rescale them first."
        )
    ones = (x == 1).all(axis=0)
    constant = (sd <= 1e-12 * np.abs(mean)) & ~ones
    used = np.flatnonzero(~constant)
    if not len(used) or ones[used].all():
        raise BadInput("every feature column is constant: there is nothing to learn from.")
    mean, sd = np.where(ones, 0.0, mean)[used], np.where(ones, 1.0, sd)[used]
    with np.errstate(over="ignore"):
        x_train = ((x[:, used] - mean) / sd).astype(np.float32)
        x_test = ((table.features[test][:, used] - mean) / sd).astype(np.float32)
    if not np.isfinite(x_test).all():
        row, column = (int(k[0]) for k in np.nonzero(~np.isfinite(x_test)))
        raise BadInput(
            f"{table.place(int(test[row]))}, column {table.columns[used[column]]!r} is too far "
            "from the training examples to be a float32: check that value."
        )
    return Inputs(
        x_train=x_train,
        x_test=x_test,
        mean=mean,
        sd=sd,
        columns=tuple(table.columns[int(c)] for c in used),
        constant=tuple(table.columns[int(c)] for c in np.flatnonzero(constant)),
    )
