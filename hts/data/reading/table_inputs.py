"""What a network gets of a table: class numbers, a split, standardised features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hts.data.reading.table_checks import Table, classes, some
from hts.data.sources import stratified
from hts.validate import BadInput

_BLOCK = 2**22  # values standardised at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """Standardised inputs and what was done to get them."""

    x_train: np.ndarray  # (train, inputs) float32
    x_test: np.ndarray
    y_train: np.ndarray  # (train,) int64
    y_test: np.ndarray
    mean: np.ndarray  # (inputs,) float64, of the training examples
    sd: np.ndarray
    classes: tuple[str, ...]
    columns: tuple[str, ...]  # the features that are used
    constant: tuple[str, ...]  # the features left out because they never change


def inputs_of(table: Table, name: str) -> Inputs:
    """Inputs ``(x - mean) / sd`` with mean and sd of the training part, per column.

    The split is the file's own, else the stratified 80/20 one of dataset ``name``.  A column that
    is constant in the training part carries nothing and is left out, except one of ones, which is
    kept as it is: the networks here have no biases, and such a column is one.  Raises `BadInput`.
    """
    known = classes(table)
    number = {text: k for k, text in enumerate(known)}
    y = np.array([number[text] for text in table.labels], np.int64)
    if table.test_from is None:
        parts = stratified(y, name)
    else:
        train, test = np.split(np.arange(len(y)), [table.test_from])
        _own_split(y[train], y[test], list(known.values()))
        parts = train, test
    width = len(table.columns)
    held = [np.empty((len(part), width), np.float32) for part in parts]
    mean, sd = np.zeros(width), np.ones(width)
    used, ones = np.zeros(width, bool), np.zeros(width, bool)
    step = max(1, _BLOCK // len(y))
    for start in range(0, width, step):
        here = slice(start, min(width, start + step))
        x = table.block(here)
        with np.errstate(over="ignore", invalid="ignore"):
            if not np.isfinite(x.sum()) and not np.isfinite(x).all():
                raise BadInput(_not_finite(table))
            rows = [x[part] for part in parts]
            m, s = rows[0].mean(axis=0), rows[0].std(axis=0)
            ones[here] = one = (rows[0] == 1).all(axis=0)
            used[here] = ~(s <= 1e-12 * np.abs(m)) | one
            mean[here], sd[here] = np.where(one, 0.0, m), np.where(one | (s == 0), 1.0, s)
            for inputs, raw in zip(held, rows, strict=True):
                raw -= mean[here]
                np.divide(raw, sd[here], out=inputs[:, here], casting="same_kind")
    large = ~np.isfinite([mean, sd, *(inputs.sum(axis=0) for inputs in held)]).all(axis=0)
    if (large & used).any():
        names = [repr(table.columns[k]) for k in np.flatnonzero(large & used).tolist()]
        raise BadInput(
            f"columns {some(names)} hold numbers too large to standardise: rescale them first."
        )
    if not (used & ~ones).any():
        raise BadInput("every feature column is constant: there is nothing to learn from.")
    if not used.all():
        held = [inputs[:, used] for inputs in held]
    return Inputs(
        x_train=held[0],
        x_test=held[1],
        y_train=y[parts[0]],
        y_test=y[parts[1]],
        mean=mean[used],
        sd=sd[used],
        classes=tuple(known.values()),
        columns=tuple(table.columns[k] for k in np.flatnonzero(used).tolist()),
        constant=tuple(table.columns[k] for k in np.flatnonzero(~used).tolist()),
    )


def _own_split(train: np.ndarray, test: np.ndarray, names: list[str]) -> None:
    if len(np.unique(train)) < 2 or not len(test):
        raise BadInput(
            f"the training part holds {len(np.unique(train))} classes and the test part "
            f"{len(test)} examples: at least two classes to learn and one example to test on are "
            "needed."
        )
    if unseen := [names[k] for k in np.setdiff1d(test, train)]:
        raise BadInput(
            f"classes {some(unseen)} are only in the test part: a network cannot know a class it "
            "never saw."
        )


def _not_finite(table: Table) -> str:
    """Counts and places features that are missing, NaN or infinite."""
    wrong = [
        (int(row), column)
        for column in range(len(table.columns))
        for row in np.flatnonzero(~np.isfinite(table.block(slice(column, column + 1))[:, 0]))
    ]
    names = list(dict.fromkeys(repr(table.columns[column]) for _, column in wrong))
    first = [f"{table.place(r)}, column {table.columns[c]!r}" for r, c in sorted(wrong)[:3]]
    return (
        f"{len(wrong)} feature values are missing, NaN or infinite, in {len(names)} columns "
        f"({some(names)}); first: {'; '.join(first)}. Training needs numbers: fill them in, or "
        "delete those rows or columns."
    )
